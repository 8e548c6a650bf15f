//! A mapping, checked against the catalogue: what is wrong with it shows before a row is read.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use saferoom::model::{FieldSpec, RecordKind, RecordSpec, Value, ValueType, catalogue, code_lists};
use toml::{Spanned, Value as Toml};

use super::error::{ImportError, MapProblem};
use super::map::{self, FieldEntry, MapFile, OnUnmapped, RecordEntry, Source, Transform, line_of};

/// The format of mapping files that this release reads.
const FORMAT: u32 = 1;
/// The most records that one row can become.
const MOST_RECORDS: usize = 16;

/// A checked mapping: how a row becomes records.
pub struct Plan {
    /// Where the rows are from.
    pub source: Source,
    pub(super) delimiter: u8,
    pub(super) keep: Vec<Keep>,
    pub(super) records: Vec<RecordPlan>,
    /// The columns that are needed, each once.
    pub(super) columns: Vec<Arc<str>>,
}

/// A condition on rows.
pub(super) struct Keep {
    pub(super) column: usize,
    pub(super) set: HashSet<String>,
}

/// A record that each row becomes.
pub(super) struct RecordPlan {
    pub(super) spec: &'static RecordSpec,
    /// Which earlier record it stands below; none: the unit.
    pub(super) parent: Option<usize>,
    pub(super) fields: Vec<FieldPlan>,
}

/// Where the value of a field comes from: a constant or columns.
pub(super) struct FieldPlan {
    pub(super) field: &'static FieldSpec,
    pub(super) path: Arc<str>,
    pub(super) constant: Option<Value>,
    pub(super) cells: Vec<CellPlan>,
}

/// How a cell becomes a value.
pub(super) struct CellPlan {
    pub(super) column: usize,
    pub(super) separator: Option<String>,
    pub(super) unknown: HashSet<String>,
    pub(super) transform: Option<Transform>,
    pub(super) values: Option<HashMap<String, Value>>,
    pub(super) on_unmapped: OnUnmapped,
}

impl Plan {
    /// Reads and checks a mapping file.
    ///
    /// # Errors
    /// [`ImportError::Io`], and as [`parse`](Self::parse).
    pub fn load(path: &Path) -> Result<Self, ImportError> {
        Self::parse(&std::fs::read_to_string(path).map_err(ImportError::io("mapping file"))?)
    }

    /// Checks a mapping.
    ///
    /// # Errors
    /// [`ImportError::Map`] with the line of everything that is wrong.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        let file = map::parse(text)?;
        let mut check = Check { text, problems: Vec::new(), columns: Vec::new(), unknown: file.unknown.clone() };
        let plan = check.plan(file);
        if !check.problems.is_empty() {
            check.problems.sort_by_key(|problem| problem.line);
            return Err(ImportError::Map(check.problems));
        }
        Ok(Plan { columns: check.columns, ..plan })
    }

    /// How many records a row becomes.
    pub(super) fn records_per_row(&self) -> u64 {
        self.records.len() as u64
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({} records, {} columns)", self.records.len(), self.columns.len())
    }
}

/// The check in progress.
struct Check<'t> {
    text: &'t str,
    problems: Vec<MapProblem>,
    columns: Vec<Arc<str>>,
    unknown: Vec<String>,
}

impl Check<'_> {
    fn wrong(&mut self, place: &Range<usize>, text: impl Into<String>) {
        self.problems.push(MapProblem { line: line_of(self.text, place), text: text.into() });
    }

    fn column(&mut self, name: &Spanned<String>) -> usize {
        let trimmed = name.get_ref().trim();
        if trimmed.is_empty() {
            self.wrong(&name.span(), "the name of the column is empty");
        }
        self.columns.iter().position(|column| &**column == trimmed).unwrap_or_else(|| {
            self.columns.push(trimmed.into());
            self.columns.len() - 1
        })
    }

    fn plan(&mut self, file: MapFile) -> Plan {
        if *file.format.get_ref() != FORMAT {
            self.wrong(&file.format.span(), format!("this release reads mappings of format {FORMAT}"));
        }
        let delimiter = match file.delimiter.as_ref().map_or(",", |delimiter| delimiter.get_ref()) {
            "," => b',',
            ";" => b';',
            "\t" => b'\t',
            "|" => b'|',
            _ => {
                let place = file.delimiter.as_ref().map_or(0..0, Spanned::span);
                self.wrong(&place, "the delimiter is a comma, a semicolon, a tab (\\t) or a bar");
                b','
            }
        };
        let mut keep = Vec::new();
        for entry in file.keep {
            if entry.set.get_ref().is_empty() {
                self.wrong(&entry.set.span(), "no row can be kept: the set is empty");
            }
            let set = entry.set.into_inner().iter().map(|value| value.trim().to_owned()).collect();
            keep.push(Keep { column: self.column(&entry.column), set });
        }
        if file.record.is_empty() || file.record.len() > MOST_RECORDS {
            self.wrong(&(0..0), format!("a mapping has 1 to {MOST_RECORDS} records"));
        }
        let mut records = Vec::new();
        for entry in file.record {
            let record = self.record(entry, &records);
            records.extend(record);
        }
        Plan { source: file.source, delimiter, keep, records, columns: Vec::new() }
    }

    fn record(&mut self, entry: RecordEntry, earlier: &[RecordPlan]) -> Option<RecordPlan> {
        let kind = entry.kind.get_ref();
        let spec = match catalogue().by_name(kind) {
            Some(spec) if spec.kind != RecordKind::UNIT => spec,
            _ => {
                self.wrong(&entry.kind.span(), format!("there is no kind of record {kind:?} that can be imported"));
                return None;
            }
        };
        if earlier.iter().any(|record| record.spec.kind == spec.kind) {
            self.wrong(&entry.kind.span(), format!("a row becomes two records of kind {kind:?}"));
        }
        let parent = self.parent(&entry, spec, earlier);
        for field in spec.fields.iter().filter(|field| field.required) {
            if !entry.fields.keys().any(|name| name.get_ref() == field.name) {
                let missing = format!("the required field {kind}.{} is missing", field.name);
                self.wrong(&entry.kind.span(), missing);
            }
        }
        let mut fields = Vec::new();
        for (name, source) in entry.fields {
            match spec.field_named(name.get_ref()) {
                Some(field) => fields.extend(self.field(spec, field, &name.span(), source)),
                None => self.wrong(&name.span(), format!("{kind} has no field {:?}", name.get_ref())),
            }
        }
        Some(RecordPlan { spec, parent, fields })
    }

    fn parent(&mut self, entry: &RecordEntry, spec: &RecordSpec, earlier: &[RecordPlan]) -> Option<usize> {
        let place = entry.parent.as_ref().map_or(entry.kind.span(), Spanned::span);
        let name = entry.parent.as_ref().map_or("unit", |parent| parent.get_ref().as_str());
        let parent = earlier.iter().position(|record| record.spec.name() == name);
        let kind = parent.map_or(RecordKind::UNIT, |index| earlier[index].spec.kind);
        if parent.is_none() && name != "unit" {
            self.wrong(&place, format!("the parent {name:?} is no record that stands before this one"));
        } else if !spec.parents.contains(&kind) {
            self.wrong(&place, format!("a {} cannot stand below a {}: name its parent", spec.name(), kind.name()));
        }
        parent
    }

    fn field(
        &mut self,
        spec: &RecordSpec,
        field: &'static FieldSpec,
        place: &Range<usize>,
        entry: FieldEntry,
    ) -> Option<FieldPlan> {
        let path: Arc<str> = format!("{}.{}", spec.name(), field.name).into();
        let (mut constant, mut cells) = (None, Vec::new());
        match (&entry.constant, &entry.column) {
            (Some(value), None) => match parse_constant(field, value.get_ref()) {
                Ok(value) => constant = Some(value),
                Err(reason) => self.wrong(&value.span(), format!("{path}: the constant does not fit: {reason}")),
            },
            (None, Some(_)) => self.cells(&path, field, place, entry, &mut cells),
            _ => self.wrong(place, format!("{path} needs either a column or a constant")),
        }
        Some(FieldPlan { field, path, constant, cells })
    }

    fn cells(
        &mut self,
        path: &str,
        field: &'static FieldSpec,
        place: &Range<usize>,
        entry: FieldEntry,
        cells: &mut Vec<CellPlan>,
    ) {
        let Some(column) = entry.column.as_ref().map(|column| self.column(column)) else {
            self.wrong(place, format!("{path}: `also` names further columns"));
            return;
        };
        if let Some(separator) = entry.separator.as_ref().filter(|text| text.get_ref().is_empty() || !field.repeated) {
            self.wrong(&separator.span(), format!("{path}: a separator is for lists, and not empty"));
        }
        if !entry.also.is_empty() && !field.repeated {
            self.wrong(place, format!("{path} holds one value: it cannot take several columns"));
        }
        let values = entry.values.map(|values| {
            let mut parsed = HashMap::new();
            for (from, to) in values {
                match parse_item(field, to.get_ref()) {
                    Ok(value) => drop(parsed.insert(from.trim().to_owned(), value)),
                    Err(reason) => self.wrong(&to.span(), format!("{path}: {:?} does not fit: {reason}", to.get_ref())),
                }
            }
            parsed
        });
        let unknown = self.unknown.iter().chain(&entry.unknown).map(|text| text.trim().to_owned()).collect();
        let separator = entry.separator.map(Spanned::into_inner);
        let (transform, on_unmapped) = (entry.transform, entry.on_unmapped);
        cells.push(CellPlan { column, separator, unknown, transform, values, on_unmapped });
        for further in entry.also {
            self.cells(path, field, place, further, cells);
        }
    }
}

/// Whether the value is in the field's code list, if the field has one.
pub(super) fn is_known(field: &FieldSpec, value: &Value) -> bool {
    match (field.code_list, value) {
        (Some(list), Value::Code(code)) => {
            code_lists().list(list).is_some_and(|list| list.entry(code.as_str()).is_some())
        }
        _ => true,
    }
}

fn parse_item(field: &FieldSpec, text: &str) -> Result<Value, String> {
    let value = Value::parse(field.value_type, text).map_err(|reason| reason.to_string())?;
    let list = field.code_list.unwrap_or_default();
    if is_known(field, &value) { Ok(value) } else { Err(format!("the code list {list} does not have it")) }
}

fn parse_constant(field: &FieldSpec, constant: &Toml) -> Result<Value, String> {
    if field.repeated {
        let items = constant.as_array().filter(|items| !items.is_empty()).ok_or("the field takes a list")?;
        return items.iter().map(|item| parse_single(field, item)).collect::<Result<_, _>>().map(Value::List);
    }
    parse_single(field, constant)
}

fn parse_single(field: &FieldSpec, constant: &Toml) -> Result<Value, String> {
    match (field.value_type, constant) {
        (ValueType::Bool, Toml::Boolean(value)) => Ok(Value::Bool(*value)),
        (ValueType::Unsigned, Toml::Integer(number)) => {
            u64::try_from(*number).map(Value::Unsigned).map_err(|_| String::from("it is negative"))
        }
        (ValueType::Bool, _) => Err("the field takes true or false".into()),
        (ValueType::Unsigned, _) => Err("the field takes a whole number".into()),
        (_, Toml::String(text)) => parse_item(field, text),
        _ => Err("the field takes a text in quotes".into()),
    }
}
