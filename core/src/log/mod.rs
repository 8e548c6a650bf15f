//! What happened (floor 3): log entries, the Merkle tree over them, signed notes and checkpoints.
//!
//! Needs no vault, no database and no key of a child's data: an auditor verifies with exactly this module.
//!
//! | part | what it is |
//! |---|---|
//! | [`Entry`] | who did what, when and why; deterministic CBOR, never a value |
//! | [`Frontier`], [`verify_inclusion`], [`verify_consistency`] | the append-only tree of RFC 6962 |
//! | [`Note`], [`NoteKey`] | signed texts (C2SP signed-note) |
//! | [`Checkpoint`] | what a log stakes its name on: origin, size, root (C2SP tlog-checkpoint) |
//! | [`EpochKeys`], [`EpochChain`] | signing keys that are wiped when the next one begins |
//! | [`CourtFile`] | a single access as a folder that is checked alone |
//! | [`EntryProof`] | one entry with all that proves it (C2SP tlog-proof) |
//! | [`TileWriter`], [`EntryStream`], [`TileReader`] | a log as a folder of files (C2SP tlog-tiles) |
//! | [`TrustPolicy`] | whom an auditor believes, and which verdicts it takes (C2SP tlog-policy) |
//! | [`Witness`], [`collect_cosignatures`] | cosigning what extends all that was seen before (C2SP tlog-witness) |
//! | [`LogQuery`], [`RecordChain`] | which entries fit, and whether those on one record leave a gap |
//! | [`ActivityCounter`] | how records were used: counts, findings, what is unusual |
//! | [`MemberDirectory`] | who is behind a pseudonym, for a reader who may know |
//! | [`OrganisationLog`] | which devices keep a log, and what was seen of each |
//! | [`ReadFolder`], [`WriteFolder`] | where such a folder lies |
//! | [`Disclosure`] | the opening of a commitment to free text |
//!
//! The order of work: an entry is encoded, [`leaf_hash`] is appended to the [`Frontier`], the hashes which that
//! completes are stored beside the entry, and a [`Checkpoint`] of the new size and root is signed.

mod activity;
mod bundle;
mod checkpoint;
mod court;
mod directory;
mod entry;
mod epoch;
mod error;
mod folder;
mod hash;
mod note;
mod organisation;
mod proof;
mod query;
mod tiles;
mod tree;
mod trust_policy;
mod witness;

#[cfg(test)]
mod vectors;

/// Parsers for `fuzz/` that the API does not show.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    pub(crate) fn epoch_keys(bytes: &[u8]) -> Option<Vec<u8>> {
        super::epoch::KeptEpochKeys::decode(bytes).map(|kept| kept.encode().to_vec())
    }
}

pub use activity::{
    Activity, ActivityCounter, Counts, Day, DeviceEvents, Episode, EpisodeKind, FindingCounts, FindingSubject, Gap,
    MAX_APART, MAX_GAPS, MAX_LISTED, Measures, MemberActivity, SeenFinding, SeenReview, UseKind,
};
pub use bundle::{
    Answer, BundleDevice, BundleFile, BundleLog, BundleManifest, BundleParts, BundleProblem, BundleReport,
    BundleWriter, CLOCK_TOLERANCE_SECONDS, DeviceList, LogFile, LogWriter, MAX_MANIFEST_LENGTH, MAX_TOLD,
    OrganisationReport, StoredHead, Subfolder, verify_bundle, verify_bundle_logs, verify_bundle_with,
    verify_organisation, write_bundle,
};
pub use checkpoint::{Checkpoint, OpenedCheckpoint};
pub use court::{
    CourtFile, CourtFileError, CourtFileList, CourtFilePart, JudgedCourtFile, MAX_PAGE_LENGTH, verify_court_file,
};
pub use directory::{DirectoryError, MAX_DIRECTORY_LENGTH, MemberDirectory};
pub(crate) use entry::at_rest;
pub use entry::{
    Actor, BLIND_LENGTH, BOOT_LENGTH, Detail, DetailKey, DetailValue, Disclosure, ENTRY_VERSION, Entry, Event,
    MAX_ENTRY_LENGTH, MAX_TEXT_LENGTH, Outcome, SALT_LENGTH, What, Why,
};
pub use epoch::{EpochChain, EpochError, EpochKeys, EpochStatement, MAX_EPOCHS};
pub use error::LogError;
pub use folder::{DiskFolder, FolderError, FolderProblem, MemoryFolder, ReadFolder, WriteFolder};
pub use hash::{EMPTY_ROOT, HASH_LENGTH, Hash, leaf_hash, node_hash};
pub use note::{Cosignature, KeyId, KeyName, KeyType, MAX_NOTE_LENGTH, MAX_SIGNATURES, Note, NoteKey, NoteSignature};
pub use organisation::{DeviceStatement, EnrolledLog, MAX_STATED_NOTE, OrganisationLog, StatementProblem};
pub use proof::EntryProof;
pub use query::{ChainReport, Ending, Link, LogQuery, QueryReport, RecordChain, each_entry, is_denied, query_log};
pub use tiles::{
    EntryStream, MAX_TILE_LEVEL, StreamedEntry, TILE_WIDTH, TileError, TileKind, TilePath, TileReader, TileWriter,
    split_bundle,
};
pub use tree::{
    Completed, Frontier, HashReader, KeptHash, MAX_SIZE, frontier_at, locate, locate_kept, prove_consistency,
    prove_inclusion, root_at, root_of_leaves, verify_consistency, verify_inclusion,
};
pub use trust_policy::{
    Judgement, MAX_POLICY_LENGTH, PolicyGroup, PolicyLog, PolicyWitness, Quorum, TrustPolicy, TrustPolicyError,
    TrustPolicyProblem, Verdict,
};
pub use witness::{
    Change as WitnessChange, Cosigner, CosignerError, DiskWitnessStore, Evidence, MemoryWitnessStore, Witness,
    WitnessError, WitnessRequest, WitnessStore, collect_cosignatures,
};
