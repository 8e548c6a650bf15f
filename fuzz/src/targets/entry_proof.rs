//! A proof of one entry: any bytes; what is accepted has this one form.

use saferoom::keys::SigningKey;
use saferoom::log::{EntryProof, KeyName, NoteKey, leaf_hash};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(proof) = EntryProof::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
        let name = KeyName::new("fuzz.example.org/log").unwrap();
        let known = [NoteKey::new(name, SigningKey::from_seed(&[1; 32]).verifying_key())];
        // Nobody signed under this key.
        assert!(proof.verify(&leaf_hash(b"entry"), &known).is_err());
    }
}
