//! A checkpoint: any bytes as a signed one, and any text as the body of one that is signed here.

use saferoom::keys::SigningKey;
use saferoom::log::{Checkpoint, KeyName, Note, NoteKey};

pub(crate) fn run(bytes: &[u8]) {
    let key = SigningKey::from_seed(&[1; 32]);
    let name = KeyName::new("fuzz.example.org/log").unwrap();
    let known = [NoteKey::new(name.clone(), key.verifying_key())];
    if let Ok(opened) = Checkpoint::open(bytes, &known) {
        assert_eq!(opened.note.to_string().as_bytes(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(checkpoint) = text.parse::<Checkpoint>() else { return };
    // Lines behind the third are for others; the rest has this one form.
    let written = checkpoint.to_string();
    assert!(text.starts_with(&written));
    assert_eq!(written.parse(), Ok(checkpoint.clone()));
    let Ok(mut note) = Note::new(text) else { return };
    note.sign(name.clone(), &key).unwrap();
    let opened = Checkpoint::open(note.to_string().as_bytes(), &known);
    assert_eq!(opened.map(|opened| opened.checkpoint).ok(), Some(checkpoint).filter(|c| *c.origin() == name));
}
