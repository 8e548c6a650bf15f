//! What closing a record for changes means: which parts it closes with it, and what goes on all the same.

use super::{RuleError, file};
use crate::model::{FieldNumber, RecordKind, catalogue};

/// What closing a record of one kind means. Data (`[[lock]]` in `data/rules.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRule {
    /// Its name, under which [`Rules::explain`](super::Rules::explain) has its text.
    pub name: String,
    /// The kind that is closed.
    pub kind: RecordKind,
    /// The kinds of records below it that are closed with it.
    pub parts: Vec<RecordKind>,
    /// Fields that are no part of what is closed: the signs of the closing itself, and what is computed later.
    pub besides: Vec<FieldNumber>,
    /// The field by which a later record of the kind takes the place of a closed one.
    pub successor: Option<FieldNumber>,
}

impl LockRule {
    pub(super) fn compile(lock: &file::Lock) -> Result<Self, RuleError> {
        let no_field = |field: &str| RuleError::NoSuchField { rule: lock.name.clone(), field: field.to_owned() };
        let spec = |name: &str| catalogue().by_name(name).ok_or_else(|| no_field(name));
        let closed = spec(&lock.kind)?;
        let number =
            |field: &String| closed.field_named(field).map(|field| field.number).ok_or_else(|| no_field(field));
        let part = |name: &String| match spec(name)? {
            part if part.parents.contains(&closed.kind) => Ok(part.kind),
            _ => Err(RuleError::Unsuited { rule: lock.name.clone(), field: name.clone() }),
        };
        Ok(Self {
            name: lock.name.clone(),
            kind: closed.kind,
            parts: lock.parts.iter().map(part).collect::<Result<_, _>>()?,
            besides: lock.besides.iter().map(number).collect::<Result<_, _>>()?,
            successor: lock.successor.as_ref().map(number).transpose()?,
        })
    }
}
