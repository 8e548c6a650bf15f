//! The vectors in `tests/vectors/log/device_statements.json`.

use serde_json::{Value, json};

use super::*;
use crate::keys::SigningKey;
use crate::log::entry::tests::smallest;
use crate::log::{EMPTY_ROOT, leaf_hash};
use crate::vectors::{Refusal, Run, bad, good, hex, hold, write};

const FILES: [(&str, Run); 1] = [("device_statements", statement)];

#[test]
fn device_statement_vectors_hold() {
    hold("log", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/log"]
fn write_device_statement_vectors() {
    write("log", "device_statements", statement, made());
}

fn statement(vector: &Value) -> Result<Value, Refusal> {
    let bytes = crate::vectors::bytes(&vector["entry"]);
    let entry = Entry::decode(&bytes)?;
    let statement = DeviceStatement::of(&entry).ok_or_else(Refusal::malformed)??;
    assert_eq!(Some(statement.detail()), entry.detail.map(Detail::into_owned));
    Ok(match statement {
        DeviceStatement::Enrolled(key) => json!({ "enrolled": key.to_string() }),
        DeviceStatement::Seen(note) => json!({ "seen": note.to_string() }),
        DeviceStatement::Retired(note) => json!({ "retired": note.to_string() }),
    })
}

fn made() -> Vec<Value> {
    let (key, origin) = (SigningKey::from_seed(&[3; 32]), KeyName::new("a.example.org/audit").unwrap());
    let note = Checkpoint::new(origin.clone(), 1, leaf_hash(b"entry")).unwrap().sign(&key).unwrap();
    let enrolled = DeviceStatement::Enrolled(NoteKey::new(origin.clone(), key.verifying_key())).detail();
    let seen = DeviceStatement::seen(note.clone()).unwrap().detail();
    let input = |event, detail: Option<Detail<'static>>| json!({ "entry": hex(Entry { event, detail, ..smallest() }.encode().unwrap()) });
    let says = |detail: &Detail<'static>| input(Event::DeviceLog, Some(detail.clone()));
    let with = |key, value: &'static [u8]| says(&seen.clone().with(key, value));
    let mut long = Checkpoint::new(origin, 0, EMPTY_ROOT).unwrap().sign(&key).unwrap();
    for seed in 10..26 {
        let name = KeyName::new(format!("{}/{seed}", "x".repeat(1000))).unwrap();
        long.sign(name, &SigningKey::from_seed(&[seed; 32])).unwrap();
    }
    let long = seen.clone().with(DetailKey::CHECKPOINT, long.to_string().as_bytes()).into_owned();
    vec![
        good("enrolled", "", says(&enrolled)),
        good("seen", "", says(&seen)),
        good("retired", "", says(&DeviceStatement::retired(note).unwrap().detail())),
        bad("another event", "malformed", "", input(Event::Read, Some(seen.clone()))),
        bad("without a detail", "invalid-value", "", input(Event::DeviceLog, None)),
        bad("of a later kind", "invalid-value", "", says(&seen.clone().with(DetailKey::STANDING, 4))),
        bad("a key of 31 bytes", "invalid-value", "", says(&enrolled.clone().with(DetailKey::LOG_KEY, &[7; 31][..]))),
        bad("a name that no key has", "key-name", "", says(&enrolled.clone().with(DetailKey::LOG_ORIGIN, "a b"))),
        bad("no note", "malformed-note", "", with(DetailKey::CHECKPOINT, b"note")),
        bad("the digest of another checkpoint", "invalid-value", "", with(DetailKey::CHECKPOINT_DIGEST, &[7; 32])),
        bad("a note that is no checkpoint", "malformed-checkpoint", "", says(&no_checkpoint(&seen, &key))),
        bad("a checkpoint that is too long", "note-too-long", "", says(&long)),
    ]
}

fn no_checkpoint(seen: &Detail<'static>, key: &SigningKey) -> Detail<'static> {
    let name = KeyName::new("a.example.org/audit").unwrap();
    let mut note = Note::new("a.example.org/audit\nmany\n").unwrap();
    note.sign(name, key).unwrap();
    let note = note.to_string();
    seen.clone().with(DetailKey::CHECKPOINT, note.as_bytes()).into_owned()
}
