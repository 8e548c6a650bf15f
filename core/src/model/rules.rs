//! The rules between the fields of a record: data, not code.
//!
//! They lie in `data/rules.toml`. A rule has a stable name, the fields that it is about, a check, perhaps conditions, and
//! a text in English and Khmer for whoever fills in the form. They are compiled once, per kind of record; judging a record
//! that keeps them allocates nothing. Cost: one look-up of a field per rule of the kind.

mod check;
mod compile;
mod error;
mod explain;
mod file;
mod governed;
mod letters;
mod lock;
mod span;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{FieldBuffer, FieldNumber, FieldSpec, RecordKind, RecordSpec, SearchKind, Timestamp, Violation};
use crate::id::RecordId;

pub use error::RuleError;
pub use governed::{Governed, GovernedRule};
pub use lock::LockRule;

use check::Check;

const SHIPPED: &str = include_str!("../../data/rules.toml");

/// A clock that shows less than this (the start of 2025) was never set: what it says about the future is no rule.
const EARLIEST_CLOCK: i64 = 1_735_689_600_000;

/// What a rule may know beside the record's own fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The wall clock of the write. Without it nothing lies in the future.
    pub now: Option<Timestamp>,
    /// The record, if it exists already.
    pub record: Option<RecordId>,
    /// The record that it stands below.
    pub parent: Option<RecordId>,
}

impl Occasion {
    /// A write at this moment, in milliseconds since 1970. A clock that was never set is left out.
    #[must_use]
    pub fn at(milliseconds: u64) -> Self {
        let now = i64::try_from(milliseconds).ok().filter(|now| *now >= EARLIEST_CLOCK);
        Self { now: now.and_then(|now| Timestamp::from_milliseconds(now).ok()), ..Self::default() }
    }

    /// The same, of this record.
    #[must_use]
    pub const fn of(self, record: RecordId) -> Self {
        Self { record: Some(record), ..self }
    }

    /// The same, below this record.
    #[must_use]
    pub const fn below(self, parent: RecordId) -> Self {
        Self { parent: Some(parent), ..self }
    }
}

/// A machine-readable condition on a field, for forms: when another field is needed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Demand {
    /// The field holds one of these codes.
    Is(Vec<String>),
    /// The field holds another code than these.
    IsNot(Vec<String>),
    /// The number is greater.
    MoreThan(u64),
    /// The field has a value, or has none.
    Present(bool),
    /// Yes, or no.
    Yes(bool),
}

/// One condition: a field and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Condition {
    /// Name of the field, of the same kind of record.
    pub field: String,
    #[serde(skip)]
    number: FieldNumber,
    /// What is asked of it.
    #[serde(flatten)]
    pub demand: Demand,
}

/// A rule about one field of one kind, ready to be applied.
#[derive(Debug)]
struct Compiled {
    name: String,
    field: FieldNumber,
    when: Vec<Condition>,
    check: Check,
}

/// A rule about every field that is searched in one of these ways.
#[derive(Debug)]
struct OfSearch {
    name: String,
    kinds: Vec<SearchKind>,
    check: Check,
}

/// What a rule says to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Texts {
    en: String,
    km: String,
}

/// All rules of a file, checked and compiled.
#[derive(Debug)]
pub struct Rules {
    km_status: String,
    texts: BTreeMap<String, Texts>,
    /// By number of the kind.
    of_kind: Vec<Vec<Compiled>>,
    of_search: Vec<OfSearch>,
    locks: Vec<LockRule>,
    governed: Vec<GovernedRule>,
}

impl Rules {
    /// Reads, checks and compiles rules for the kinds of this release.
    ///
    /// # Errors
    /// [`RuleError`] that names the rule, and the field or code that does not exist.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        compile::compile(file::File::parse(text)?)
    }

    /// How far the Khmer texts have been checked.
    #[must_use]
    pub fn km_status(&self) -> &str {
        &self.km_status
    }

    /// The names of all rules, ascending; also of those that stand for no entry in the file's list, such as `required`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Under which conditions a field is needed: one of the lists has to hold as a whole.
    #[must_use]
    pub fn required_when(&self, kind: RecordKind, field: FieldNumber) -> Vec<&[Condition]> {
        let demands = |rule: &&Compiled| rule.field == field && matches!(rule.check, Check::Required);
        self.of_kind(kind).iter().filter(demands).map(|rule| &rule.when[..]).collect()
    }

    /// What closing a record of this kind for changes means; none if it cannot be closed.
    #[must_use]
    pub fn lock_of(&self, kind: RecordKind) -> Option<&LockRule> {
        self.locks.iter().find(|lock| lock.kind == kind)
    }

    /// The rule by which records of `part` are closed together with the record of `kind` above them.
    #[must_use]
    pub fn lock_above(&self, part: RecordKind, kind: RecordKind) -> Option<&LockRule> {
        self.lock_of(kind).filter(|lock| lock.parts.contains(&part))
    }

    /// What no host writes by hand in records of this kind.
    pub fn governed(&self, kind: RecordKind) -> impl Iterator<Item = &GovernedRule> {
        self.governed.iter().filter(move |rule| rule.kind == kind)
    }

    fn of_kind(&self, kind: RecordKind) -> &[Compiled] {
        self.of_kind.get(usize::from(kind.number())).map_or(&[], Vec::as_slice)
    }

    /// Appends what a record breaks among the rules between its fields. Allocates nothing unless it breaks one.
    pub(super) fn judge(
        &'static self,
        spec: &'static RecordSpec,
        fields: &FieldBuffer,
        occasion: &Occasion,
        broken: &mut Vec<Violation>,
    ) {
        let of_kind = self.of_kind(spec.kind).iter().filter(|rule| {
            let value = fields.get(rule.field);
            let applies = value.is_some() || rule.check.wants_absent();
            applies
                && rule.when.iter().all(|condition| condition.holds(fields))
                && rule.check.is_broken(value, fields, occasion)
        });
        broken.extend(of_kind.filter_map(|rule| {
            let field = spec.field(rule.field)?.name;
            Some(Violation { kind: spec.name(), field, rule: &rule.name })
        }));
    }

    /// Appends what a value breaks among the rules for fields that are searched.
    pub(super) fn judge_searched(
        &'static self,
        kind: &'static str,
        field: &'static FieldSpec,
        value: &[u8],
        broken: &mut Vec<Violation>,
    ) {
        let Some(search) = field.search else { return };
        let concerned = self.of_search.iter().filter(|rule| rule.kinds.contains(&search));
        let failed = concerned.filter(|rule| rule.check.is_broken_alone(value));
        broken.extend(failed.map(|rule| Violation { kind, field: field.name, rule: &rule.name }));
    }
}

/// The rules of this release.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in rules: {error}")))
}
