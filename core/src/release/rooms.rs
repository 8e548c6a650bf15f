//! The rows of a table of rooms and training: uses of rooms, visits, items of the checklist, training, who took part, what
//! they answered, certificates of officers. A column is named by the path of a field of the row or of what it stands below,
//! such as `monitoring_visit.total_percent` or `station.province`; `visit_item.domain` is the domain of the checklist.
//!
//! What a field says is made coarser by its release rule, as for the statistics of children; names, tokens and free texts
//! never leave. Where rows are about people, people are counted for thresholds: the officer, or the token, or else each row
//! is somebody else.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::children::why_it_stays;
use super::error::ReleaseError;
use super::series::ChildId;
use super::table::{Column, Table};
use super::tables::{TablesError, TablesSpec};
use crate::id::RecordId;
use crate::model::statistics::statistics_of;
use crate::model::{
    DynamicRecord, FieldBuffer, FieldClass, FieldNumber, FieldSpec, RecordKind, RecordSpec, Value, catalogue,
    code_lists,
};
use crate::seal::sha256;

/// The column of who a row is about; it never leaves.
const UNIT_COLUMN: &str = "unit";
/// The derived column of items of the checklist.
const DOMAIN: &str = "domain";

/// What a row of a table of rooms and training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomsRows {
    /// A use of a room.
    RoomUses,
    /// A monitoring visit, with its scores.
    Visits,
    /// An item of the checklist at a visit, with its score.
    VisitItems,
    /// A training event.
    Training,
    /// Somebody at a training event.
    Participants,
    /// The answers of a participant in one wave.
    Surveys,
    /// A certificate of an officer.
    Certificates,
}

impl RoomsRows {
    /// The kind of the rows, and the kinds that they stand below, the nearest first.
    fn kinds(self) -> &'static [RecordKind] {
        match self {
            Self::RoomUses => &[RecordKind::ROOM_USE, RecordKind::ROOM, RecordKind::STATION],
            Self::Visits => &[RecordKind::MONITORING_VISIT, RecordKind::ROOM, RecordKind::STATION],
            Self::VisitItems => {
                &[RecordKind::VISIT_ITEM, RecordKind::MONITORING_VISIT, RecordKind::ROOM, RecordKind::STATION]
            }
            Self::Training => &[RecordKind::TRAINING_EVENT, RecordKind::STATION],
            Self::Participants => &[RecordKind::TRAINING_PARTICIPANT, RecordKind::TRAINING_EVENT, RecordKind::STATION],
            Self::Surveys => &[RecordKind::SURVEY, RecordKind::TRAINING_EVENT, RecordKind::STATION],
            Self::Certificates => &[RecordKind::CERTIFICATION, RecordKind::OFFICER],
        }
    }

    /// Whether a row is about somebody: then a table is compared with those before it. A use of a room may be about a child.
    #[must_use]
    pub fn are_people(self) -> bool {
        !matches!(self, Self::Visits | Self::VisitItems | Self::Training)
    }

    /// As a specification names them.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RoomUses => "room-uses",
            Self::Visits => "visits",
            Self::VisitItems => "visit-items",
            Self::Training => "training",
            Self::Participants => "participants",
            Self::Surveys => "surveys",
            Self::Certificates => "certificates",
        }
    }

    /// What is counted, in English, for many.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::RoomUses => "uses of rooms",
            Self::Visits => "visits",
            Self::VisitItems => "items of the checklist",
            Self::Training => "training events",
            Self::Participants => "participants",
            Self::Surveys => "people who answered",
            Self::Certificates => "officers",
        }
    }

    /// The field that tells who a row is about, if one does.
    fn person(self) -> Option<&'static str> {
        match self {
            Self::Participants => Some("officer"),
            Self::Surveys => Some("participant_token"),
            _ => None,
        }
    }
}

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Field(&'static RecordSpec, &'static FieldSpec),
    /// The domain of the item in this field.
    Domain(&'static RecordSpec, &'static FieldSpec),
}

/// The columns that a specification asks of rooms and training, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomsColumns {
    rows: RoomsRows,
    columns: Vec<(String, Source)>,
}

/// A record of rooms or training, as it was read.
#[derive(Debug, Clone)]
pub struct RoomsRecord {
    /// Its id.
    pub id: RecordId,
    /// The fields that were asked for.
    pub record: DynamicRecord,
}

impl RoomsColumns {
    /// The columns of a table of these rows: its dimensions and its magnitude.
    ///
    /// # Errors
    /// [`ReleaseError::UnknownColumn`], [`ReleaseError::SpecConflict`] for what never leaves, or if the specification says who
    /// a row is about; [`TablesError::Mode`] for noise, which is for children.
    pub fn of(spec: &TablesSpec, rows: RoomsRows) -> Result<Self, TablesError> {
        let conflict = |what: String| TablesError::from(ReleaseError::SpecConflict { line: 0, what });
        if spec.unit.is_some() {
            return Err(conflict("unit: of rooms and training it is known whom a row is about".to_owned()));
        }
        if spec.private.is_some() {
            return Err(TablesError::Mode {
                what: "counts with noise are of children; rooms and training have no budget",
            });
        }
        let mut asked = Self { rows, columns: Vec::new() };
        let dimensions = spec.dimensions.iter().map(|dimension| &dimension.column);
        for name in dimensions.chain(spec.magnitude.as_ref().map(|magnitude| &magnitude.column)) {
            if asked.columns.iter().all(|(known, _)| known != name) {
                asked.columns.push((name.clone(), source(rows, name)?));
            }
        }
        Ok(asked)
    }

    /// What the rows are.
    #[must_use]
    pub fn rows(&self) -> RoomsRows {
        self.rows
    }

    /// The kinds that are read, each with the fields that are: the rows', and of what they stand below.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static RecordSpec, Vec<FieldNumber>)> {
        let specs = self.rows.kinds().iter().filter_map(|kind| catalogue().by_kind(*kind));
        let asked = specs.enumerate().map(|(place, spec)| {
            let columns = self.columns.iter().map(|(_, source)| source.field()).filter(|(of, _)| of.kind == spec.kind);
            let person = self.rows.person().filter(|_| place == 0).and_then(|name| spec.field_named(name));
            let numbers: BTreeSet<_> =
                columns.map(|(_, field)| field.number).chain(person.map(|field| field.number)).collect();
            (place, spec, numbers.into_iter().collect::<Vec<_>>())
        });
        asked
            .filter(|(place, _, numbers)| *place == 0 || !numbers.is_empty())
            .map(|(_, spec, fields)| (spec, fields))
            .collect()
    }

    /// The specification by which the rows of [`table`](Self::table) are counted.
    #[must_use]
    pub fn counting(&self, spec: &TablesSpec) -> TablesSpec {
        TablesSpec { unit: Some(UNIT_COLUMN.to_owned()), ..spec.clone() }
    }

    /// The table of these records, and whom each row is about; `parents` has every record of the unit.
    ///
    /// # Errors
    /// Those of [`Table::new`]; [`ReleaseError::Broken`] for a record that cannot be written down again.
    pub fn table(
        &self,
        records: &[RoomsRecord],
        parents: &HashMap<RecordId, RecordId>,
    ) -> Result<(Table, Vec<ChildId>), ReleaseError> {
        let by_id: HashMap<RecordId, &DynamicRecord> = records.iter().map(|one| (one.id, &one.record)).collect();
        let mut rows: Vec<&RoomsRecord> =
            records.iter().filter(|one| one.record.spec().kind == self.rows.kinds()[0]).collect();
        rows.sort_by_key(|row| row.id);
        let units: Vec<ChildId> = rows.iter().map(|row| self.unit(row, parents)).collect();
        let mut columns = Vec::new();
        for (name, source) in &self.columns {
            let value = |row: &&RoomsRecord| source.value(row.id, &by_id, parents);
            let values = rows.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            columns.push(Column::new(name.clone(), values.iter().map(Option::as_deref)));
        }
        let names: Vec<String> = units.iter().map(|unit| crate::id::hexadecimal(unit)).collect();
        columns.push(Column::new(UNIT_COLUMN, names.iter().map(|name| Some(name.as_str()))));
        Ok((Table::new(columns)?, units))
    }

    /// Whom a row is about.
    fn unit(&self, row: &RoomsRecord, parents: &HashMap<RecordId, RecordId>) -> ChildId {
        let person = self.rows.person().and_then(|name| row.record.get(name));
        let known = match person {
            Some(Value::Id(officer)) => Some(*officer.as_bytes()),
            Some(Value::Text(token)) => sha256(token.as_str().as_bytes()).first_chunk().copied(),
            _ if self.rows == RoomsRows::Certificates => parents.get(&row.id).map(|officer| *officer.as_bytes()),
            _ => None,
        };
        known.unwrap_or(*row.id.as_bytes())
    }
}

impl Source {
    fn field(self) -> (&'static RecordSpec, &'static FieldSpec) {
        match self {
            Self::Field(spec, field) | Self::Domain(spec, field) => (spec, field),
        }
    }

    /// What the record of this column's kind, the row itself or one above it, says.
    fn value(
        self,
        row: RecordId,
        records: &HashMap<RecordId, &DynamicRecord>,
        parents: &HashMap<RecordId, RecordId>,
    ) -> Result<Option<String>, ReleaseError> {
        let (spec, field) = self.field();
        let mut at = Some(row);
        // No chain is longer than there are records.
        for _ in 0..=parents.len() {
            let Some(id) = at else { return Ok(None) };
            if let Some(record) = records.get(&id).filter(|record| record.spec().kind == spec.kind) {
                return self.text(record, field);
            }
            at = parents.get(&id).copied().filter(|parent| *parent != id);
        }
        Ok(None)
    }

    fn text(self, record: &DynamicRecord, field: &FieldSpec) -> Result<Option<String>, ReleaseError> {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).map_err(|_| ReleaseError::Broken { what: "records of rooms" })?;
        let values = statistics_of(record.spec(), field.compartment, fields.iter(), None);
        let text = values.get(&field.number.get()).map(|text| text.to_string());
        Ok(match self {
            Self::Field(..) => text,
            Self::Domain(..) => text.and_then(|item| domain_of(field, &item)),
        })
    }
}

/// The domain of the checklist that an item belongs to.
fn domain_of(field: &FieldSpec, item: &str) -> Option<String> {
    let entry = code_lists().list(field.code_list?)?.entry(item)?.clone();
    Some(entry.parent.unwrap_or(entry.code))
}

fn source(rows: RoomsRows, path: &str) -> Result<Source, ReleaseError> {
    let unknown = || ReleaseError::UnknownColumn { line: 0, column: path.to_owned() };
    let (kind, name) = path.split_once('.').ok_or_else(unknown)?;
    let spec = catalogue().by_name(kind).filter(|spec| rows.kinds().contains(&spec.kind)).ok_or_else(unknown)?;
    if (spec.kind, name) == (RecordKind::VISIT_ITEM, DOMAIN) {
        return spec.field_named("item").map(|field| Source::Domain(spec, field)).ok_or_else(unknown);
    }
    let field = spec.field_named(name).ok_or_else(unknown)?;
    // Five uses may be one child's five sessions: no threshold of uses hides what happened to that child.
    let of_one = (rows == RoomsRows::RoomUses && field.class == FieldClass::Sensitive)
        .then_some("it is about the child, and nobody knows which uses are of one child");
    match why_it_stays(field).or(of_one) {
        None => Ok(Source::Field(spec, field)),
        Some(why) => Err(ReleaseError::SpecConflict { line: 0, what: format!("column {path}: {why}") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(rows: &str, column: &str) -> Result<RoomsColumns, TablesError> {
        let text = format!(
            "name = \"t\"\naudience = \"inside\"\nrows = \"{rows}\"\n[[dimension]]\ncolumn = \"{column}\"\nvalues = [\"x\"]\n"
        );
        let spec = TablesSpec::parse(&text)?;
        RoomsColumns::of(&spec, spec.rows.unwrap())
    }

    #[test]
    fn what_names_somebody_never_leaves_and_no_row_has_columns_of_others() {
        for (rows, column) in [
            ("participants", "training_participant.name"),
            ("participants", "training_participant.officer"),
            ("surveys", "survey.participant_token"),
            ("surveys", "survey.free_text"),
            ("visits", "monitoring_visit.visitors"),
            ("visits", "monitoring_visit.summary"),
            ("certificates", "officer.name"),
            ("certificates", "certification.certificate_number"),
            ("room-uses", "room_use.note"),
            ("room-uses", "room_use.case_type"),
        ] {
            let refused = asked(rows, column);
            let never = matches!(refused, Err(TablesError::Release(ReleaseError::SpecConflict { .. })));
            assert!(never, "{column}: {refused:?}");
        }
        for (rows, column) in [
            ("visits", "child.sex"),
            ("visits", "visit_item.score"),
            ("visits", "room"),
            ("participants", "officer.sex"),
        ] {
            let refused = asked(rows, column);
            let unknown = matches!(refused, Err(TablesError::Release(ReleaseError::UnknownColumn { .. })));
            assert!(unknown, "{column}: {refused:?}");
        }
        let syntax = asked("children", "child.sex");
        assert!(matches!(syntax, Err(TablesError::Release(ReleaseError::SpecSyntax { line: 3, .. }))), "{syntax:?}");
    }

    #[test]
    fn only_what_is_asked_is_read() {
        let columns = asked("participants", "training_event.kind").unwrap();
        let read: Vec<_> = columns.fields().iter().map(|(spec, fields)| (spec.name(), fields.len())).collect();
        assert_eq!(
            read,
            [("training_participant", 1), ("training_event", 1)],
            "of participants, whether it is one officer"
        );
        let items = asked("visit-items", "visit_item.domain").unwrap();
        assert_eq!(items.fields().len(), 1);
    }

    #[test]
    fn an_item_of_the_checklist_is_of_its_domain() {
        let columns = asked("visit-items", "visit_item.domain").unwrap();
        let spec = catalogue().by_kind(RecordKind::VISIT_ITEM).unwrap();
        let mut record = DynamicRecord::new(spec);
        record.set_text("item", "A3").unwrap();
        let id = RecordId::from_bytes([1; 16]);
        let (table, units) = columns.table(&[RoomsRecord { id, record }], &HashMap::new()).unwrap();
        assert_eq!((table.column("visit_item.domain").unwrap().value(0), units), (Some("A"), vec![[1; 16]]));
    }
}
