//! Every error that bad input ends in.

use std::collections::BTreeMap;

use saferoom::access::{AccessError, Measure};
use saferoom::error::Diagnosis;
use saferoom::id::IdError;
use saferoom::keys::{KeyError, KeyStoreError};
use saferoom::log::{
    BundleProblem, CosignerError, EpochError, Evidence, FolderError, FolderProblem, LogError, Note, TileError,
    TileKind, TilePath, TrustPolicyError, TrustPolicyProblem, WitnessError, WitnessRequest,
};
use saferoom::model::{CodeListError, ModelError, ValueError, Violation};
use saferoom::seal::SealError;
use saferoom::store::StoreError;
use saferoom::vault::{Error, IntegrityError};

/// Every error has a code of its own, in the hundreds of its family, a text and an advice.
#[test]
fn codes_are_unique() {
    let mut errors: Vec<(&str, u16, Box<dyn Diagnosis>)> = Vec::new();
    let mut add = |name, family, error: Box<dyn Diagnosis>| errors.push((name, family, error));
    for (name, error) in [
        ("Authentication", SealError::Authentication),
        ("Malformed", SealError::Malformed),
        ("DuplicateField", SealError::DuplicateField),
        ("FieldOrder", SealError::FieldOrder),
        ("TooManyFields", SealError::TooManyFields),
        ("TooLong", SealError::TooLong),
        ("PublicKey", SealError::PublicKey),
    ] {
        add(name, 1, Box::new(error));
    }
    for (name, error) in [
        ("WrongPassphrase", KeyError::WrongPassphrase),
        ("IdentityDamaged", KeyError::IdentityDamaged),
        ("NotAnIdentity", KeyError::NotAnIdentity),
        ("IdentityTooNew", KeyError::IdentityTooNew),
        ("AbsurdParameters", KeyError::AbsurdParameters),
        ("HostSecretMissing", KeyError::HostSecretMissing),
        ("PassphraseTooShort", KeyError::PassphraseTooShort),
        ("KeyStore", KeyError::KeyStore(KeyStoreError::Unavailable)),
        ("HostKeyInvalidated", KeyError::HostKeyInvalidated),
        ("TooManyAttempts", KeyError::TooManyAttempts { wait: std::time::Duration::from_secs(1) }),
        ("Commitment", KeyError::Commitment),
        ("File", KeyError::File(std::io::ErrorKind::NotFound)),
    ] {
        add(name, 2, Box::new(error));
    }
    let violation = Violation { kind: "child", field: "sex", rule: "required" };
    for (name, error) in [
        ("Invalid", ModelError::Invalid(vec![violation])),
        ("NoSuchField", ModelError::NoSuchField { kind: "child" }),
        ("NoSuchKind", ModelError::NoSuchKind),
        ("ModelFieldOrder", ModelError::FieldOrder),
        ("Empty", ModelError::Value(ValueError::Empty)),
        ("ValueTooLong", ModelError::Value(ValueError::TooLong { limit: 1 })),
        ("Character", ModelError::Value(ValueError::Character)),
        ("Utf8", ModelError::Value(ValueError::Utf8)),
        ("Type", ModelError::Value(ValueError::Type { expected: "text" })),
        ("Date", ModelError::Value(ValueError::Date)),
        ("Range", ModelError::Value(ValueError::Range)),
        ("Code", ModelError::Value(ValueError::Code)),
        ("Place", ModelError::Value(ValueError::Place)),
        ("Encoding", ModelError::Value(ValueError::Encoding)),
    ] {
        add(name, 3, Box::new(error));
    }
    let (list, code) = (String::new, String::new);
    for (name, error) in [
        ("Toml", CodeListError::Toml(String::new())),
        ("ListVersion", CodeListError::Version(2)),
        ("ListCode", CodeListError::Code { list: list(), code: code() }),
        ("Duplicate", CodeListError::Duplicate { list: list(), code: code() }),
        ("ListParent", CodeListError::Parent { list: list(), code: code() }),
        ("Label", CodeListError::Label { list: list(), code: code() }),
    ] {
        add(name, 3, Box::new(error));
    }
    for (name, error) in [
        ("EntryTooLong", LogError::EntryTooLong),
        ("UnknownVersion", LogError::UnknownVersion),
        ("NonCanonical", LogError::NonCanonical),
        ("MalformedDisclosure", LogError::MalformedDisclosure),
        ("SizeOutOfRange", LogError::SizeOutOfRange),
        ("IndexOutOfRange", LogError::IndexOutOfRange),
        ("FrontierShape", LogError::FrontierShape),
        ("ProofLength", LogError::ProofLength),
        ("RootMismatch", LogError::RootMismatch),
        ("MalformedHash", LogError::MalformedHash),
        ("MalformedNote", LogError::MalformedNote),
        ("NoteTooLong", LogError::NoteTooLong),
        ("TooManySignatures", LogError::TooManySignatures),
        ("DuplicateSignature", LogError::DuplicateSignature),
        ("BadSignature", LogError::BadSignature),
        ("Unsigned", LogError::Unsigned),
        ("KeyName", LogError::KeyName),
        ("MalformedKey", LogError::MalformedKey),
        ("KeyIdMismatch", LogError::KeyIdMismatch),
        ("AmbiguousKey", LogError::AmbiguousKey),
        ("MalformedCheckpoint", LogError::MalformedCheckpoint),
        ("OriginMismatch", LogError::OriginMismatch),
        ("TimeOutOfRange", LogError::TimeOutOfRange),
        ("MalformedProof", LogError::MalformedProof),
        ("MalformedTilePath", LogError::MalformedTilePath),
        ("MalformedBundle", LogError::MalformedBundle),
        ("MalformedRequest", LogError::MalformedRequest),
    ] {
        add(name, 4, Box::new(error));
    }
    let folder = |problem| FolderError { name: "checkpoint".into(), problem };
    for (name, problem) in [
        ("Missing", FolderProblem::Missing),
        ("NotAFile", FolderProblem::NotAFile),
        ("FileTooLong", FolderProblem::TooLong),
        ("FileName", FolderProblem::Name),
        ("Io", FolderProblem::Io(std::io::ErrorKind::Other)),
    ] {
        add(name, 4, Box::new(folder(problem)));
    }
    let path = TilePath::new(TileKind::Entries, 0, 1).unwrap();
    add("Length", 4, Box::new(TileError::Length { path }));
    add("Mismatch", 4, Box::new(TileError::Mismatch { path }));
    for (name, problem) in [
        ("PolicyTooLong", TrustPolicyProblem::TooLong),
        ("PolicyCharacter", TrustPolicyProblem::Character),
        ("UnknownLine", TrustPolicyProblem::UnknownLine),
        ("Words", TrustPolicyProblem::Words),
        ("KeyUse", TrustPolicyProblem::KeyUse),
        ("PolicyDuplicate", TrustPolicyProblem::Duplicate),
        ("UnknownName", TrustPolicyProblem::UnknownName),
        ("Threshold", TrustPolicyProblem::Threshold),
        ("MemberTwice", TrustPolicyProblem::MemberTwice),
        ("NoQuorum", TrustPolicyProblem::NoQuorum),
        ("Directive", TrustPolicyProblem::Directive),
    ] {
        add(name, 4, Box::new(TrustPolicyError { line: 1, problem }));
    }
    for (name, error) in [
        ("EpochStatement", EpochError::Statement),
        ("Skipped", EpochError::Skipped { expected: 1, found: 2 }),
        ("Reused", EpochError::Reused { epoch: 1 }),
        ("TooManyEpochs", EpochError::TooMany),
        ("NoEpoch", EpochError::NoEpoch { size: 1 }),
        ("NotSigned", EpochError::NotSigned { epoch: 1, size: 1 }),
        ("NotInForce", EpochError::NotInForce { epoch: 1, size: 1 }),
        ("ForeignKeys", EpochError::ForeignKeys),
    ] {
        add(name, 4, Box::new(error));
    }
    let note = || Note::new("text\n").unwrap();
    let evidence = || Box::new(Evidence { kept: note(), offered: WitnessRequest::new(0, vec![], note()).unwrap() });
    for (name, error) in [
        ("OldSize", WitnessError::OldSize { kept: 1 }),
        ("Smaller", WitnessError::Smaller(evidence())),
        ("Fork", WitnessError::Fork(evidence())),
        ("Inconsistent", WitnessError::Inconsistent(evidence())),
        ("ClockBack", WitnessError::ClockBack),
        ("WitnessState", WitnessError::State),
    ] {
        add(name, 20, Box::new(error));
    }
    for (name, error) in [
        ("Unreachable", CosignerError::Unreachable),
        ("CosignerRefused", CosignerError::Refused),
        ("OtherSize", CosignerError::OtherSize { cosigned: 1 }),
        ("AheadOfLog", CosignerError::AheadOfLog { cosigned: 2, held: 1 }),
        ("CosignerFailed", CosignerError::Failed),
        ("NotBelieved", CosignerError::NotBelieved),
    ] {
        add(name, 20, Box::new(error));
    }
    for (name, error) in [
        ("NoOpening", BundleProblem::NoOpening { index: 1 }),
        ("NotEmpty", BundleProblem::NotEmpty),
        ("View", BundleProblem::View { part: 1 }),
    ] {
        add(name, 4, Box::new(error));
    }
    for (name, error) in [
        ("NotFound", StoreError::NotFound),
        ("AlreadyExists", StoreError::AlreadyExists),
        ("NotADatabase", StoreError::NotADatabase),
        ("NotAVault", StoreError::NotAVault),
        ("TooNew", StoreError::TooNew { found: 2, known: 1 }),
        ("Damaged", StoreError::Damaged),
        ("Row", StoreError::Row { table: "head" }),
        ("Misfit", StoreError::Misfit),
        ("Busy", StoreError::Busy),
        ("Full", StoreError::Full),
        ("ReadOnly", StoreError::ReadOnly),
        ("Disk", StoreError::Disk),
        ("Unexpected", StoreError::Unexpected { code: 1 }),
    ] {
        add(name, 5, Box::new(error));
    }
    for (name, error) in [
        ("PurposeMissing", AccessError::PurposeMissing),
        ("PurposeUnknown", AccessError::PurposeUnknown),
        ("ReasonMissing", AccessError::ReasonMissing),
        ("ReasonTooLong", AccessError::ReasonTooLong),
        ("NotAMember", AccessError::NotAMember),
        ("NoKey", AccessError::NoKey { compartment: "identity" }),
        ("NoSuchMember", AccessError::NoSuchMember),
        ("AlreadyAMember", AccessError::AlreadyAMember),
        ("NoSuchRole", AccessError::NoSuchRole),
        ("NoSuchUnit", AccessError::NoSuchUnit),
        ("ApprovalsMissing", AccessError::ApprovalsMissing { have: 1, needed: 2 }),
        ("Proposal", AccessError::Proposal),
        ("ProposalOutdated", AccessError::ProposalOutdated),
        ("LastCustodian", AccessError::LastCustodian),
        ("NotActive", AccessError::NotActive),
        ("Suspended", AccessError::Suspended),
        ("PolicyOutdated", AccessError::PolicyOutdated),
        ("NotAllowed", AccessError::NotAllowed),
        ("PurposeNotAllowed", AccessError::PurposeNotAllowed),
        ("MayNotWrite", AccessError::MayNotWrite { compartment: "identity" }),
        ("NotACustodian", AccessError::NotACustodian),
        ("CircleClosed", AccessError::CircleClosed { compartment: "identity" }),
        ("NobodyAssigned", AccessError::NobodyAssigned { compartment: "identity" }),
        ("NotAnEmergency", AccessError::NotAnEmergency),
        ("SecondSecret", AccessError::SecondSecret),
        ("NotOpenInEmergency", AccessError::NotOpenInEmergency),
        ("EmergencyEnded", AccessError::EmergencyEnded),
        ("EmergencyNotPrepared", AccessError::EmergencyNotPrepared),
        ("NoSuchFinding", AccessError::NoSuchFinding),
        ("AlreadyReviewed", AccessError::AlreadyReviewed),
        ("Finding", AccessError::Finding),
        ("ReasonAsked", AccessError::ReasonAsked { measure: Measure::ReadsPerHour, count: 9 }),
        ("LimitReached", AccessError::LimitReached { measure: Measure::ReadsPerHour, count: 9 }),
        ("Tally", AccessError::Tally),
        ("OnHold", AccessError::OnHold),
        ("SecondPersonMissing", AccessError::SecondPersonMissing),
        ("ErasedOtherwise", AccessError::ErasedOtherwise),
        ("ErasedBefore", AccessError::ErasedBefore),
        ("CaseCircle", AccessError::CaseCircle),
        ("RecoverySet", AccessError::RecoverySet),
        ("NoRecovery", AccessError::NoRecovery),
        ("TooFewShares", AccessError::TooFewShares { needed: 3 }),
        ("Roster", AccessError::Roster),
    ] {
        add(name, 6, Box::new(error));
    }
    for (name, error) in [
        ("NoSuchRecord", Error::NoSuchRecord),
        ("WrongKind", Error::WrongKind { expected: "case", found: "child" }),
        ("Parent", Error::Parent { kind: "case" }),
        ("Locked", Error::Locked),
        ("ChangedElsewhere", Error::ChangedElsewhere),
        ("LockedIdle", Error::LockedIdle),
        ("WithinCall", Error::WithinCall),
        ("ForeignVault", Error::ForeignVault),
        ("BatchTooLarge", Error::BatchTooLarge),
        ("Origin", Error::Origin),
    ] {
        add(name, 7, Box::new(error));
    }
    for (name, error) in [
        ("Statement", IntegrityError::Statement),
        ("Certificate", IntegrityError::Certificate),
        ("State", IntegrityError::State),
        ("Bucket", IntegrityError::Bucket),
        ("Head", IntegrityError::Head),
        ("Author", IntegrityError::Author),
        ("Log", IntegrityError::Log),
        ("Entry", IntegrityError::Entry),
        ("Rollback", IntegrityError::Rollback),
    ] {
        add(name, 7, Box::new(error));
    }
    add("Id", 9, Box::new(IdError));
    let mut codes = BTreeMap::new();
    for (name, family, error) in &errors {
        assert_eq!(error.code() / 100, *family, "{name}");
        assert!(!error.to_string().is_empty() && error.advice().ends_with(['.', '!']), "{name}: {}", error.advice());
        if let Some(other) = codes.insert(error.code(), name) {
            panic!("{name} and {other} have the code {}", error.code());
        }
    }
    // What wraps another error has the code of that error.
    assert_eq!(Error::from(StoreError::Full).code(), StoreError::Full.code());
    assert_eq!(Error::from(IntegrityError::Head).code(), IntegrityError::Head.code());
    assert_eq!(KeyError::from(SealError::Authentication).code(), SealError::Authentication.code());
}
