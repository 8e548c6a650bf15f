//! Statistics: what of a record may be known of a child without its keys. The release rule of each field makes a coarser
//! text of its value; the texts of one compartment of one case stand in a [`StatisticsSection`].
//!
//! Nothing in here is a name, a free text, an exact date or a place below a district: fields whose values are such have no
//! rule, or a rule that leaves nothing of them. A code that its list lacks is not passed on either: a host could have put
//! anything into it.

mod derive;
mod error;
mod section;

pub use derive::{ReportDay, report_day, statistics_of};
pub use error::StatisticsError;
pub use section::{StatisticsRecord, StatisticsSection, StatisticsValues};

use super::{FieldSpec, RecordSpec, ReleaseRule, ValueType};

/// Version of the rules by which values are made. Rows of older rules are made anew by the next session that can.
pub const STATISTICS_RULES: u64 = 1;

/// Whether anything of a field goes into the statistics.
#[must_use]
pub fn has_statistics(field: &FieldSpec) -> bool {
    let text = matches!(field.value_type, ValueType::Text | ValueType::Narrative | ValueType::Id);
    let exact = matches!(field.value_type, ValueType::Date | ValueType::Time | ValueType::Place);
    match field.release {
        // Extra fields of a vault mean nothing to the desk of another one.
        _ if field.extra.is_some() => false,
        None => false,
        Some(ReleaseRule::AsIs) => !text && !exact,
        Some(ReleaseRule::Count | ReleaseRule::Present) => true,
        Some(ReleaseRule::CoarseCode) => field.value_type == ValueType::Code,
        Some(ReleaseRule::AgeInYears) => field.value_type == ValueType::Date,
        Some(ReleaseRule::Province | ReleaseRule::District) => field.value_type == ValueType::Place,
        Some(ReleaseRule::Year | ReleaseRule::Month | ReleaseRule::Quarter) => {
            matches!(field.value_type, ValueType::Date | ValueType::Time)
        }
    }
}

/// The fields of a kind of which something goes into the statistics.
pub fn statistics_fields(spec: &RecordSpec) -> impl Iterator<Item = &FieldSpec> {
    spec.fields.iter().filter(|field| has_statistics(field))
}
