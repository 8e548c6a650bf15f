//! The file of rules as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::RuleError;

/// The format that this release reads.
const VERSION: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    version: u64,
    pub(super) km_status: String,
    pub(super) text: Vec<Text>,
    pub(super) rule: Vec<Rule>,
    #[serde(default)]
    pub(super) lock: Vec<Lock>,
    #[serde(default)]
    pub(super) governed: Vec<Governed>,
}

/// What no host writes by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Governed {
    pub(super) name: String,
    pub(super) kind: String,
    /// Empty: the whole record.
    #[serde(default)]
    pub(super) fields: Vec<String>,
    #[serde(default)]
    pub(super) when: Vec<When>,
    /// Codes that a host may state where nothing was stated before.
    #[serde(default)]
    pub(super) begins: BTreeMap<String, Vec<String>>,
    /// Only what stands already: a new record may state anything.
    #[serde(default)]
    pub(super) amended: bool,
    pub(super) en: String,
    pub(super) km: String,
}

/// What closing a record of a kind means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) parts: Vec<String>,
    #[serde(default)]
    pub(super) besides: Vec<String>,
    pub(super) successor: Option<String>,
    pub(super) en: String,
    pub(super) km: String,
}

/// What a rule says that is no entry of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) en: String,
    pub(super) km: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) name: String,
    /// Paths, such as `child.sex`.
    #[serde(default)]
    pub(super) fields: Vec<String>,
    /// Instead of fields: all that are searched in one of these ways.
    #[serde(default)]
    pub(super) search: Vec<String>,
    #[serde(default)]
    pub(super) when: Vec<When>,
    pub(super) check: Check,
    pub(super) en: String,
    pub(super) km: String,
    /// Examples, for the tests: field and value, and `record`, the kind.
    pub(super) passes: Vec<toml::Table>,
    pub(super) breaks: Vec<toml::Table>,
}

/// One condition; exactly one of the demands is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub(super) field: String,
    pub(super) is: Option<Vec<String>>,
    pub(super) is_not: Option<Vec<String>>,
    pub(super) more_than: Option<u64>,
    pub(super) present: Option<bool>,
    pub(super) yes: Option<bool>,
}

/// A check, with the names of the other fields that it looks at.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    Required,
    Forbidden,
    NotTrue,
    AtLeastOneOf(Vec<String>),
    NoneOf(Vec<String>),
    NotBefore(String),
    NotAfter(String),
    NotInFuture,
    ConsistentAge(Age),
    WithinBand(String),
    NotMoreThan(String),
    Range(Limits),
    Length(Limits),
    Items(Limits),
    DifferentRecords(Vec<String>),
    OneScript,
    Script(String),
    NoBidiControls,
    NoInvisible,
}

/// From and to, both included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    #[serde(default)]
    pub(super) at_least: u64,
    #[serde(default = "most")]
    pub(super) at_most: u64,
}

const fn most() -> u64 {
    u64::MAX
}

/// The date of birth, and the day for which the age is stated; without one, that of the write, as an upper limit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Age {
    pub(super) birth: String,
    pub(super) at: Option<String>,
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, RuleError> {
        let file: Self = toml::from_str(text).map_err(|error| RuleError::Toml(error.to_string()))?;
        if file.version == VERSION { Ok(file) } else { Err(RuleError::Version(file.version)) }
    }
}
