//! Extra fields: a form document adds fields to the kinds of this release, because every country asks for something more.
//!
//! A document is written as TOML and kept as deterministic CBOR (docs/formats.md, "Form document"). It is held against the
//! catalogue and against the forms before it: it can add fields, restate its own and retire them, and can do nothing to what
//! is there. [`extended_catalogue`] answers with specs that hold both; all else (validation, [`DynamicRecord`],
//! [`RecordForm`]) takes them like those of this release.
//!
//! [`DynamicRecord`]: super::DynamicRecord
//! [`RecordForm`]: super::RecordForm

mod cbor;
mod check;
mod error;
mod merge;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use serde::{Deserialize, Serialize};

use super::{CodeEntry, Compartment, FieldClass, ReleaseRule, SearchKind, ValueType};

pub use error::{FormError, FormRule};
pub use merge::extended_catalogue;

/// Numbers of extra fields start here; those below belong to releases.
pub const FIRST_EXTRA_NUMBER: u64 = 1 << 32;

/// The format of form documents that this release reads.
const VERSION: u64 = 1;

/// Most bytes of a document, as TOML or as CBOR.
pub const MAX_FORM_LENGTH: usize = 256 << 10;

/// Most fields that one document adds, restates or retires.
pub const MAX_FORM_FIELDS: usize = 256;

/// A form document: what it adds, restates and retires. Ordered by kind and number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormDocument {
    name: String,
    fields: Vec<ExtraField>,
    retired: Vec<(String, u64)>,
}

/// One extra field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtraField {
    /// Name of the kind of record.
    pub record: String,
    /// Its number, from 2^32. For ever.
    pub number: u64,
    /// Its name: small letters, digits, underscores.
    pub name: String,
    /// What it is, in English.
    pub label: String,
    /// What it is, in Khmer.
    pub label_km: String,
    /// What to write into it, in English.
    pub help: String,
    /// What to write into it, in Khmer.
    pub help_km: String,
    /// Whose keys open it.
    #[serde(skip)]
    pub compartment: Compartment,
    /// How sensitive it is.
    #[serde(skip)]
    pub class: FieldClass,
    /// How it can be searched.
    #[serde(skip)]
    pub search: Option<SearchKind>,
    /// What of it may leave in an extract.
    #[serde(skip)]
    pub release: Option<ReleaseRule>,
    /// What it holds.
    #[serde(skip)]
    pub value_type: ValueType,
    /// Whether it holds a list.
    pub repeated: bool,
    /// Whether a record without it is refused.
    pub required: bool,
    /// The shipped list that its codes are from.
    pub code_list: Option<String>,
    /// Codes of its own, instead of a list.
    pub choices: Vec<CodeEntry>,
}

/// The document as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    name: String,
    #[serde(default)]
    field: Vec<Written>,
    #[serde(default)]
    retire: Vec<Retired>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    record: String,
    number: u64,
    name: String,
    label: String,
    label_km: String,
    help: String,
    help_km: String,
    compartment: String,
    class: String,
    search: Option<String>,
    release: Option<String>,
    #[serde(rename = "type")]
    value_type: String,
    #[serde(default)]
    repeated: bool,
    #[serde(default)]
    required: bool,
    code_list: Option<String>,
    #[serde(default)]
    choices: Vec<CodeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retired {
    record: String,
    number: u64,
}

impl FormDocument {
    /// Reads a document that a person wrote, and checks what can be checked of it alone.
    ///
    /// # Errors
    /// [`FormError`] that names field and rule.
    pub fn parse(text: &str) -> Result<Self, FormError> {
        if text.len() > MAX_FORM_LENGTH {
            return Err(FormError::TooLarge);
        }
        let file: File = toml::from_str(text).map_err(|error| FormError::Toml(error.message().to_owned()))?;
        if file.version != VERSION {
            return Err(FormError::Version(file.version));
        }
        let fields = file.field.into_iter().map(Written::field).collect::<Result<_, _>>()?;
        let retired = file.retire.into_iter().map(|retired| (retired.record, retired.number)).collect();
        Self { name: file.name, fields, retired }.ordered()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields that it adds or restates, ascending by kind and number.
    #[must_use]
    pub fn fields(&self) -> &[ExtraField] {
        &self.fields
    }

    /// Kind and number of each field that it retires, ascending.
    #[must_use]
    pub fn retired(&self) -> &[(String, u64)] {
        &self.retired
    }

    fn ordered(mut self) -> Result<Self, FormError> {
        self.fields.sort_by(|one, other| (&one.record, one.number).cmp(&(&other.record, other.number)));
        self.retired.sort();
        check::alone(&self)?;
        Ok(self)
    }
}

impl Written {
    fn field(self) -> Result<ExtraField, FormError> {
        let unknown = || FormError::Field { field: check::path(&self.record, &self.name), rule: FormRule::UnknownWord };
        Ok(ExtraField {
            compartment: Compartment::from_name(&self.compartment).ok_or_else(unknown)?,
            class: FieldClass::from_name(&self.class).ok_or_else(unknown)?,
            search: self.search.as_deref().map(|name| SearchKind::from_name(name).ok_or_else(unknown)).transpose()?,
            release: self
                .release
                .as_deref()
                .map(|name| ReleaseRule::from_name(name).ok_or_else(unknown))
                .transpose()?,
            value_type: ValueType::from_name(&self.value_type).ok_or_else(unknown)?,
            record: self.record,
            number: self.number,
            name: self.name,
            label: self.label,
            label_km: self.label_km,
            help: self.help,
            help_km: self.help_km,
            repeated: self.repeated,
            required: self.required,
            code_list: self.code_list,
            choices: self.choices,
        })
    }
}
