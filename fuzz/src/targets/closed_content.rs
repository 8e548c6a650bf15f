//! The digest of what was closed: the order of records is no part of it, and every value is.

use saferoom::model::records::Statement;
use saferoom::model::{DynamicRecord, FieldBuffer, Narrative, Record};
use saferoom::practice::statement::{Content, content_digest};

type Told = (Option<String>, Option<u64>);

fn content((body, version): &Told) -> Option<Content> {
    let body = body.as_deref().map(Narrative::new).transpose().ok()?;
    let statement = Statement { body, version: *version, ..Statement::default() };
    let mut fields = FieldBuffer::new();
    statement.encode(&mut fields).ok()?;
    Content::of(&DynamicRecord::decode(Statement::spec(), &fields).ok()?, &[]).ok()
}

pub(crate) fn run(input: ([u8; 16], Vec<Told>, Vec<Told>)) {
    let (salt, one, other) = input;
    let all = |told: &[Told]| told.iter().map(content).collect::<Option<Vec<_>>>();
    let (Some(mut one), Some(mut other)) = (all(&one), all(&other)) else { return };
    let digest = content_digest(&salt, one.clone());
    one.reverse();
    assert_eq!(content_digest(&salt, one.clone()), digest);
    let mut salted = salt;
    salted[0] ^= 1;
    assert_ne!(content_digest(&salted, one.clone()), digest);
    one.sort();
    other.sort();
    assert_eq!(content_digest(&salt, other.clone()) == digest, one == other);
}
