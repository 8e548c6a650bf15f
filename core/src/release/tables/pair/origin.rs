//! Columns that are made of the same facts: whoever knows one of a child knows something of the other. A table by provinces
//! and one by districts are tied as if they had a dimension in common; where nobody wrote down how, nothing can be said of
//! two tables together, and the second one is refused.

use super::super::spec::{Dimension, Value};

/// How two dimensions of different tables hang together.
pub(super) enum Related {
    Not,
    /// By the same column, or by one that follows from the other.
    Tied,
    /// By the same facts, in a way that is not written down here.
    Untold,
}

/// A column that follows from another.
struct Tied {
    from: &'static str,
    follows: &'static str,
    /// Whether these values can be of one child.
    meets: fn(&Value, &Value) -> bool,
    /// Whether one is missing exactly where the other is.
    missing_alike: bool,
}

const TIED: [Tied; 9] = [
    Tied { from: "child.home_commune", follows: "child.home_district", meets: of_one_province, missing_alike: false },
    Tied { from: "child.home_commune", follows: "child.home_province", meets: of_one_province, missing_alike: false },
    Tied { from: "child.home_district", follows: "child.home_province", meets: of_one_province, missing_alike: false },
    Tied { from: "child.date_of_birth", follows: "child.age_at_report", meets: Value::meets, missing_alike: false },
    Tied { from: "child.date_of_birth", follows: "child.age_band", meets: in_band, missing_alike: false },
    Tied { from: "child.age_at_report", follows: "child.age_band", meets: in_band, missing_alike: false },
    Tied { from: "interview.recording", follows: "indicator.recorded", meets: recorded, missing_alike: true },
    Tied { from: "interview.delay_days", follows: "indicator.delay", meets: in_band, missing_alike: true },
    Tied {
        from: "interview.support_person_choice",
        follows: "indicator.support_offered",
        meets: offered,
        missing_alike: true,
    },
];

const AGE: &str = "child.date_of_birth";
const HOME: &str = "child.home_commune";

/// What columns are made of, where that is not the column itself.
const MADE_OF: [(&str, &[&str]); 19] = [
    ("child.home_district", &[HOME]),
    ("child.home_province", &[HOME]),
    ("child.age_at_report", &[AGE]),
    ("child.age_band", &[AGE]),
    ("indicator.in_room", &["interview.room", "interview.alternative_venue"]),
    ("indicator.delay", &["interview.delay_days"]),
    ("indicator.undue_delay", &["interview.delay_days", "interview.quality_flags"]),
    ("indicator.interviewed_once", &["interview.count", "interview.sequence_number"]),
    ("indicator.recorded", &["interview.recording"]),
    ("indicator.support_offered", &["interview.support_person_choice"]),
    ("indicator.phases_complete", &["interview_phase.completion"]),
    ("indicator.narrative_training", &["interview.quality_flags", "interview_phase.count"]),
    (
        "indicator.open_invitations",
        &[
            "interview.invitations",
            "interview.cued_invitations",
            "interview.directive_questions",
            "interview.option_posing_questions",
            "interview.suggestive_questions",
            "interview.faux_invitations",
            "interview.negative_recasts",
        ],
    ),
    ("indicator.breaks_under_10", &[AGE, "interview.breaks", "interview.net_minutes"]),
    ("indicator.wellbeing", &["interview.face_before", "interview.face_after"]),
    ("indicator.referral_in_24h", &["referral.urgency", "referral.status", "referral.hours_to_receipt"]),
    ("indicator.referral_in_72h", &["referral.urgency", "referral.status", "referral.hours_to_receipt"]),
    ("indicator.referral_succeeded", &["referral.outcome"]),
    (
        "indicator.refusal_respected",
        &["consent.decision", "consent.purpose", "interview.recording", "referral.override_ground"],
    ),
];

pub(super) fn related(one: &Dimension, other: &Dimension) -> Related {
    if one.column == other.column || tied(&one.column, &other.column).is_some() {
        return Related::Tied;
    }
    let (one, other) = (facts(&one.column), facts(&other.column));
    if one.iter().any(|fact| other.contains(fact)) { Related::Untold } else { Related::Not }
}

/// Whether a place of a dimension and one of another, of a column that follows from it or from which it does, can be of one
/// child.
pub(super) fn can_be((one, place): (&Dimension, usize), (other, at): (&Dimension, usize)) -> bool {
    match tied(&one.column, &other.column) {
        Some((tied, false)) => tied.can_be((one, place), (other, at)),
        Some((tied, true)) => tied.can_be((other, at), (one, place)),
        None => true,
    }
}

/// How a column is tied to another, and whether the second one is that from which the first follows.
fn tied(one: &str, other: &str) -> Option<(&'static Tied, bool)> {
    let straight = TIED.iter().find(|tied| tied.from == one && tied.follows == other).map(|tied| (tied, false));
    straight.or_else(|| TIED.iter().find(|tied| tied.from == other && tied.follows == one).map(|tied| (tied, true)))
}

fn facts(column: &str) -> Vec<&str> {
    let made = MADE_OF.iter().find(|(name, _)| *name == column);
    made.map_or_else(|| vec![column], |(_, facts)| facts.to_vec())
}

impl Tied {
    fn can_be(&self, (from, place): (&Dimension, usize), (follows, at): (&Dimension, usize)) -> bool {
        let is_missing = |dimension: &Dimension, place| place >= dimension.values.len() && !dimension.is_other(place);
        let missing = (is_missing(from, place), is_missing(follows, at));
        match (from.values.get(place), follows.values.get(at)) {
            _ if missing.0 || missing.1 => !self.missing_alike || missing.0 == missing.1,
            (Some(one), Some(other)) => (self.meets)(one, other),
            // What follows from a value and is declared is not among the others.
            (Some(one), None) => !follows.values.iter().any(|other| (self.meets)(one, other)),
            (None, _) => true,
        }
    }
}

/// Codes of places begin with their province.
fn of_one_province(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one.get(..2) == other.get(..2),
        _ => true,
    }
}

fn recorded(recording: &Value, recorded: &Value) -> bool {
    says_no(recording, "none", recorded)
}

fn offered(choice: &Value, offered: &Value) -> bool {
    says_no(choice, "not_offered", offered)
}

fn says_no(value: &Value, no: &str, answer: &Value) -> bool {
    match (value, answer) {
        (Value::Text(value), Value::Text(answer)) => (value == no) == (answer == "no"),
        _ => true,
    }
}

/// Whether a number, or a band of them, can lie in a band that is given in words: `3-7 days`, `10-13`, `18_or_over`,
/// `over 30 days`.
fn in_band(number: &Value, band: &Value) -> bool {
    let Value::Text(words) = band else { return number.meets(band) };
    let mut numbers =
        words.split(|character: char| !character.is_ascii_digit()).filter_map(|part| part.parse::<i64>().ok());
    let (first, second) = (numbers.next(), numbers.next());
    let Some(first) = first else { return true };
    let band = match second {
        Some(last) => Value::Band(first, last.checked_add(1)),
        None if words.starts_with("over ") => Value::Band(first.saturating_add(1), None),
        None if words.contains("over") => Value::Band(first, None),
        // Other words are not understood: anything is possible.
        None => return true,
    };
    number.meets(&band)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RecordKind, catalogue};
    use crate::release::indicators::INDICATORS;

    #[test]
    fn every_indicator_says_what_it_is_made_of_and_every_column_is_one() {
        for indicator in INDICATORS {
            let name = format!("indicator.{}", indicator.name);
            assert!(MADE_OF.iter().any(|(column, _)| *column == name), "{name}");
        }
        let is_column = |path: &&str| match path.split_once('.') {
            Some(("indicator", name)) => INDICATORS.iter().any(|indicator| indicator.name == name),
            Some((kind, "count")) => catalogue().by_name(kind).is_some(),
            _ => catalogue().field(path).is_some(),
        };
        let named = MADE_OF.iter().flat_map(|(column, facts)| facts.iter().chain([column]));
        let tied = TIED.iter().flat_map(|tied| [&tied.from, &tied.follows]);
        assert!(named.chain(tied).all(is_column), "{:?}", RecordKind::CHILD);
    }

    #[test]
    fn words_are_bands() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (number, band, can) in [
            ("3", "3-7 days", true),
            ("8", "3-7 days", false),
            ("30", "over 30 days", false),
            ("31", "over 30 days", true),
            ("18", "18_or_over", true),
            ("17", "18_or_over", false),
            ("13", "10-13", true),
            ("5", "unknown", true),
        ] {
            assert_eq!(in_band(&text(number), &text(band)), can, "{number} {band}");
        }
        assert!(in_band(&Value::Band(0, Some(4)), &text("3-7 days")));
        assert!(!in_band(&Value::Band(0, Some(3)), &text("3-7 days")));
    }
}
