//! From the file of rules to rules by kind: every name is looked up, every check is held against what the field holds.

use std::collections::BTreeMap;

use super::check::{Check, OtherRecord};
use super::file::{self, File, When};
use super::{Compiled, Condition, Demand, GovernedRule, LockRule, OfSearch, RuleError, Rules, Texts, letters};
use crate::model::{FieldNumber, FieldSpec, RecordSpec, SearchKind, ValueType, catalogue, code_lists};

/// What stands for the record itself and for its parent among other fields.
const ITSELF: &str = "(itself)";
const PARENT: &str = "(parent)";

pub(super) fn compile(file: File) -> Result<Rules, RuleError> {
    let kinds = catalogue().records().iter().map(|record| usize::from(record.kind.number())).max().unwrap_or(0);
    let mut rules = Rules {
        km_status: file.km_status,
        texts: BTreeMap::new(),
        of_kind: std::iter::repeat_with(Vec::new).take(kinds + 1).collect(),
        of_search: Vec::new(),
        locks: Vec::new(),
        governed: Vec::new(),
    };
    for text in file.text {
        rules.take_texts(&text.name, text.en, text.km)?;
    }
    for rule in file.rule {
        rules.take_texts(&rule.name, rule.en.clone(), rule.km.clone())?;
        rules.take(&rule)?;
    }
    for lock in file.lock {
        let compiled = LockRule::compile(&lock)?;
        rules.take_texts(&lock.name, lock.en, lock.km)?;
        rules.locks.push(compiled);
    }
    for governed in file.governed {
        let compiled = GovernedRule::compile(&governed)?;
        rules.take_texts(&governed.name, governed.en, governed.km)?;
        rules.governed.push(compiled);
    }
    Ok(rules)
}

impl Rules {
    fn take_texts(&mut self, name: &str, en: String, km: String) -> Result<(), RuleError> {
        if en.trim().is_empty() || km.trim().is_empty() {
            return Err(RuleError::Incomplete { rule: name.to_owned() });
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fresh = !self.texts.contains_key(name);
        if !fresh || name.is_empty() || !name.bytes().all(allowed) {
            return Err(RuleError::Name { rule: name.to_owned() });
        }
        self.texts.insert(name.to_owned(), Texts { en, km });
        Ok(())
    }

    fn take(&mut self, rule: &file::Rule) -> Result<(), RuleError> {
        let one_of_both = rule.fields.is_empty() == rule.search.is_empty();
        if one_of_both || rule.passes.is_empty() || rule.breaks.is_empty() {
            return Err(RuleError::Incomplete { rule: rule.name.clone() });
        }
        if !rule.search.is_empty() {
            self.of_search.push(of_search(rule)?);
        }
        for path in &rule.fields {
            let missing = || RuleError::NoSuchField { rule: rule.name.clone(), field: path.clone() };
            let (record, field) = catalogue().field(path).ok_or_else(missing)?;
            let compiled = Place { rule: &rule.name, record, field }.compile(rule)?;
            self.of_kind[usize::from(record.kind.number())].push(compiled);
        }
        Ok(())
    }
}

/// A rule for all fields that are searched in some way: it looks at the value alone.
fn of_search(rule: &file::Rule) -> Result<OfSearch, RuleError> {
    let unsuited = |field: &str| RuleError::Unsuited { rule: rule.name.clone(), field: field.to_owned() };
    let kind = |name: &String| SearchKind::from_name(name).ok_or_else(|| unsuited(name));
    let check = match &rule.check {
        file::Check::OneScript => Check::OneScript,
        file::Check::NoBidiControls => Check::NoBidiControls,
        file::Check::NoInvisible => Check::NoInvisible,
        file::Check::Length(limits) => Check::Length(limits.at_least..=limits.at_most),
        file::Check::Items(limits) => Check::Items(limits.at_least..=limits.at_most),
        _ => return Err(unsuited("search")),
    };
    if !rule.when.is_empty() {
        return Err(unsuited("when"));
    }
    let kinds = rule.search.iter().map(kind).collect::<Result<_, _>>()?;
    Ok(OfSearch { name: rule.name.clone(), kinds, check })
}

/// Where a rule is being compiled.
pub(super) struct Place<'a> {
    pub(super) rule: &'a str,
    pub(super) record: &'static RecordSpec,
    pub(super) field: &'static FieldSpec,
}

impl Place<'_> {
    fn compile(&self, rule: &file::Rule) -> Result<Compiled, RuleError> {
        let when = rule.when.iter().map(|when| self.condition(when)).collect::<Result<Vec<_>, _>>()?;
        let check = self.check(&rule.check)?;
        if check.wants_absent() {
            when.iter().try_for_each(|condition| self.same_compartment(condition.number))?;
        }
        if let Check::AtLeastOneOf(others) = &check {
            others.iter().try_for_each(|other| self.same_compartment(*other))?;
        }
        Ok(Compiled { name: rule.name.clone(), field: self.field.number, when, check })
    }

    pub(super) fn condition(&self, when: &When) -> Result<Condition, RuleError> {
        let field = self.other(&when.field)?;
        let demands = [
            when.is.clone().map(Demand::Is),
            when.is_not.clone().map(Demand::IsNot),
            when.more_than.map(Demand::MoreThan),
            when.present.map(Demand::Present),
            when.yes.map(Demand::Yes),
        ];
        let mut demands = demands.into_iter().flatten();
        let (Some(demand), None) = (demands.next(), demands.next()) else { return Err(self.unsuited(field)) };
        match &demand {
            Demand::Is(codes) | Demand::IsNot(codes) => self.codes(field, codes)?,
            Demand::MoreThan(_) => self.holds(field, &[ValueType::Unsigned])?,
            Demand::Yes(_) => self.holds(field, &[ValueType::Bool])?,
            Demand::Present(_) => {}
        }
        Ok(Condition { field: when.field.clone(), number: field.number, demand })
    }

    fn check(&self, check: &file::Check) -> Result<Check, RuleError> {
        let times = [ValueType::Date, ValueType::Time];
        let texts = [ValueType::Text, ValueType::Narrative];
        let own = |types: &[ValueType]| self.holds(self.field, types);
        Ok(match check {
            file::Check::Required => Check::Required,
            file::Check::Forbidden => Check::Forbidden,
            file::Check::NotTrue => own(&[ValueType::Bool]).map(|()| Check::NotTrue)?,
            file::Check::AtLeastOneOf(names) => {
                let numbers = names.iter().map(|name| Ok(self.other(name)?.number)).collect::<Result<_, RuleError>>();
                Check::AtLeastOneOf(numbers?)
            }
            file::Check::NoneOf(codes) => self.codes(self.field, codes).map(|()| Check::NoneOf(codes.clone()))?,
            file::Check::NotBefore(name) => {
                own(&times).and_then(|()| self.typed(name, &times)).map(Check::NotBefore)?
            }
            file::Check::NotAfter(name) => own(&times).and_then(|()| self.typed(name, &times)).map(Check::NotAfter)?,
            file::Check::NotInFuture => own(&times).map(|()| Check::NotInFuture)?,
            file::Check::ConsistentAge(age) => {
                own(&[ValueType::Unsigned, ValueType::Code])?;
                let at = age.at.as_ref().map(|name| self.typed(name, &times)).transpose()?;
                Check::ConsistentAge { birth: self.typed(&age.birth, &[ValueType::Date])?, at }
            }
            file::Check::WithinBand(name) => own(&[ValueType::Unsigned])
                .and_then(|()| self.typed(name, &[ValueType::Code]))
                .map(Check::WithinBand)?,
            file::Check::NotMoreThan(name) => {
                let number = [ValueType::Unsigned];
                own(&number).and_then(|()| self.typed(name, &number)).map(Check::NotMoreThan)?
            }
            file::Check::Range(limits) => {
                own(&[ValueType::Unsigned]).map(|()| Check::Range(limits.at_least..=limits.at_most))?
            }
            file::Check::Length(limits) => {
                self.any_of(&texts).map(|()| Check::Length(limits.at_least..=limits.at_most))?
            }
            file::Check::Items(limits) if self.field.repeated => Check::Items(limits.at_least..=limits.at_most),
            file::Check::DifferentRecords(names) => {
                self.any_of(&[ValueType::Id])?;
                Check::DifferentRecords(names.iter().map(|name| self.other_record(name)).collect::<Result<_, _>>()?)
            }
            file::Check::OneScript => self.any_of(&texts).map(|()| Check::OneScript)?,
            file::Check::NoBidiControls => self.any_of(&texts).map(|()| Check::NoBidiControls)?,
            file::Check::NoInvisible => self.any_of(&texts).map(|()| Check::NoInvisible)?,
            file::Check::Script(code) => {
                self.any_of(&texts)?;
                Check::Script(letters::script_of(code).ok_or_else(|| self.unsuited(self.field))?)
            }
            file::Check::Items(_) => return Err(self.unsuited(self.field)),
        })
    }

    fn other_record(&self, name: &str) -> Result<OtherRecord, RuleError> {
        match name {
            ITSELF => Ok(OtherRecord::Itself),
            PARENT => Ok(OtherRecord::Parent),
            _ => self.typed(name, &[ValueType::Id]).map(OtherRecord::Field),
        }
    }

    /// Another field of the same kind.
    fn other(&self, name: &str) -> Result<&'static FieldSpec, RuleError> {
        let missing = || RuleError::NoSuchField { rule: self.rule.to_owned(), field: name.to_owned() };
        self.record.field_named(name).ok_or_else(missing)
    }

    fn typed(&self, name: &str, types: &[ValueType]) -> Result<FieldNumber, RuleError> {
        let field = self.other(name)?;
        self.holds(field, types).map(|()| field.number)
    }

    /// Whether the field holds one value of one of these types.
    fn holds(&self, field: &FieldSpec, types: &[ValueType]) -> Result<(), RuleError> {
        if !field.repeated && types.contains(&field.value_type) { Ok(()) } else { Err(self.unsuited(field)) }
    }

    /// As [`holds`](Self::holds), for the rule's own field, which may be a list.
    fn any_of(&self, types: &[ValueType]) -> Result<(), RuleError> {
        if types.contains(&self.field.value_type) { Ok(()) } else { Err(self.unsuited(self.field)) }
    }

    pub(super) fn codes(&self, field: &FieldSpec, codes: &[String]) -> Result<(), RuleError> {
        let list = field.code_list.and_then(|name| code_lists().list(name)).ok_or_else(|| self.unsuited(field))?;
        match codes.iter().find(|code| list.entry(code).is_none()) {
            None if !codes.is_empty() => Ok(()),
            None => Err(self.unsuited(field)),
            Some(code) => Err(RuleError::NoSuchCode {
                rule: self.rule.to_owned(),
                field: field.name.to_owned(),
                code: code.clone(),
            }),
        }
    }

    fn same_compartment(&self, number: FieldNumber) -> Result<(), RuleError> {
        match self.record.field(number) {
            Some(other) if other.compartment == self.field.compartment => Ok(()),
            other => {
                let field = other.map_or_else(String::new, |other| other.name.to_owned());
                Err(RuleError::Compartment { rule: self.rule.to_owned(), field })
            }
        }
    }

    fn unsuited(&self, field: &FieldSpec) -> RuleError {
        RuleError::Unsuited { rule: self.rule.to_owned(), field: field.name.to_owned() }
    }
}
