//! What an import will do, found out before anything is written: which line becomes which record, and what is wrong.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::write::{demand_reason, new_id};
use super::error::{LineProblem, LineRule};
use super::line::{Line, value_of};
use crate::id::{Draw, RecordId, ScopeId};
use crate::model::{
    Catalogue, DynamicRecord, FieldBuffer, ModelError, Occasion, RecordKind, RecordSpec, ValueError, ValueType,
    validate_on,
};

/// How many problems are kept; the others are only counted.
pub(super) const MOST_PROBLEMS: usize = 1000;
/// How far a chain of parents is followed that are all in the wrong place.
const MOST_STEPS: usize = 10_000;

/// A record that an earlier line of the file made.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) new: RecordId,
    /// The line that makes it.
    pub(super) line: u64,
    kind: RecordKind,
    scope: ScopeId,
    revision: Option<u64>,
    rejected: bool,
}

impl Known {
    /// Whether the line made a record.
    pub(super) fn is_written(&self) -> bool {
        !self.rejected && self.kind != RecordKind::UNIT
    }
}

/// A line whose parent is not before it.
struct Orphan {
    problem: LineProblem,
    id: Option<Box<str>>,
    parent: Box<str>,
}

/// A reference that is no record id and was not yet in the file.
struct Pending {
    problem: LineProblem,
    to: Box<str>,
}

/// What the first pass found. See the module.
pub(super) struct Plan {
    unit: RecordId,
    occasion: Occasion,
    catalogue: &'static Catalogue,
    pub(super) ids: HashMap<Box<str>, Known>,
    pub(super) rejected: HashSet<u64>,
    pub(super) problems: Vec<LineProblem>,
    pub(super) problem_count: u64,
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// Lines that are neither blank nor the unit's own.
    pub(super) lines: u64,
    /// Lines of a unit, which stands for the unit of this vault and is not written.
    pub(super) units: u64,
    orphans: Vec<Orphan>,
    pending: Vec<Pending>,
    fields: FieldBuffer,
    draw: Draw,
}

/// What a good line is.
pub(super) enum Planned {
    /// The unit itself.
    Unit,
    /// A new record.
    Create { id: RecordId, parent: RecordId, record: DynamicRecord },
    /// A new revision of a record of an earlier line.
    Amend { id: RecordId, record: DynamicRecord },
}

impl Plan {
    pub(super) fn new(unit: RecordId, occasion: Occasion, catalogue: &'static Catalogue) -> Self {
        Self {
            unit,
            occasion,
            catalogue,
            ids: HashMap::new(),
            rejected: HashSet::new(),
            problems: Vec::new(),
            problem_count: 0,
            counts: BTreeMap::new(),
            lines: 0,
            units: 0,
            orphans: Vec::new(),
            pending: Vec::new(),
            fields: FieldBuffer::with_capacity(1024),
            draw: Draw::new(),
        }
    }

    /// Notes a line that could not even be read.
    pub(super) fn unreadable(&mut self, line: u64, rule: LineRule) {
        self.lines += 1;
        self.wrong(LineProblem { line, kind: None, field: None, rule });
    }

    /// Checks the next line.
    pub(super) fn check(&mut self, number: u64, text: &str) {
        let line = match parse(text) {
            Ok(line) => line,
            Err(rule) => return self.unreadable(number, rule),
        };
        let Some(spec) = self.catalogue.by_name(&line.kind) else {
            self.unreadable(number, LineRule::Kind);
            self.lose(number, line.id.as_deref());
            return;
        };
        if spec.kind == RecordKind::UNIT {
            self.units += 1;
            self.register(number, &line, spec, self.unit, self.unit.scope());
            return;
        }
        self.lines += 1;
        let before = self.problem_count;
        let orphaned = self.place(number, &line, spec);
        let placed = !orphaned && self.problem_count == before;
        self.values(number, &line, spec, placed);
        if orphaned || self.problem_count > before {
            self.rejected.insert(number);
            self.lose(number, line.id.as_deref());
        } else {
            *self.counts.entry(spec.name()).or_default() += 1;
        }
    }

    fn wrong(&mut self, problem: LineProblem) {
        self.rejected.insert(problem.line);
        self.problem_count += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Remembers the id of a line that was rejected, so that its children are told why they are.
    fn lose(&mut self, line: u64, id: Option<&str>) {
        let Some(id) = id else { return };
        let (new, kind, scope) = (self.unit, RecordKind::UNIT, self.unit.scope());
        let lost = Known { new, line, kind, scope, revision: None, rejected: true };
        let known = self.ids.entry(id.into()).or_insert(lost);
        if known.line == line {
            known.rejected = true;
        } else {
            // The record is there; a revision of it is not, and none can follow.
            known.revision = None;
        }
    }

    fn register(&mut self, number: u64, line: &Line<'_>, spec: &RecordSpec, new: RecordId, scope: ScopeId) {
        let Some(id) = line.id.as_deref() else { return };
        let known = Known { new, line: number, kind: spec.kind, scope, revision: line.revision, rejected: false };
        self.ids.insert(id.into(), known);
    }

    /// Finds where the record stands; whether its parent is not before it.
    fn place(&mut self, number: u64, line: &Line<'_>, spec: &'static RecordSpec) -> bool {
        let problem = |rule| LineProblem { line: number, kind: Some(spec.name()), field: None, rule };
        if let Some(known) = line.id.as_deref().and_then(|id| self.ids.get_mut(id)) {
            let next = known.revision.map(|revision| revision + 1);
            if known.rejected {
                self.wrong(problem(LineRule::EarlierRejected));
            } else if known.kind != spec.kind || line.revision.is_none() || line.revision != next {
                self.wrong(problem(LineRule::IdTwice));
            } else {
                known.revision = line.revision;
            }
            return false;
        }
        let parent = match (line.parent.as_deref(), line.parent.as_deref().and_then(|parent| self.ids.get(parent))) {
            (Some(parent), Some(known)) if known.rejected => {
                return self.orphan(problem(LineRule::ParentRejected), line.id.as_deref(), parent);
            }
            (_, Some(known)) => *known,
            (Some(_), None) if spec.parents == [RecordKind::UNIT] => self.below_unit(),
            (None, None) if spec.parents.contains(&RecordKind::UNIT) => self.below_unit(),
            (None, None) => return self.refuse(problem(LineRule::ParentMissing)),
            (Some(parent), None) => {
                return self.orphan(problem(LineRule::ParentMissing), line.id.as_deref(), parent);
            }
        };
        if !spec.parents.contains(&parent.kind) {
            return self.refuse(problem(LineRule::ParentKind));
        }
        let new = new_id(spec, parent.scope, &mut self.draw);
        let scope = if spec.opens_scope { new.scope() } else { parent.scope };
        self.register(number, line, spec, new, scope);
        false
    }

    /// What is wrong with it shows at the end of the file.
    fn orphan(&mut self, problem: LineProblem, id: Option<&str>, parent: &str) -> bool {
        self.orphans.push(Orphan { problem, id: id.map(Box::from), parent: parent.into() });
        true
    }

    fn refuse(&mut self, problem: LineProblem) -> bool {
        self.wrong(problem);
        false
    }

    fn below_unit(&self) -> Known {
        let (new, scope) = (self.unit, self.unit.scope());
        Known { new, line: 0, kind: RecordKind::UNIT, scope, revision: None, rejected: false }
    }

    /// Checks the values, each by itself and all together.
    fn values(&mut self, number: u64, line: &Line<'_>, spec: &'static RecordSpec, placed: bool) {
        let (ids, pending) = (&self.ids, &mut self.pending);
        let mut wrong = Vec::new();
        let record = record_of(line, spec, &mut wrong, &mut |field, to| {
            let known = ids.get(to).map(|known| known.new).or_else(|| to.parse().ok());
            known.or_else(|| {
                let (kind, field) = (Some(spec.name()), Some(field));
                let problem = LineProblem { line: number, kind, field, rule: LineRule::Reference };
                pending.push(Pending { problem, to: to.into() });
                // Whether it is there shows at the end of the file; until then any id will do.
                Some(RecordId::from_bytes([0; 16]))
            })
        });
        let known = line.id.as_deref().and_then(|id| self.ids.get(id));
        let amended = known.filter(|known| placed && known.line != number).map(|known| known.new);
        let parent =
            line.parent.as_deref().and_then(|parent| self.ids.get(parent)).map_or(self.unit, |known| known.new);
        let occasion = self.occasion.below(parent);
        let occasion = amended.map_or(occasion, |record| occasion.of(record));
        self.fields.clear();
        let mut checked = record.encode(&mut self.fields).and_then(|()| validate_on(spec, &self.fields, &occasion));
        if amended.is_some() {
            checked = checked.and_then(|()| demand_reason(spec, &self.fields));
        }
        match checked {
            Ok(()) => {}
            Err(ModelError::Invalid(violations)) => {
                // A field that already has a problem is not named twice.
                let new = violations.iter().filter(|v| !wrong.iter().any(|(field, _)| *field == Some(v.field)));
                let new: Vec<_> = new.map(|v| (Some(v.field), LineRule::Record(v.rule))).collect();
                wrong.extend(new);
            }
            Err(_) => wrong.push((None, LineRule::Value(ValueError::Encoding))),
        }
        for (field, rule) in wrong {
            self.wrong(LineProblem { line: number, kind: Some(spec.name()), field, rule });
        }
    }

    /// Says what is wrong with the lines whose parent is not before them, and with references that lead nowhere.
    pub(super) fn finish(&mut self) {
        let orphans = std::mem::take(&mut self.orphans);
        let parents: HashMap<&str, &str> =
            orphans.iter().filter_map(|orphan| Some((orphan.id.as_deref()?, &*orphan.parent))).collect();
        for orphan in &orphans {
            let rule = match orphan.problem.rule {
                _ if self.problems.len() < MOST_PROBLEMS
                    && orphan.id.as_deref().is_some_and(|id| is_circular(id, &parents)) =>
                {
                    LineRule::ParentCircular
                }
                LineRule::ParentMissing if self.ids.contains_key(&orphan.parent) => LineRule::ParentLater,
                rule => rule,
            };
            self.wrong(LineProblem { rule, ..orphan.problem });
        }
        let pending = std::mem::take(&mut self.pending);
        for reference in pending {
            if !self.ids.contains_key(&reference.to) {
                self.wrong(reference.problem);
            }
        }
        self.problems.sort_by_key(|problem| problem.line);
    }

    /// What a line that was found good becomes; none if it is not what it was.
    pub(super) fn planned(&self, number: u64, text: &str) -> Option<Planned> {
        let line = parse(text).ok()?;
        let spec = self.catalogue.by_name(&line.kind)?;
        if spec.kind == RecordKind::UNIT {
            return Some(Planned::Unit);
        }
        let mut wrong = Vec::new();
        let record = record_of(&line, spec, &mut wrong, &mut |_, to| {
            self.ids.get(to).map(|known| known.new).or_else(|| to.parse().ok())
        });
        if !wrong.is_empty() {
            return None;
        }
        let known = line.id.as_deref().and_then(|id| self.ids.get(id));
        if let Some(known) = known.filter(|known| known.line != number) {
            return Some(Planned::Amend { id: known.new, record });
        }
        let parent = line.parent.as_deref().and_then(|parent| self.ids.get(parent)).copied();
        let parent = parent.unwrap_or_else(|| self.below_unit());
        let id = known.map_or_else(|| new_id(spec, parent.scope, &mut Draw::new()), |known| known.new);
        Some(Planned::Create { id, parent: parent.new, record })
    }
}

fn is_circular(id: &str, parents: &HashMap<&str, &str>) -> bool {
    let mut at = id;
    for _ in 0..MOST_STEPS {
        match parents.get(at) {
            Some(parent) if *parent == id => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

fn parse(text: &str) -> Result<Line<'_>, LineRule> {
    // Lists would do for structs otherwise.
    if !text.trim_start().starts_with('{') {
        return Err(if text.trim_start().starts_with('[') { LineRule::Shape } else { LineRule::Json });
    }
    // What serde_json says may quote the line; only its kind is passed on.
    serde_json::from_str(text).map_err(|error| if error.is_data() { LineRule::Shape } else { LineRule::Json })
}

fn record_of(
    line: &Line<'_>,
    spec: &'static RecordSpec,
    wrong: &mut Vec<(Option<&'static str>, LineRule)>,
    reference: &mut dyn FnMut(&'static str, &str) -> Option<RecordId>,
) -> DynamicRecord {
    let mut record = DynamicRecord::new(spec);
    let mut seen = Vec::with_capacity(line.fields.0.len());
    for (name, cell) in &line.fields.0 {
        let Some(field) = spec.field_named(name) else {
            wrong.push((None, LineRule::Field));
            continue;
        };
        if seen.contains(&field.number) {
            wrong.push((Some(field.name), LineRule::FieldTwice));
            continue;
        }
        seen.push(field.number);
        match value_of(field, cell, &mut |to| reference(field.name, to)) {
            Ok(Some(value)) => {
                debug_assert!(value.fits(field) || field.value_type == ValueType::Id);
                if record.set(field.name, value).is_err() {
                    wrong.push((
                        Some(field.name),
                        LineRule::Value(ValueError::Type { expected: field.value_type.name() }),
                    ));
                }
            }
            Ok(None) => {}
            Err(error) => wrong.push((Some(field.name), LineRule::Value(error))),
        }
    }
    record
}
