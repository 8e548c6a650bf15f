//! A profile, checked against the catalogue.

use std::collections::BTreeMap;

use saferoom::model::{FieldSpec, RecordKind, RecordSpec, catalogue};
use serde::Deserialize;
use serde_json::Value as Json;

/// Why nothing was converted. Positions, kinds, fields and paths of the profile; no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// The profile is wrong.
    #[error("the profile is wrong: {0}")]
    Profile(String),
    /// The file is not what it should be.
    #[error("the file is not {0}")]
    File(&'static str),
    /// Values that cannot be converted; all of them, up to a thousand.
    #[error("{} value(s) cannot be converted:{}", .0.len(), .0.iter().map(|text| format!("\n  {text}")).collect::<String>())]
    Values(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    format: u32,
    root: Option<String>,
    source: crate::import::Source,
    record: Vec<RecordEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordEntry {
    kind: String,
    parent: Option<String>,
    each: Option<String>,
    when: Option<String>,
    fields: BTreeMap<String, FieldMap>,
}

/// Where a field comes from and goes to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FieldMap {
    pub(super) path: Option<String>,
    pub(super) constant: Option<Json>,
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) back: BTreeMap<String, String>,
    pub(super) default: Option<String>,
    pub(super) omit: bool,
    pub(super) pad: bool,
    pub(super) day: bool,
}

/// What an object becomes.
#[derive(Debug)]
pub(super) struct RecordMap {
    pub(super) spec: &'static RecordSpec,
    /// The record of the same object that it stands below; none: the unit.
    pub(super) parent: Option<usize>,
    pub(super) each: Option<String>,
    pub(super) when: Option<String>,
    pub(super) fields: Vec<(&'static FieldSpec, FieldMap)>,
}

/// A checked profile.
#[derive(Debug)]
pub struct Profile {
    /// Where the objects are from.
    pub source: crate::import::Source,
    pub(super) root: Option<String>,
    pub(super) records: Vec<RecordMap>,
}

impl Profile {
    /// Checks a profile.
    ///
    /// # Errors
    /// [`ShapeError::Profile`] with the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, ShapeError> {
        let wrong = |text: String| ShapeError::Profile(text);
        let file: ProfileFile = toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))?;
        if file.format != 1 {
            return Err(wrong("this release reads profiles of format 1".to_owned()));
        }
        let mut records: Vec<RecordMap> = Vec::new();
        for entry in file.record {
            let record = record(entry, &records).map_err(wrong)?;
            records.push(record);
        }
        if !records.first().is_some_and(RecordMap::is_main) {
            return Err(wrong("the first record has to be there for every object".to_owned()));
        }
        Ok(Self { source: file.source, root: file.root, records })
    }
}

impl RecordMap {
    /// Whether each object is one.
    pub(super) fn is_main(&self) -> bool {
        self.each.is_none() && self.when.is_none()
    }
}

fn record(entry: RecordEntry, earlier: &[RecordMap]) -> Result<RecordMap, String> {
    let spec = catalogue().by_name(&entry.kind).filter(|spec| spec.kind != RecordKind::UNIT);
    let spec = spec.ok_or_else(|| format!("there is no kind of record {:?} that can be imported", entry.kind))?;
    let parent = match &entry.parent {
        None => None,
        Some(name) => {
            let found = earlier.iter().position(|record| record.is_main() && record.spec.name() == name);
            Some(found.ok_or_else(|| format!("the parent {name:?} is no record that stands before this one"))?)
        }
    };
    let below = parent.map_or(RecordKind::UNIT, |index| earlier[index].spec.kind);
    if !spec.parents.contains(&below) {
        return Err(format!("a {} cannot stand below a {}", spec.name(), below.name()));
    }
    let mut fields = Vec::new();
    for (name, map) in entry.fields {
        let field = spec.field_named(&name).ok_or_else(|| format!("{} has no field {name:?}", spec.name()))?;
        if map.path.is_some() == map.constant.is_some() {
            return Err(format!("{}.{name} needs either a path or a constant", spec.name()));
        }
        fields.push((field, map));
    }
    for required in spec.fields.iter().filter(|field| field.required) {
        if !fields.iter().any(|(field, _)| field.number == required.number) {
            return Err(format!("the required field {}.{} is missing", spec.name(), required.name));
        }
    }
    Ok(RecordMap { spec, parent, each: entry.each, when: entry.when, fields })
}

/// What stands at a path such as `a.b`, if anything does.
pub(super) fn at<'j>(object: &'j Json, path: &str) -> Option<&'j Json> {
    let found = path.split('.').try_fold(object, |object, name| object.get(name))?;
    let nothing = found.is_null() || found.as_str().is_some_and(|text| text.trim().is_empty());
    (!nothing).then_some(found)
}
