//! saferoom for Kotlin, Swift and Python, through uniffi.
//!
//! Thin on purpose: every rule lives in the core; here values change their clothes and nothing else. Ids cross as
//! their 32 hexadecimal digits, dates as their text form, moments as milliseconds. The typed layers that people use
//! are written by hand on top of this one, in each language.
//!
//! Passphrases cross as bytes, which uniffi lends without a copy. Everything else goes through uniffi's own buffers,
//! which nobody can wipe from outside; the allocator below therefore wipes every block that this library frees. What
//! the host's own runtime keeps (a Python `str`, a Kotlin `String`) is beyond its reach.
//!
//! Panics unwind (see the workspace's `[profile.release]`) and become an internal error of the host's language. Nothing is printed
//! of what they say; their place in these sources is.

#[macro_use]
mod redacted;

mod access_policy;
mod audit;
mod backup;
mod bundle;
mod carrying;
mod cases;
mod changes;
mod clock;
mod command_line;
mod desk;
mod emergency;
mod erasure;
mod error;
mod exchange;
mod extract;
mod form;
mod held;
mod host;
#[cfg(test)]
mod host_calls;
mod identity;
mod json;
mod key_store;
mod leaving;
mod lists;
mod locking;
mod log;
mod members;
mod not_in_this_build;
mod packet;
mod page;
mod panics;
mod practice;
mod recovery;
mod referral;
mod releases;
mod rooms;
mod search;
mod session;
mod subject;
mod types;
mod value;
mod vault;
mod witness;

pub use access_policy::{AccessPolicy, PolicyChange, PolicyChangeKind, PolicyRole, access_words_json};
pub use audit::{
    BundleActivity, BundleAnswers, ChainLink, LogEnding, LogEntry, LogInfo, LogQuestion, RecordChainReport,
    bundle_activity, collect_cosignatures, query_bundle,
};
pub use backup::{
    BackupKey, BackupReport, RestoreReport, adopt_vault, change_passphrase, enrol_host, move_in_vault,
    open_identity_by_host, restore_vault,
};
pub use bundle::{
    BundleAnswer, BundleFault, BundleProgress, BundleVerdict, DeviceLogStanding, DisclosedReasons, ExportedBundle,
    VerifiedBundle, VerifiedCourtFile, VerifiedOrganisation, verify_bundle, verify_court_file, verify_organisation,
};
pub use carrying::{CaseHandedOver, HandedIn, PacketTaken};
pub use cases::{CaseMember, Compartment, Sensitivity};
pub use changes::ChangeFeed;
pub use clock::{ClockReading, HostClock, HostClockError};
pub use command_line::run_command_line;
pub use emergency::{Emergency, EmergencySecret, Finding, Review, ReviewOutcome};
pub use erasure::{
    Erased, ErasureDue, ErasureGround, ErasuresDue, ListedErasure, VerifiedErasure, verify_erasure_certificate,
};
pub use error::{ErrorKind, SaferoomError};
pub use exchange::{ExchangeProgress, Exported, ImportProblem, Imported};
pub use extract::{VerifiedExtract, anonymise_table, extract_signing_key, table_risk_json, verify_extract};
pub use form::{explain_rule, form};
pub use held::shutdown;
pub use host::HostCallError;
pub use identity::{Identity, PublicIdentity};
pub use key_store::{KeyStore, KeyStoreError, file_key_store};
pub use leaving::{CaseExposure, CompartmentExposure, Exposure, MoveProgress, MovedOn};
pub use lists::{code_lists_json, overlay_code_lists, use_gazetteer};
pub use locking::panic_wipe;
pub use log::{
    JudgedCheckpoint, NoteSigner, ProvenEntry, VerifiedCheckpoint, VerifiedNote, judge_checkpoint, leaf_hash,
    verify_checkpoint, verify_consistency, verify_entry_proof, verify_inclusion, verify_note,
};
pub use members::{Enacted, Member, MemberChange, MemberDevice, Proposal, ProposedChange, Standing};
pub use packet::{
    Correspondent, KnownSenders, OpenedPacket, PacketInfo, PacketKeyPair, PacketPart, PacketPartInput, PacketReceipt,
    PacketStanding, packet_fingerprint,
};
pub use practice::{
    CheckedDigest, ChildStatement, ClosingInfo, ConsentOverride, CustodyChain, CustodyFault, DigestAnswer, Disclosed,
    DisclosedFields, DisclosureBasis, DisclosureRequest, EarlierInterviews, FileCheck, FileProgress, InterviewState,
    InterviewStep, InterviewView, KeptPart, LiveInterview, Obstacle, PhaseCompletion, PhaseStanding, PossibleEarlier,
    QualityNote, QuestionTally, ReconstructedMeeting, ReferralStanding, SignedAuthorisation, StatementCorrection,
    StatementTaken, StatementTranslation, StoppedBy, Tallied, TermWarning, action_figures_json, check_exhibit_file,
    compare_visits_json, consent_rules_json, interview_figures_json, lint_terms, overlay_protocols, protocols_json,
    reach_figures_json, reconstructed_meeting, room_use_figures_json, survey_figures_json, visit_scores_json,
};
pub use recovery::{RecoveryCeremony, RecoverySetUp, RecoveryShare, RecoveryStatus, Restored};
pub use referral::{
    CaseUco, OverdueReferral, OverdueReferrals, ReferralAnswerInput, ReferralMoved, SentReferral, ToldField,
};
pub use releases::{
    BuiltExtract, NoisyPlan, PastRelease, ReleaseFloors, ReleaseProgress, ReleaseSeries, StatisticsHandedOver,
};
pub use rooms::{RoomsExport, RoomsStation};
pub use search::{FoundRecord, SearchCriterion, SearchResult};
pub use session::{OpenedRecord, Session};
pub use subject::{HeldRecord, SubjectAccess, SubjectReport};
pub use types::{AccessInput, CheckReport, NewRecord, RecordInfo, Revision, RevisionInfo, VaultInfo};
pub use value::FieldValue;
pub use vault::Vault;
pub use witness::{Witness, WitnessError};

#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

uniffi::setup_scaffolding!();

/// Every field of every kind of record, as a JSON array: what the typed layers and data dictionaries are made from.
#[uniffi::export]
#[must_use]
pub fn catalogue_json() -> String {
    json::plain_json(&saferoom::model::catalogue().entries())
}

/// The version of this library.
#[uniffi::export]
#[must_use]
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
