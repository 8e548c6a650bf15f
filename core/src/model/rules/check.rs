//! Applying a check to the encoded fields of a record. Allocates nothing; what cannot be read breaks `type`, not this.

use std::ops::RangeInclusive;

use unicode_script::Script;

use super::letters;
use super::span::Span;
use super::{Condition, Demand, Occasion};
use crate::id::RecordId;
use crate::model::encoding::{Item, Reader, single};
use crate::model::{FieldBuffer, FieldNumber};

/// A check with the numbers of the other fields that it looks at.
#[derive(Debug)]
pub(super) enum Check {
    Required,
    Forbidden,
    NotTrue,
    AtLeastOneOf(Vec<FieldNumber>),
    NoneOf(Vec<String>),
    NotBefore(FieldNumber),
    NotAfter(FieldNumber),
    NotInFuture,
    ConsistentAge { birth: FieldNumber, at: Option<FieldNumber> },
    WithinBand(FieldNumber),
    NotMoreThan(FieldNumber),
    Range(RangeInclusive<u64>),
    Length(RangeInclusive<u64>),
    Items(RangeInclusive<u64>),
    DifferentRecords(Vec<OtherRecord>),
    OneScript,
    Script(Script),
    NoBidiControls,
    NoInvisible,
}

/// What a reference must not be.
#[derive(Debug)]
pub(super) enum OtherRecord {
    /// The record itself.
    Itself,
    /// The record that it stands below.
    Parent,
    /// What another field refers to.
    Field(FieldNumber),
}

impl Condition {
    /// Whether it holds for these fields.
    pub(super) fn holds(&self, fields: &FieldBuffer) -> bool {
        let value = fields.get(self.number);
        match (&self.demand, value) {
            (Demand::Present(present), _) => value.is_some() == *present,
            (_, None) => false,
            (Demand::Is(codes), Some(value)) => any_text(value, |text| codes.iter().any(|code| code == text)),
            (Demand::IsNot(codes), Some(value)) => any_text(value, |text| codes.iter().all(|code| code != text)),
            (Demand::MoreThan(limit), Some(value)) => number(value).is_some_and(|number| number > *limit),
            (Demand::Yes(yes), Some(value)) => boolean(value) == Some(*yes),
        }
    }
}

impl Check {
    /// Whether a field without a value can break it.
    pub(super) const fn wants_absent(&self) -> bool {
        matches!(self, Self::Required | Self::AtLeastOneOf(_))
    }

    /// Whether the value of the field, among the others, breaks it.
    pub(super) fn is_broken(&self, value: Option<&[u8]>, fields: &FieldBuffer, occasion: &Occasion) -> bool {
        let Some(value) = value else {
            return match self {
                Self::AtLeastOneOf(others) => others.iter().all(|other| fields.get(*other).is_none()),
                _ => matches!(self, Self::Required),
            };
        };
        let span_of = |number: FieldNumber| fields.get(number).and_then(Span::of);
        match self {
            Self::NotBefore(other) => {
                pair(Span::of(value), span_of(*other)).is_some_and(|(own, other)| own.is_before(other))
            }
            Self::NotAfter(other) => {
                pair(Span::of(value), span_of(*other)).is_some_and(|(own, other)| other.is_before(own))
            }
            Self::NotInFuture => {
                pair(Span::of(value), occasion.now).is_some_and(|(own, now)| own.is_after_tomorrow(now))
            }
            Self::ConsistentAge { birth, at } => {
                let day = at.map_or(occasion.now.map(Span::at), span_of);
                let stated = at.is_some();
                pair(pair(span_of(*birth), day), ages(value)).is_some_and(|((birth, day), ages)| {
                    let (lowest, highest) = birth.ages_on(day);
                    *ages.start() > highest || (stated && *ages.end() < lowest)
                })
            }
            Self::WithinBand(other) => pair(number(value), fields.get(*other).and_then(ages))
                .is_some_and(|(number, band)| !band.contains(&number)),
            Self::NotMoreThan(other) => {
                pair(number(value), fields.get(*other).and_then(number)).is_some_and(|(own, other)| own > other)
            }
            Self::DifferentRecords(others) => others.iter().any(|other| {
                let other = match other {
                    OtherRecord::Itself => occasion.record,
                    OtherRecord::Parent => occasion.parent,
                    OtherRecord::Field(number) => fields.get(*number).and_then(record),
                };
                other.is_some_and(|other| any(value, |item| item.id() == Ok(other)))
            }),
            _ => self.is_broken_alone(value),
        }
    }

    /// Whether the value alone breaks it.
    pub(super) fn is_broken_alone(&self, value: &[u8]) -> bool {
        match self {
            Self::Forbidden => true,
            Self::NotTrue => boolean(value) == Some(true),
            Self::NoneOf(codes) => any_text(value, |text| codes.iter().any(|code| code == text)),
            Self::Range(limits) => number(value).is_some_and(|number| !limits.contains(&number)),
            Self::Length(limits) => any_text(value, |text| !limits.contains(&(text.chars().count() as u64))),
            Self::Items(limits) => {
                matches!(Reader::new(value).item(), Ok(Item::Array(count)) if !limits.contains(&count))
            }
            Self::OneScript => any_text(value, |text| !letters::is_one_script(text)),
            Self::Script(script) => any_text(value, |text| !letters::is_script(text, *script)),
            Self::NoBidiControls => any_text(value, letters::has_direction_mark),
            Self::NoInvisible => any_text(value, letters::has_invisible),
            _ => false,
        }
    }
}

fn pair<A, B>(one: Option<A>, other: Option<B>) -> Option<(A, B)> {
    one.zip(other)
}

/// Whether this is so of the value, or of one item of the list.
fn any(value: &[u8], mut is: impl FnMut(Item<'_>) -> bool) -> bool {
    let mut reader = Reader::new(value);
    let count = match reader.item() {
        Ok(Item::Array(count)) => count,
        Ok(item) => return is(item),
        Err(_) => return false,
    };
    for _ in 0..count {
        match reader.item() {
            Ok(item) if is(item) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    false
}

fn any_text(value: &[u8], mut is: impl FnMut(&str) -> bool) -> bool {
    any(value, |item| matches!(item, Item::Text(text) if is(text)))
}

fn number(value: &[u8]) -> Option<u64> {
    single(value).ok()?.unsigned("number").ok()
}

fn boolean(value: &[u8]) -> Option<bool> {
    single(value).ok()?.bool().ok()
}

fn record(value: &[u8]) -> Option<RecordId> {
    single(value).ok()?.id().ok()
}

/// The ages that a number, or the code of an age group such as `10-13` or `18_or_over`, means.
fn ages(value: &[u8]) -> Option<RangeInclusive<u64>> {
    match single(value).ok()? {
        Item::Unsigned(age) => Some(age..=age),
        Item::Text(text) => match text.split_once('-') {
            Some((from, to)) => Some(from.parse().ok()?..=to.parse().ok()?),
            None => Some(text.strip_suffix("_or_over")?.parse().ok()?..=u64::MAX),
        },
        _ => None,
    }
}
