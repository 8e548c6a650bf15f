//! Floor 2: what is recorded. Records and their fields, each with its declared nature: the catalogue.
//!
//! A field says once what it is ([`FieldSpec`], by `#[derive(Record)]`); sealing, access, search, the log, extracts and
//! the data dictionary follow from it.

mod age;
mod buffer;
mod catalogue;
mod code;
mod codes;
mod date;
mod dynamic;
mod embedded;
mod encoding;
mod error;
mod extra;
mod field;
mod form;
mod gazetteer;
mod labels;
mod place;
mod record;
pub mod records;
mod rules;
#[cfg(test)]
pub(crate) mod samples;
pub mod search;
pub mod statistics;
#[cfg(test)]
mod tests;
mod text;
mod validate;
mod value;
#[cfg(test)]
mod vectors;

pub(crate) use age::is_young;
pub use buffer::FieldBuffer;
pub use catalogue::{Catalogue, CatalogueEntry, catalogue};
pub use code::{Code, CodeListName, Coded};
pub use codes::{CodeEntry, CodeList, CodeListError, CodeLists, code_lists, overlay_code_lists};
pub(crate) use date::days_in;
pub use date::{PartialDate, Timestamp};
pub use dynamic::DynamicRecord;
pub use encoding::FieldType;
pub use error::{ModelError, ValueError, Violation};
pub use extra::{
    ExtraField, FIRST_EXTRA_NUMBER, FormDocument, FormError, FormRule, MAX_FORM_FIELDS, MAX_FORM_LENGTH,
    extended_catalogue,
};
pub(crate) use field::named;
pub use field::{Compartment, FieldClass, FieldNumber, FieldSpec, ReleaseRule, SearchKind, ValueType};
pub use form::{Choice, FieldForm, RecordForm};
pub use gazetteer::{Gazetteer, GazetteerError, GazetteerPlace, gazetteer, sample_gazetteer, use_gazetteer};
pub use labels::{LabelLanguage, km_status};
pub use place::{PlaceCode, PlaceLevel};
pub use record::{Record, RecordKind, RecordSpec};
pub use rules::{Condition, Demand, Governed, GovernedRule, LockRule, Occasion, RuleError, Rules, rules};
pub use saferoom_derive::Record;
pub use text::{Narrative, Text};
pub(crate) use validate::{KNOWN_CODE, KNOWN_PLACE, carries_over};
pub use validate::{validate, validate_on};
pub use value::Value;
