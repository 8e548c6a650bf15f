//! The records of this release, one per file. A field's number is for ever; the golden catalogue pins it.
//!
//! Numbers are grouped in tens by subject, so that a field that comes later finds its place next to its kin.

mod case;
mod child;
mod interview;
mod lists;
mod officer;
mod room;
mod statement;
mod station;
mod unit;

pub use case::Case;
pub use child::Child;
pub use interview::Interview;
pub use lists::*;
pub use officer::Officer;
pub use room::Room;
pub use statement::Statement;
pub use station::Station;
pub use unit::Unit;

/// `Debug` that says only which kind of record it is: a record must not leak through a log line or a panic.
macro_rules! redacted {
    ($record:ident) => {
        impl std::fmt::Debug for $record {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($record), "(redacted)"))
            }
        }
    };
}
use redacted;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FieldBuffer, Narrative, PartialDate, PlaceCode, Record, Text};

    /// What comes back after encoding and decoding, and how many fields were written.
    fn there_and_back<R: Record>(record: &R) -> (R, usize) {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        (R::decode(&fields).unwrap(), fields.len())
    }

    #[test]
    fn a_record_comes_back_and_what_is_empty_takes_no_space() {
        let child = Child {
            given_name: Some(Text::new("សុភា").unwrap()),
            phones: vec![Text::new("012 345 678").unwrap(), Text::new("+855 12 345 679").unwrap()],
            date_of_birth: Some(PartialDate::parse("2014-05").unwrap()),
            home_commune: Some(PlaceCode::parse("120304").unwrap()),
            sex: Some(Sex::new("female").unwrap()),
            harm_forms: vec![HarmForm::new("livestreamed_csa").unwrap(), HarmForm::new("a_newer_code").unwrap()],
            interpreter_needed: Some(false),
            ..Child::default()
        };
        let (back, fields) = there_and_back(&child);
        assert!(back == child);
        assert_eq!(fields, 7);

        let statement = Statement {
            kind: Some(StatementKind::new("verbatim_transcript").unwrap()),
            body: Some(Narrative::new("ខ្ញុំ\nមិនដឹង").unwrap()),
            child_corrections: Some(2),
            ..Statement::default()
        };
        let (back, fields) = there_and_back(&statement);
        assert!(back == statement);
        assert_eq!(fields, 3);
        assert_eq!(there_and_back(&Case::default()).1, 0);
    }

    #[test]
    fn debug_tells_the_kind_only() {
        assert_eq!(format!("{:?}", Child::default()), "Child(redacted)");
        assert_eq!(format!("{:?}", Statement::default()), "Statement(redacted)");
    }
}
