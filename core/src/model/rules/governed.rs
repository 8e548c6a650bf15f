//! What no host writes by hand: fields whose values follow from an act that the library itself watches, such as sending a
//! referral, beginning an interview, or copying an exhibit.

use super::compile::Place;
use super::{Condition, RuleError, file};
use crate::model::encoding::{Item, single};
use crate::model::{FieldBuffer, FieldNumber, FieldSpec, RecordKind, catalogue};

/// What no host writes by hand in records of one kind. Data (`[[governed]]` in `data/rules.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GovernedRule {
    /// Its name, under which [`Rules::explain`](super::Rules::explain) has its text.
    pub name: String,
    /// The kind.
    pub kind: RecordKind,
    /// The fields that keep what they hold; none: nothing of the record is written by hand.
    pub fields: Vec<FieldNumber>,
    /// When it applies: all of them hold of what is written, or of what stands.
    when: Vec<Condition>,
    /// Codes that may be stated where nothing was stated before.
    begins: Vec<(FieldNumber, Vec<String>)>,
    /// Whether a new record may state anything.
    amended: bool,
}

/// What a write would have changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governed {
    /// Name of the rule.
    pub rule: &'static str,
    /// The kind of record.
    pub kind: &'static str,
    /// The field; none: the whole record.
    pub field: Option<&'static str>,
}

impl GovernedRule {
    pub(super) fn compile(rule: &file::Governed) -> Result<Self, RuleError> {
        let no_field = |field: &str| RuleError::NoSuchField { rule: rule.name.clone(), field: field.to_owned() };
        let record = catalogue().by_name(&rule.kind).ok_or_else(|| no_field(&rule.kind))?;
        let place = |field: &'static FieldSpec| Place { rule: &rule.name, record, field };
        let field = |name: &String| record.field_named(name).ok_or_else(|| no_field(name));
        let of_list = |(name, codes): (&String, &Vec<String>)| {
            let field = field(name)?;
            if field.repeated || !rule.fields.contains(name) {
                return Err(RuleError::Unsuited { rule: rule.name.clone(), field: name.clone() });
            }
            place(field).codes(field, codes)?;
            Ok((field.number, codes.clone()))
        };
        let when = rule.when.iter().map(|when| place(field(&when.field)?).condition(when));
        Ok(Self {
            name: rule.name.clone(),
            kind: record.kind,
            fields: rule.fields.iter().map(|name| Ok(field(name)?.number)).collect::<Result<_, RuleError>>()?,
            when: when.collect::<Result<_, _>>()?,
            begins: rule.begins.iter().map(of_list).collect::<Result<_, _>>()?,
            amended: rule.amended,
        })
    }

    /// What a write by hand would change: of a record that stands as `stood` holds it, or of a new one. A field that the
    /// writer cannot change anyway is `kept`.
    #[must_use]
    pub fn broken(
        &'static self,
        stood: Option<&FieldBuffer>,
        fields: &FieldBuffer,
        kept: impl Fn(&FieldSpec) -> bool,
    ) -> Option<Governed> {
        let record = catalogue().by_kind(self.kind)?;
        let broken = |field| Some(Governed { rule: &self.name, kind: record.name(), field });
        if (self.amended && stood.is_none()) || !(self.holds(fields) || stood.is_some_and(|stood| self.holds(stood))) {
            return None;
        }
        if self.fields.is_empty() {
            return broken(None);
        }
        let changed = self.fields.iter().filter_map(|number| record.field(*number)).find(|field| {
            let (old, new) = (stood.and_then(|stood| stood.get(field.number)), fields.get(field.number));
            old != new && !kept(field) && !(old.is_none() && self.may_begin(field.number, new))
        })?;
        broken(Some(changed.name))
    }

    fn holds(&self, fields: &FieldBuffer) -> bool {
        self.when.iter().all(|condition| condition.holds(fields))
    }

    fn may_begin(&self, field: FieldNumber, value: Option<&[u8]>) -> bool {
        let codes = self.begins.iter().find(|(number, _)| *number == field).map(|(_, codes)| codes);
        match (codes, value.map(single)) {
            (Some(codes), Some(Ok(Item::Text(text)))) => codes.iter().any(|code| code == text),
            _ => false,
        }
    }
}
