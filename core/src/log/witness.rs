//! Witnesses: another station, or the auditor's laptop, that remembers the largest checkpoint of each log which it has
//! seen, and cosigns a larger one only if it extends that (C2SP tlog-witness, <https://c2sp.org/tlog-witness>, without
//! the network: a text comes in, one line goes out).
//!
//! A fork, a smaller tree, a proof that does not lead there: refused, and what was offered is kept with what was known.
//! Two checkpoints of one size with two roots, both signed by the log, prove to anyone that it was forked.

mod cosigner;
mod request;
mod state;

pub use cosigner::{Cosigner, CosignerError};
pub use request::WitnessRequest;
pub use state::{Change, DiskWitnessStore, MemoryWitnessStore, WitnessStore};

use super::{
    Checkpoint, FolderError, Judgement, KeyName, LogError, Note, NoteKey, NoteSignature, TrustPolicy,
    verify_consistency,
};
use crate::error::{Diagnosis, Family};
use crate::keys::SigningKey;

/// Someone who cosigns checkpoints.
#[derive(Debug)]
pub struct Witness {
    key: NoteKey,
    signing: SigningKey,
}

/// What speaks against a log: what the witness had cosigned, and what it was asked to cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The checkpoint that was cosigned last.
    pub kept: Note,
    /// What was offered.
    pub offered: WitnessRequest,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The request is malformed, or not signed by a log that the witness knows.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The request proves from another size than the one which was cosigned last.
    #[error("the witness has cosigned size {kept} of this log: the proof has to begin there")]
    OldSize {
        /// The size that was cosigned last.
        kept: u64,
    },
    /// The log has become smaller.
    #[error("the checkpoint is smaller than one that was cosigned before")]
    Smaller(Box<Evidence>),
    /// The same size with another root.
    #[error("the log was forked: it has two roots at one size")]
    Fork(Box<Evidence>),
    /// The proof does not lead from the cosigned checkpoint to the offered one.
    #[error("the checkpoint does not extend the one that was cosigned before")]
    Inconsistent(Box<Evidence>),
    /// The clock of the witness stands before its last cosignature.
    #[error("the clock of the witness stands before its last cosignature")]
    ClockBack,
    /// What the witness remembers is not what it signed.
    #[error("the memory of the witness is damaged")]
    State,
    /// The memory could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl WitnessError {
    /// What speaks against the log, if the log itself is at fault.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Smaller(evidence) | Self::Fork(evidence) | Self::Inconsistent(evidence) => Some(evidence),
            _ => None,
        }
    }
}

impl Diagnosis for WitnessError {
    fn code(&self) -> u16 {
        match self {
            Self::Log(error) => error.code(),
            Self::Folder(error) => error.code(),
            Self::OldSize { .. } => Family::Witness.code(0),
            Self::Smaller(_) => Family::Witness.code(1),
            Self::Fork(_) => Family::Witness.code(2),
            Self::Inconsistent(_) => Family::Witness.code(3),
            Self::ClockBack => Family::Witness.code(4),
            Self::State => Family::Witness.code(5),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Log(error) => error.advice(),
            Self::Folder(error) => error.advice(),
            Self::OldSize { .. } => {
                "Make the request anew from that size: `saferoom audit request --old SIZE` on the device of the log."
            }
            Self::Smaller(_) | Self::Inconsistent(_) => {
                "Ask for a newer checkpoint. If there is none, the log was rolled back: report it, with what the witness kept."
            }
            Self::Fork(_) => {
                "Report it: both checkpoints are signed by the log, and together prove the fork to anyone."
            }
            Self::ClockBack => "Set the clock of the witness.",
            Self::State => {
                "Do not cosign: restore the witness's folder from a copy that is not older, or begin a new witness."
            }
        }
    }
}

impl Witness {
    /// The witness of this name and key. The key must serve no other purpose: a cosignature does not name its witness.
    #[must_use]
    pub fn new(name: KeyName, signing: SigningKey) -> Self {
        Self { key: NoteKey::witness(name, signing.verifying_key()), signing }
    }

    /// The public key, for trust policies.
    #[must_use]
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// Cosigns the checkpoint of a request if it extends all that was cosigned before of the same log, and remembers it
    /// before the line is given. `logs` are the log keys that this witness knows, `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`WitnessError`]; then nothing was remembered.
    pub fn cosign(
        &self,
        store: &dyn WitnessStore,
        request: &WitnessRequest,
        logs: &[NoteKey],
        now: u64,
    ) -> Result<NoteSignature, WitnessError> {
        let offered = Checkpoint::open(request.checkpoint().to_string().as_bytes(), logs)?.checkpoint;
        let mut line = None;
        store.update(offered.origin(), &mut |kept| {
            let kept = kept.map(|bytes| self.read_state(bytes, &offered, logs)).transpose()?;
            judge(request, &offered, kept.as_ref(), now)?;
            let made = NoteSignature::cosign(self.key.name().clone(), &self.signing, request.checkpoint().text(), now)?;
            let state = remembered(request.checkpoint(), logs, &made)?.to_string();
            line = Some(made);
            Ok(state.into_bytes())
        })?;
        line.ok_or(WitnessError::State)
    }

    /// The state of a log: a checkpoint that the log signed and that this witness cosigned.
    fn read_state(&self, bytes: &[u8], offered: &Checkpoint, logs: &[NoteKey]) -> Result<Cosigned, WitnessError> {
        let known: Vec<NoteKey> = logs.iter().cloned().chain([self.key.clone()]).collect();
        let opened = Checkpoint::open(bytes, &known).map_err(|_| WitnessError::State)?;
        let time = opened.cosignatures.iter().filter(|one| *one.key == self.key).map(|one| one.time).max();
        match time {
            Some(time) if opened.checkpoint.origin() == offered.origin() => {
                Ok(Cosigned { checkpoint: opened.checkpoint, note: opened.note, time })
            }
            _ => Err(WitnessError::State),
        }
    }
}

/// What a witness cosigned last of a log.
struct Cosigned {
    checkpoint: Checkpoint,
    note: Note,
    time: u64,
}

/// Whether the offered checkpoint extends the kept one.
fn judge(
    request: &WitnessRequest,
    offered: &Checkpoint,
    kept: Option<&Cosigned>,
    now: u64,
) -> Result<(), WitnessError> {
    let Some(kept) = kept else {
        // The first time, there is nothing that could be proven.
        return match (request.old(), request.proof()) {
            (0, []) => Ok(()),
            (0, _) => Err(LogError::ProofLength.into()),
            _ => Err(WitnessError::OldSize { kept: 0 }),
        };
    };
    let evidence = || Box::new(Evidence { kept: kept.note.clone(), offered: request.clone() });
    let (size, root) = (kept.checkpoint.size(), kept.checkpoint.root());
    if offered.size() < size {
        return Err(WitnessError::Smaller(evidence()));
    }
    if offered.size() == size && offered.root() != root {
        return Err(WitnessError::Fork(evidence()));
    }
    // The very same checkpoint needs no proof, whatever the request begins from.
    if offered.size() > size {
        if request.old() != size {
            return Err(WitnessError::OldSize { kept: size });
        }
        verify_consistency(size, root, offered.size(), offered.root(), request.proof())
            .map_err(|_| WitnessError::Inconsistent(evidence()))?;
    }
    if now < kept.time { Err(WitnessError::ClockBack) } else { Ok(()) }
}

/// The checkpoint with the lines of the known log keys and the new line alone: unknown lines are nothing to keep.
fn remembered(checkpoint: &Note, logs: &[NoteKey], line: &NoteSignature) -> Result<Note, LogError> {
    let mut note = Note::new(checkpoint.text())?;
    for signature in checkpoint.signatures() {
        if logs.iter().any(|key| key.name() == signature.name() && key.id() == signature.id()) {
            note.add(signature.clone())?;
        }
    }
    note.add(line.clone())?;
    Ok(note)
}

/// Adds the lines that witnesses gave to a signed checkpoint: those of believed witnesses, each checked; what other keys
/// signed is left out, and what stands there already is not added twice. Gives the judgement over the whole.
///
/// # Errors
/// [`LogError::MalformedNote`] if one of the lines is none, [`LogError::BadSignature`] if one of a believed witness is
/// false; those of [`TrustPolicy::judge`]; [`LogError::TooManySignatures`].
pub fn collect_cosignatures(checkpoint: &[u8], lines: &str, policy: &TrustPolicy) -> Result<Judgement, LogError> {
    let mut note = policy.judge(checkpoint)?.note;
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let signature: NoteSignature = line.parse()?;
        let believed = policy.witnesses().iter().map(|witness| &witness.key);
        let mut believed = believed.filter(|key| key.name() == signature.name() && key.id() == signature.id());
        if believed.next().is_some() && !note.signatures().contains(&signature) {
            note.add(signature)?;
        }
    }
    policy.judge(note.to_string().as_bytes())
}

#[cfg(test)]
mod tests;
