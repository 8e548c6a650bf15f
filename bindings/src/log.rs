//! Verifying a log: no vault, no key of a child's data. Hashes cross as 32 bytes, keys as verifier keys.

use saferoom::log::{
    Checkpoint, Cosignature, EntryProof, Hash, LogError, Note, NoteKey, Quorum, TrustPolicy, leaf_hash as leaf_hash_of,
    verify_consistency as consistency, verify_inclusion as inclusion,
};

use crate::error::SaferoomError;

/// A known key that signed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NoteSigner {
    /// Its name: a log's origin, or a witness.
    pub name: String,
    /// The verifier key.
    pub key: String,
    /// For a witness, when it last cosigned, as it claims: seconds since 1970.
    pub time: Option<u64>,
}

/// A signed note that a known key signed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedNote {
    /// The signed text, with its last newline.
    pub text: String,
    /// The known keys that signed, each once.
    pub signers: Vec<NoteSigner>,
}

/// A checkpoint that its own log signed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedCheckpoint {
    /// Which log.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Vec<u8>,
    /// The known keys that signed, each once.
    pub signers: Vec<NoteSigner>,
}

/// An entry that was proven to stand in a log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProvenEntry {
    /// Its index.
    pub index: u64,
    /// The checkpoint that it is proven against.
    pub checkpoint: VerifiedCheckpoint,
    /// What went along and is not proven.
    pub extra: Option<Vec<u8>>,
}

/// A checkpoint judged by a trust policy.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct JudgedCheckpoint {
    /// The checkpoint, with the log that signed and the believed witnesses.
    pub checkpoint: VerifiedCheckpoint,
    /// Whether enough witnesses cosigned; absent if the policy asks for none.
    pub quorum: Option<bool>,
    /// The latest time such that enough witnesses cosigned then or later: seconds since 1970.
    pub quorum_time: Option<u64>,
}

/// The hash of the leaf that an entry is (RFC 6962): SHA-256 over a zero byte and the entry.
#[uniffi::export]
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Vec<u8> {
    leaf_hash_of(entry).as_bytes().to_vec()
}

/// Verifies that the leaf with this hash is leaf `index` of the tree of `size` leaves that has this root.
///
/// # Errors
/// A failure of the log, family 400.
#[uniffi::export]
pub fn verify_inclusion(
    leaf_hash: &[u8],
    index: u64,
    size: u64,
    proof: &[Vec<u8>],
    root: &[u8],
) -> Result<(), SaferoomError> {
    Ok(inclusion(&Hash::from_slice(leaf_hash)?, index, size, &hashes(proof)?, &Hash::from_slice(root)?)?)
}

/// Verifies that the tree of `size1` leaves with `root1` is the beginning of the tree of `size2` leaves with `root2`.
///
/// # Errors
/// A failure of the log, family 400.
#[uniffi::export]
pub fn verify_consistency(
    size1: u64,
    root1: &[u8],
    size2: u64,
    root2: &[u8],
    proof: &[Vec<u8>],
) -> Result<(), SaferoomError> {
    Ok(consistency(size1, &Hash::from_slice(root1)?, size2, &Hash::from_slice(root2)?, &hashes(proof)?)?)
}

/// Verifies a signed note against verifier keys, of which one at least must have signed. Keys of a type that is not
/// verified here are passed over.
///
/// # Errors
/// A failure of the log, family 400.
#[uniffi::export]
pub fn verify_note(note: &[u8], keys: &[String]) -> Result<VerifiedNote, SaferoomError> {
    let (note, known) = (Note::parse(note)?, read_keys(keys)?);
    let signers = signers(&note.verify(&known)?, &note.cosignatures(&known)?);
    Ok(VerifiedNote { text: note.text().to_owned(), signers })
}

/// Verifies a signed checkpoint against verifier keys, of which one with the name of the log must have signed.
///
/// # Errors
/// A failure of the log, family 400.
#[uniffi::export]
pub fn verify_checkpoint(note: &[u8], keys: &[String]) -> Result<VerifiedCheckpoint, SaferoomError> {
    let known = read_keys(keys)?;
    let opened = Checkpoint::open(note, &known)?;
    Ok(verified(&opened.checkpoint, signers(&opened.signers, &opened.cosignatures)))
}

/// Verifies that an entry stands in a log (C2SP tlog-proof), under verifier keys.
///
/// # Errors
/// A failure of the log, family 400.
#[uniffi::export]
pub fn verify_entry_proof(proof: &[u8], entry: &[u8], keys: &[String]) -> Result<ProvenEntry, SaferoomError> {
    let (proof, known) = (EntryProof::parse(proof)?, read_keys(keys)?);
    let opened = proof.verify(&leaf_hash_of(entry), &known)?;
    Ok(ProvenEntry {
        index: proof.index(),
        checkpoint: verified(&opened.checkpoint, signers(&opened.signers, &opened.cosignatures)),
        extra: proof.extra().map(<[u8]>::to_vec),
    })
}

/// Judges a signed checkpoint by a trust policy (C2SP tlog-policy), which must not come with the checkpoint.
///
/// # Errors
/// A failure of the log, family 400; one of the policy names its line.
#[uniffi::export]
pub fn judge_checkpoint(note: &[u8], trust_policy: &[u8]) -> Result<JudgedCheckpoint, SaferoomError> {
    let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
    let judged = policy.judge(note)?;
    let cosignatures: Vec<_> = judged.cosignatures.iter().map(|(key, time)| Cosignature { key, time: *time }).collect();
    let mut who = vec![&judged.log];
    for cosignature in &cosignatures {
        if !who.contains(&cosignature.key) {
            who.push(cosignature.key);
        }
    }
    let (quorum, quorum_time) = match judged.quorum {
        Quorum::NotAsked => (None, None),
        Quorum::Missing => (Some(false), None),
        Quorum::Reached { time } => (Some(true), Some(time)),
    };
    Ok(JudgedCheckpoint { checkpoint: verified(&judged.checkpoint, signers(&who, &cosignatures)), quorum, quorum_time })
}

fn hashes(proof: &[Vec<u8>]) -> Result<Vec<Hash>, LogError> {
    proof.iter().map(|hash| Hash::from_slice(hash)).collect()
}

fn read_keys(keys: &[String]) -> Result<Vec<NoteKey>, LogError> {
    keys.iter().map(|key| key.parse()).collect()
}

fn signers(signers: &[&NoteKey], cosignatures: &[Cosignature<'_>]) -> Vec<NoteSigner> {
    let time = |key: &NoteKey| cosignatures.iter().filter(|one| one.key == key).map(|one| one.time).max();
    let signer = |key: &&NoteKey| NoteSigner { name: key.name().to_string(), key: key.to_string(), time: time(key) };
    signers.iter().map(signer).collect()
}

fn verified(checkpoint: &Checkpoint, signers: Vec<NoteSigner>) -> VerifiedCheckpoint {
    VerifiedCheckpoint {
        origin: checkpoint.origin().to_string(),
        size: checkpoint.size(),
        root: checkpoint.root().as_bytes().to_vec(),
        signers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "audit.example.org/log/7f3a+838044d9+AdPgSH/KWo1eEN1qvW/iMdtrMFviaDgjoj/M3xYpcYNH";
    const WITNESS: &str = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c";
    const NOTE: &str = "audit.example.org/log/7f3a\n300\no/aMAz9sXeWOoSOxHi8rN31R20yupiNAoV7BwjsNLy0=\n\
        \n\u{2014} audit.example.org/log/7f3a g4BE2R91VHWrqIaXCK0lph3zI5sC1BeyA4NPO51LIJyXrDqckeNPpP3e10CAPnS7O0ZBe1RqXTbTFtNLXxiNNhWw3w0=\n\
        \u{2014} witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n";

    fn code<T: std::fmt::Debug>(result: Result<T, SaferoomError>) -> u16 {
        let SaferoomError::Failure { code, .. } = result.unwrap_err();
        code
    }

    #[test]
    fn notes_and_checkpoints_cross_with_who_signed_and_when() {
        let keys = [LOG.to_owned(), WITNESS.to_owned(), "other+00c0ffee+BgECAw==".to_owned()];
        let note = verify_note(NOTE.as_bytes(), &keys).unwrap();
        assert_eq!(note.signers.iter().map(|signer| signer.time).collect::<Vec<_>>(), [None, Some(1_767_230_000)]);
        let checkpoint = verify_checkpoint(NOTE.as_bytes(), &keys).unwrap();
        assert_eq!((checkpoint.size, checkpoint.signers), (300, note.signers));
        assert_eq!(code(verify_note(NOTE.as_bytes(), &[])), 445);
        assert_eq!(code(verify_checkpoint(NOTE.as_bytes(), &keys[1..])), 461);
        assert_eq!(code(verify_note(NOTE.replace("300", "301").as_bytes(), &keys)), 444);

        let policy = format!("log {LOG}\nwitness W {WITNESS}\nquorum W\n");
        let judged = judge_checkpoint(NOTE.as_bytes(), policy.as_bytes()).unwrap();
        assert_eq!((judged.quorum, judged.quorum_time), (Some(true), Some(1_767_230_000)));
        assert_eq!(code(judge_checkpoint(NOTE.as_bytes(), b"quorum W\n")), 486);
    }

    #[test]
    fn proofs_cross_as_bytes() {
        let (one, two) = (leaf_hash(b"one"), leaf_hash(b"two"));
        let root = saferoom::log::node_hash(&Hash::from_slice(&one).unwrap(), &Hash::from_slice(&two).unwrap());
        let root = root.as_bytes();
        verify_inclusion(&one, 0, 2, std::slice::from_ref(&two), root).unwrap();
        verify_consistency(1, &one, 2, root, std::slice::from_ref(&two)).unwrap();
        assert_eq!(code(verify_inclusion(&one, 1, 2, std::slice::from_ref(&two), root)), 424);
        assert_eq!(code(verify_inclusion(&one[1..], 0, 2, &[two], root)), 425);
        assert_eq!(code(verify_consistency(1, &one, 2, root, &[])), 423);
    }
}
