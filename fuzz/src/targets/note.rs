//! A signed note: any bytes; what is accepted has this one form.

use saferoom::keys::SigningKey;
use saferoom::log::{KeyName, Note, NoteKey};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let name = KeyName::new("fuzz").unwrap();
        let known = [NoteKey::new(name.clone(), SigningKey::from_seed(&[1; 32]).verifying_key())];
        // A line of this key may be in it, and false.
        let before = note.verify(&known).map(|signers| signers.len());
        let mut signed = Note::new(note.text()).unwrap();
        signed.sign(name, &SigningKey::from_seed(&[1; 32])).unwrap();
        assert_eq!(signed.verify(&known).map(|signers| signers.len()), Ok(1), "before: {before:?}");
    }
}
