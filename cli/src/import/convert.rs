//! From a row to records, completely checked; what is wrong is named by column, field and rule.

use std::borrow::Cow;
use std::sync::Arc;

use saferoom::model::{DynamicRecord, FieldBuffer, ModelError, Value, ValueError, ValueType, validate};

use super::error::{Problem, Rule};
use super::map::OnUnmapped;
use super::plan::{CellPlan, FieldPlan, Plan, RecordPlan, is_known};
use super::table::Row;

/// Turns rows into records, one after the other.
pub(super) struct Converter<'p> {
    plan: &'p Plan,
    fields: FieldBuffer,
}

/// What a row is.
pub(super) enum Converted {
    /// No row that the mapping keeps.
    Filtered,
    /// Records, in the order of the plan.
    Records(Vec<DynamicRecord>),
    /// Nothing that can be imported.
    Rejected(Vec<Problem>),
}

impl<'p> Converter<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self { plan, fields: FieldBuffer::with_capacity(1024) }
    }

    /// Converts and checks a row.
    pub(super) fn convert(&mut self, row: Row<'_>) -> Converted {
        let mut problems = Vec::new();
        row.check(&mut problems);
        if !problems.is_empty() {
            return Converted::Rejected(problems);
        }
        if !self.plan.keep.iter().all(|keep| keep.set.contains(row.cell(keep.column).trim())) {
            return Converted::Filtered;
        }
        let records = self.plan.records.iter().map(|plan| self.record(plan, row, &mut problems)).collect();
        if problems.is_empty() { Converted::Records(records) } else { Converted::Rejected(problems) }
    }

    fn record(&mut self, record: &RecordPlan, row: Row<'_>, problems: &mut Vec<Problem>) -> DynamicRecord {
        let mut made = DynamicRecord::new(record.spec);
        let already = problems.len();
        for field in &record.fields {
            let value = match &field.constant {
                Some(value) => Some(value.clone()),
                None => self.value(field, row, problems),
            };
            if let Some(Err(error)) = value.map(|value| made.set(field.field.name, value)) {
                problems.push(Problem { column: None, field: Some(field.path.clone()), rule: rule_of(&error) });
            }
        }
        self.check(&made, already, problems);
        made
    }

    /// Asks the model about the whole record; a field that already has a problem is not named twice.
    fn check(&mut self, made: &DynamicRecord, already: usize, problems: &mut Vec<Problem>) {
        self.fields.clear();
        let checked = made.encode(&mut self.fields).and_then(|()| validate(made.spec(), &self.fields));
        match checked {
            Ok(()) => {}
            Err(ModelError::Invalid(violations)) => {
                for violation in violations {
                    let path: Arc<str> = format!("{}.{}", violation.kind, violation.field).into();
                    if !problems[already..].iter().any(|problem| problem.field.as_ref() == Some(&path)) {
                        let rule = Rule::Record(violation.rule);
                        problems.push(Problem { column: None, field: Some(path), rule });
                    }
                }
            }
            Err(error) => problems.push(Problem { column: None, field: None, rule: rule_of(&error) }),
        }
    }

    fn value(&self, field: &FieldPlan, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<Value> {
        let mut items = Vec::new();
        for cell in &field.cells {
            let text = row.cell(cell.column);
            let parts: Vec<&str> = match &cell.separator {
                Some(separator) => text.split(separator.as_str()).collect(),
                None => vec![text],
            };
            for part in parts {
                match item(field, cell, part) {
                    Ok(Some(value)) if !items.contains(&value) => items.push(value),
                    Ok(_) => {}
                    Err(rule) => {
                        let (column, field) = (self.plan.columns.get(cell.column).cloned(), Some(field.path.clone()));
                        problems.push(Problem { column, field, rule });
                    }
                }
            }
        }
        if field.field.repeated { (!items.is_empty()).then_some(Value::List(items)) } else { items.pop() }
    }
}

/// The value of one item of a cell; none if it says nothing.
fn item(field: &FieldPlan, cell: &CellPlan, text: &str) -> Result<Option<Value>, Rule> {
    let text = text.trim();
    if text.is_empty() || cell.unknown.contains(text) {
        return Ok(None);
    }
    let text = cell.transform.map_or(Cow::Borrowed(text), |transform| Cow::Owned(transform.apply(text)));
    let unmapped = |rule| if cell.on_unmapped == OnUnmapped::Omit { Ok(None) } else { Err(rule) };
    if let Some(values) = &cell.values {
        return values.get(text.as_ref()).map_or_else(|| unmapped(Rule::Unmapped), |value| Ok(Some(value.clone())));
    }
    // Line ends within a quoted cell are those of the file; a text has its own.
    let value = if matches!(field.field.value_type, ValueType::Text | ValueType::Narrative) && text.contains("\r\n") {
        Value::parse(field.field.value_type, &text.replace("\r\n", "\n"))
    } else {
        Value::parse(field.field.value_type, &text)
    };
    let value = value.map_err(Rule::Value)?;
    if is_known(field.field, &value) { Ok(Some(value)) } else { unmapped(Rule::Record("known-code")) }
}

fn rule_of(error: &ModelError) -> Rule {
    match error {
        ModelError::Value(reason) | ModelError::Field { reason, .. } => Rule::Value(*reason),
        _ => Rule::Value(ValueError::Encoding),
    }
}
