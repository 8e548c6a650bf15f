//! The table of an extract from the statistics of cases: one row for each child, one column for each that a specification
//! names. A column is named by the path of a field, such as `child.sex`, by `KIND.count`, by an indicator of good practice,
//! such as `indicator.recorded`, or it is `row` or `pseudonym`.
//!
//! `case.*` is what the case of the child says, `child.*` what its own record says. Of interviews the first one is told; of
//! any other kind all different values, ascending, joined by `;`. A record belongs to the child below which it stands; one
//! that stands below the case belongs to each of its children.

use std::collections::{BTreeMap, BTreeSet};

use super::account::ReleasedColumn;
use super::error::ReleaseError;
use super::indicators::{INDICATOR, Indicator};
use super::meaning::Label;
use super::origin::ColumnOrigin;
use super::pseudonym::Pseudonym;
use super::released::Released;
use super::spec::{ColumnSpec, InSeries, Role, Spec};
use super::table::{Column, Table};
use super::tables::TablesSpec;
use crate::model::records::Interview;
use crate::model::statistics::{StatisticsSection, has_statistics};
use crate::model::{FieldClass, FieldSpec, Record, RecordKind, RecordSpec, ReleaseRule, ValueType, catalogue};

/// The column that tells rows apart; it is drawn for each table and never leaves.
pub const ROW_COLUMN: &str = "row";
/// The column that names rows, by a pseudonym that is of this release alone.
pub const PSEUDONYM_COLUMN: &str = "pseudonym";
/// Follows the name of a kind where it is asked how many records of it there are.
const COUNT: &str = "count";

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Row,
    Count(RecordKind),
    Indicator(&'static Indicator),
    Field(&'static RecordSpec, &'static FieldSpec),
}

/// The columns that a specification asks of the statistics, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildColumns {
    columns: Vec<(String, Source)>,
    /// What the column of pseudonyms is called, if one is asked for.
    pseudonym: Option<String>,
    series: Option<InSeries>,
}

impl ChildColumns {
    /// The columns of a specification.
    ///
    /// # Errors
    /// [`ReleaseError::UnknownColumn`] or [`ReleaseError::SpecConflict`] with the line: no such field; one that never leaves by
    /// its class or type; one whose role would let more leave than its class allows.
    pub fn of(spec: &Spec) -> Result<Self, ReleaseError> {
        let mut asked = Self { columns: Vec::new(), pseudonym: None, series: spec.series.clone() };
        for column in &spec.columns {
            if column.path() == PSEUDONYM_COLUMN {
                // It names a row of this release and nothing else: there is one role for that.
                if column.role != Role::Insensitive || asked.pseudonym.is_some() {
                    let what = format!("column {}: its role is insensitive, and there is one", column.name);
                    return Err(ReleaseError::SpecConflict { line: column.line, what });
                }
                asked.pseudonym = Some(column.name.clone());
            } else {
                asked.columns.push((column.name.clone(), source(column)?));
            }
        }
        if asked.pseudonym.is_some() && !asked.columns.iter().any(|(_, source)| *source == Source::Row) {
            asked.columns.push((ROW_COLUMN.to_owned(), Source::Row));
        }
        if let Some(series) = asked.series.as_ref().filter(|series| series.lasting_pseudonyms)
            && asked.pseudonym.is_none()
        {
            let what = "series: lasting_pseudonyms asks for a column of pseudonyms".to_owned();
            return Err(ReleaseError::SpecConflict { line: series.line, what });
        }
        Ok(asked)
    }

    /// The columns of a table of counts: its dimensions and its magnitude, each named by a field. Each row is a child.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`ReleaseError::SpecConflict`] if the specification says which child a row is about.
    pub fn of_tables(spec: &TablesSpec) -> Result<Self, ReleaseError> {
        if spec.unit.is_some() {
            let what = "unit: in the statistics of a vault each row is a child already".to_owned();
            return Err(ReleaseError::SpecConflict { line: 0, what });
        }
        let mut asked = Self { columns: Vec::new(), pseudonym: None, series: None };
        let dimensions = spec.dimensions.iter().map(|dimension| &dimension.column);
        for name in dimensions.chain(spec.magnitude.as_ref().map(|magnitude| &magnitude.column)) {
            if asked.columns.iter().all(|(known, _)| known != name) {
                let column = ColumnSpec::new(name.as_str(), Role::QuasiIdentifying, None);
                asked.columns.push((name.clone(), source(&column)?));
            }
        }
        Ok(asked)
    }

    /// The series that the specification is of, if any.
    #[must_use]
    pub fn series(&self) -> Option<&InSeries> {
        self.series.as_ref()
    }

    /// Makes the specification one for the table of these columns: each names its field, and the column of pseudonyms, which
    /// is only there when all is decided, is not in it; nor is the series, which is the vault's.
    pub fn complete(&self, spec: &mut Spec) {
        spec.series = None;
        spec.columns.retain(|column| column.path() != PSEUDONYM_COLUMN);
        for column in &mut spec.columns {
            let known = column.field.is_none() && catalogue().field(&column.name).is_some();
            column.field = column.field.take().or_else(|| known.then(|| column.name.clone()));
        }
        if self.pseudonym.is_some() {
            if !spec.columns.iter().any(|column| column.path() == ROW_COLUMN) {
                spec.columns.push(ColumnSpec::new(ROW_COLUMN, Role::Drop, None));
            }
            let row = spec.columns.iter().find(|column| column.path() == ROW_COLUMN);
            spec.unit = row.map(|column| column.name.clone());
        }
    }

    /// Adds the column of pseudonyms to what was released, if one is asked for; `names` are those of the rows of the table, in
    /// their order.
    ///
    /// # Errors
    /// Those of [`Table::new`]; [`ReleaseError::Broken`] if the release does not know its rows.
    pub fn name_rows(&self, released: &mut Released, names: &[Pseudonym]) -> Result<(), ReleaseError> {
        let Some(name) = &self.pseudonym else { return Ok(()) };
        // A row is a child of its own: the numbers of children are those of the rows of the table.
        let broken = ReleaseError::Broken { what: "each released row has a child" };
        let rows = released.origin.units.take().ok_or(broken)?;
        let named: Vec<Option<String>> =
            rows.iter().map(|row| names.get(*row as usize).map(ToString::to_string)).collect();
        let mut columns = released.table.columns().to_vec();
        columns.push(Column::new(name.clone(), named.iter().map(Option::as_deref)));
        released.table = Table::new(columns)?;
        let (role, levels) = (Role::Insensitive, Vec::new());
        released.account.columns.push(ReleasedColumn { name: name.clone(), role, levels, height: 0, loss: 0.0 });
        let label = Label { en: "Pseudonym of the child in this release".to_owned(), km: String::new() };
        // Nothing is to be said of single values.
        released.origin.columns.push(ColumnOrigin { coded: false, field: None, label, values: Vec::new() });
        Ok(())
    }
}

fn source(column: &ColumnSpec) -> Result<Source, ReleaseError> {
    let (line, path) = (column.line, column.path());
    let conflict = |what: &str| ReleaseError::SpecConflict { line, what: format!("column {}: {what}", column.name) };
    if path == ROW_COLUMN {
        return if column.role.leaves() {
            Err(conflict("it tells rows apart and never leaves"))
        } else {
            Ok(Source::Row)
        };
    }
    let unknown = || ReleaseError::UnknownColumn { line, column: column.name.clone() };
    let (kind, name) = path.split_once('.').ok_or_else(unknown)?;
    if kind == INDICATOR {
        // It is made of what must not become known of anybody.
        return match Indicator::find(name).ok_or_else(unknown)? {
            _ if column.role == Role::Insensitive => {
                Err(conflict("by its class its role is sensitive, or it does not leave"))
            }
            indicator => Ok(Source::Indicator(indicator)),
        };
    }
    let record = catalogue().by_name(kind).ok_or_else(unknown)?;
    let exact = || {
        conflict(
            "an exact number, day or place can tell who somebody is: its role is quasi-identifying, or it does not leave",
        )
    };
    let as_it_is = column.role.leaves() && column.role != Role::QuasiIdentifying;
    if name == COUNT {
        return if as_it_is { Err(exact()) } else { Ok(Source::Count(record.kind)) };
    }
    let field = record.field_named(name).ok_or_else(unknown)?;
    if let Some(why) = why_it_stays(field) {
        return Err(conflict(why));
    }
    let too_much = match field.class {
        FieldClass::Direct | FieldClass::Quasi => {
            (column.role.leaves() && column.role != Role::QuasiIdentifying).then_some("quasi-identifying")
        }
        FieldClass::Sensitive => (column.role == Role::Insensitive).then_some("sensitive"),
        _ if as_it_is && is_exact(field) => return Err(exact()),
        _ => None,
    };
    match too_much {
        Some(role) => Err(conflict(&format!("by its class its role is {role}, or it does not leave"))),
        None => Ok(Source::Field(record, field)),
    }
}

/// Whether its statistics say how many, when or where. Who waited 213 days, or came in a certain month, is found by that
/// like by an age: it leaves in a hierarchy, or as the bands of an indicator.
pub(super) fn is_exact(field: &FieldSpec) -> bool {
    match field.release {
        Some(ReleaseRule::AsIs) => !matches!(field.value_type, ValueType::Code | ValueType::Bool),
        Some(ReleaseRule::Present | ReleaseRule::CoarseCode) | None => false,
        Some(_) => true,
    }
}

/// Why a field never leaves; none if something of it may.
pub(super) fn why_it_stays(field: &FieldSpec) -> Option<&'static str> {
    (!has_statistics(field)).then_some(match field.class {
        FieldClass::Narrative => "it is free text, which never leaves",
        FieldClass::Direct => "it identifies a person by itself, which never leaves",
        FieldClass::Linkage => "it links records, which never leaves",
        _ => "nothing of it is in the statistics",
    })
}

/// A row for each child of these cases.
///
/// # Errors
/// Those of [`Table::new`].
pub fn table_of_children<'c>(
    cases: impl Iterator<Item = &'c [StatisticsSection]>,
    columns: &ChildColumns,
) -> Result<Table, ReleaseError> {
    let mut values: Vec<Vec<Option<String>>> = vec![Vec::new(); columns.columns.len()];
    let mut row = 0_usize;
    for case in cases {
        let case = Case::of(case);
        for child in case.children() {
            row += 1;
            for ((_, source), column) in columns.columns.iter().zip(&mut values) {
                column.push(match source {
                    Source::Row => Some(row.to_string()),
                    Source::Count(kind) => Some(case.records_of(child, *kind).len().to_string()),
                    Source::Indicator(indicator) => indicator.of(&case, child).map(str::to_owned),
                    Source::Field(record, field) => case.value(child, record.kind, field),
                });
            }
        }
    }
    let named = columns.columns.iter().zip(&values);
    Table::new(named.map(|((name, _), values)| Column::new(name, values.iter().map(Option::as_deref))).collect())
}

/// The slots of the children whom the statistics of a case name, in the order of the rows of a table.
pub(crate) fn children_of(sections: &[StatisticsSection]) -> Vec<u64> {
    Case::of(sections).children()
}

/// The records of a case, by slot; what several sections say of one is one record here. In which order sections have them
/// says nothing: it changes with every amendment.
pub(super) struct Case<'c> {
    records: BTreeMap<u64, Known<'c>>,
}

pub(super) struct Known<'c> {
    /// The slot above it.
    pub(super) parent: u64,
    kind: u16,
    /// What is told of it, by number of the field.
    pub(super) values: BTreeMap<u64, &'c str>,
}

impl<'c> Case<'c> {
    fn of(sections: &'c [StatisticsSection]) -> Self {
        let mut case = Self { records: BTreeMap::new() };
        for record in sections.iter().flat_map(|section| &section.records) {
            let new = || Known { parent: record.parent, kind: record.kind, values: BTreeMap::new() };
            let known = case.records.entry(record.slot).or_insert_with(new);
            known.values.extend(record.values.iter().map(|(field, text)| (*field, text.as_str())));
        }
        case
    }

    fn children(&self) -> Vec<u64> {
        let children = self.records.iter().filter(|(_, known)| known.kind == RecordKind::CHILD.number());
        children.map(|(slot, _)| *slot).collect()
    }

    /// The records of a kind that belong to a child, interviews in the order in which they were held.
    pub(super) fn records_of(&self, child: u64, kind: RecordKind) -> Vec<&Known<'c>> {
        self.slots_of(child, kind).into_iter().map(|slot| &self.records[&slot]).collect()
    }

    /// Their slots.
    pub(super) fn slots_of(&self, child: u64, kind: RecordKind) -> Vec<u64> {
        let of_kind = self.records.iter().filter(|(_, known)| known.kind == kind.number()).map(|(slot, _)| *slot);
        let mut slots: Vec<u64> = of_kind.filter(|slot| self.belongs(*slot, child)).collect();
        if kind == RecordKind::INTERVIEW {
            slots.sort_by_key(|slot| held(&self.records[slot]));
        }
        slots
    }

    /// Whether a record is the child, stands below it, or below no child at all.
    fn belongs(&self, slot: u64, child: u64) -> bool {
        let mut at = slot;
        // As many steps as there are records: a circle ends.
        for _ in 0..=self.records.len() {
            if at == child {
                return true;
            }
            match self.records.get(&at) {
                Some(known) if known.kind == RecordKind::CHILD.number() => return false,
                Some(known) if at != 0 && known.parent != at => at = known.parent,
                _ => return true,
            }
        }
        true
    }

    fn value(&self, child: u64, kind: RecordKind, field: &FieldSpec) -> Option<String> {
        let records = self.records_of(child, kind);
        let number = field.number.get();
        if kind == RecordKind::INTERVIEW || kind == RecordKind::CHILD || kind == RecordKind::CASE {
            return records.first()?.values.get(&number).map(|text| (*text).to_owned());
        }
        let set: BTreeSet<&str> =
            records.iter().filter_map(|record| record.values.get(&number)).flat_map(|text| text.split(';')).collect();
        (!set.is_empty()).then(|| set.into_iter().collect::<Vec<_>>().join(";"))
    }
}

/// When an interview was held, as far as the statistics tell: its month, the days since the report, and which one it is by
/// the count of its author. What is not known comes last.
fn held(interview: &Known<'_>) -> (bool, String, u64, u64) {
    let spec = Interview::spec();
    let text = |name: &str| interview.values.get(&spec.field_named(name)?.number.get()).copied();
    let number = |name: &str| text(name).and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    let month = text("started_at");
    (month.is_none(), month.unwrap_or_default().to_owned(), number("delay_days"), number("sequence_number"))
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::model::Compartment;
    use crate::model::records::Referral;
    use crate::model::statistics::{StatisticsRecord, StatisticsValues};

    fn record(slot: u64, parent: u64, kind: RecordKind, values: &[(&str, &str)]) -> StatisticsRecord {
        let spec = catalogue().by_kind(kind).unwrap();
        let value = |(name, text): &(&str, &str)| {
            (spec.field_named(name).unwrap().number.get(), Zeroizing::new((*text).to_owned()))
        };
        StatisticsRecord {
            slot,
            parent,
            kind: kind.number(),
            values: values.iter().map(value).collect::<StatisticsValues>(),
        }
    }

    fn spec(columns: &[(&str, Role)]) -> Spec {
        let text: String =
            "name = \"x\"\naudience = \"inside\"\nsuppression = 0.0\n[[model]]\nkind = \"k-anonymity\"\nk = 5\n".into();
        let mut spec = Spec::parse(&(text + "[[column]]\nname = \"row\"\nrole = \"drop\"\n")).unwrap();
        spec.columns = columns.iter().map(|(name, role)| ColumnSpec::new(*name, *role, None)).collect();
        spec
    }

    #[test]
    fn each_child_is_a_row_with_what_is_its_own_and_what_is_the_cases() {
        let profile = StatisticsSection {
            compartment: Compartment::Profile,
            rules: 1,
            records: vec![
                record(0, 0, RecordKind::CASE, &[("place_of_report", "12")]),
                record(7, 0, RecordKind::CHILD, &[("sex", "female")]),
                record(9, 0, RecordKind::CHILD, &[("sex", "male")]),
            ],
        };
        let operations = StatisticsSection {
            compartment: Compartment::Operations,
            rules: 1,
            records: vec![
                record(3, 7, RecordKind::INTERVIEW, &[("delay_days", "4")]),
                record(4, 7, RecordKind::INTERVIEW, &[("delay_days", "30")]),
                record(5, 0, RecordKind::REFERRAL, &[("status", "b")]),
                record(6, 9, RecordKind::REFERRAL, &[("status", "a")]),
            ],
        };
        assert!(Referral::spec().field_named("status").is_some_and(has_statistics));
        let columns = spec(&[
            ("row", Role::Drop),
            ("case.place_of_report", Role::QuasiIdentifying),
            ("child.sex", Role::QuasiIdentifying),
            ("interview.delay_days", Role::QuasiIdentifying),
            ("interview.count", Role::QuasiIdentifying),
            ("referral.status", Role::Sensitive),
        ]);
        let case = [profile, operations];
        let table = table_of_children([&case[..]].into_iter(), &ChildColumns::of(&columns).unwrap()).unwrap();
        let rows: Vec<Vec<_>> =
            (0..table.rows()).map(|row| table.columns().iter().map(|column| column.value(row)).collect()).collect();
        assert_eq!(
            rows,
            [
                [Some("1"), Some("12"), Some("female"), Some("4"), Some("2"), Some("b")],
                [Some("2"), Some("12"), Some("male"), None, Some("0"), Some("a;b")],
            ]
        );
    }

    /// An amendment moves a record within its section.
    #[test]
    fn the_first_interview_is_the_one_that_was_held_first() {
        let interview = |slot, month: &'static str, delay: &'static str| {
            record(slot, 7, RecordKind::INTERVIEW, &[("started_at", month), ("delay_days", delay)])
        };
        let columns = spec(&[("row", Role::Drop), ("interview.delay_days", Role::QuasiIdentifying)]);
        let first = |interviews: Vec<StatisticsRecord>| {
            let records = [vec![record(7, 0, RecordKind::CHILD, &[])], interviews].concat();
            let case = [StatisticsSection { compartment: Compartment::Operations, rules: 1, records }];
            let table = table_of_children([&case[..]].into_iter(), &ChildColumns::of(&columns).unwrap()).unwrap();
            table.column("interview.delay_days").unwrap().value(0).map(str::to_owned)
        };
        let (one, two, three) =
            (interview(9, "2026-03", "4"), interview(3, "2026-03", "9"), interview(1, "2026-04", "1"));
        let planned = record(2, 7, RecordKind::INTERVIEW, &[]);
        for order in [[&one, &two, &three, &planned], [&planned, &three, &two, &one], [&two, &planned, &one, &three]] {
            assert_eq!(first(order.into_iter().cloned().collect()).as_deref(), Some("4"));
        }
    }

    #[test]
    fn what_never_leaves_cannot_be_named_and_the_line_is_told() {
        let refused = |name: &str, role: Role| {
            let mut spec = spec(&[(name, role)]);
            spec.columns[0].line = 12;
            match ChildColumns::of(&spec).err() {
                Some(ReleaseError::SpecConflict { line: 12, .. }) => "class",
                Some(ReleaseError::UnknownColumn { line: 12, .. }) => "unknown",
                Some(_) => "another",
                None => "allowed",
            }
        };
        for name in ["child.family_name", "statement.body", "interview.summary", "child.photo_reference", "case.title"]
        {
            let known = catalogue().field(name).is_some();
            for role in [Role::QuasiIdentifying, Role::Sensitive, Role::Insensitive] {
                assert_eq!(refused(name, role), if known { "class" } else { "unknown" }, "{name}");
            }
        }
        assert_eq!(refused("child.nothing", Role::Sensitive), "unknown");
        assert_eq!(refused("sex", Role::Sensitive), "unknown");
        assert_eq!(refused("row", Role::Insensitive), "class");
        assert_eq!(refused("child.sex", Role::Insensitive), "class");
        assert_eq!(refused("child.date_of_birth", Role::QuasiIdentifying), "allowed");
        // No number, day or place leaves as it is: who waited longest would be found by that.
        for name in ["interview.delay_days", "interview.net_minutes", "referral.hours_to_receipt", "interview.count"] {
            for role in [Role::Sensitive, Role::Insensitive] {
                assert_eq!(refused(name, role), "class", "{name}");
            }
            assert_eq!(refused(name, Role::QuasiIdentifying), "allowed", "{name}");
        }
        assert_eq!(refused("case.registered_at", Role::Insensitive), "class");
        for record in catalogue().records() {
            for field in record.fields.iter().filter(|field| has_statistics(field)) {
                let coded = matches!(field.value_type, ValueType::Code | ValueType::Bool);
                let few = matches!(field.release, Some(ReleaseRule::Present))
                    || coded && !matches!(field.release, Some(ReleaseRule::Count));
                let path = format!("{}.{}", record.name(), field.name);
                assert!(few || refused(&path, Role::Insensitive) == "class", "{path}");
            }
        }
        // Whatever a specification names, what gets through has statistics.
        for record in catalogue().records() {
            for field in record.fields.iter().filter(|field| !has_statistics(field)) {
                assert_eq!(refused(&format!("{}.{}", record.name(), field.name), Role::Sensitive), "class");
            }
        }
    }
}
