//! What is kept beside a released table until it is written: never written itself but for labels and parameters.

use super::meaning::{KnownField, Label};
use super::spec::{Bound, HierarchySpec, ModelKind, Spec};
use super::table::Table;

/// Where a released table comes from.
#[derive(Clone, PartialEq)]
pub(super) struct Origin {
    /// Per released row a number of its child, if not every row is a child of its own.
    pub(super) units: Option<Vec<u32>>,
    /// Per released row the row of the original table, from 0.
    pub(super) rows: Vec<usize>,
    /// What was promised.
    pub(super) models: Vec<ModelKind>,
    /// Whether suppressed rows were tried again.
    pub(super) local_recoding: bool,
    /// Per released column what it means.
    pub(super) columns: Vec<ColumnOrigin>,
}

/// What a released column means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ColumnOrigin {
    /// Whether its values are codes, also where they look like numbers.
    pub(super) coded: bool,
    /// The field of the catalogue that it comes from.
    pub(super) field: Option<String>,
    /// What it is called.
    pub(super) label: Label,
    /// What its values mean, in the order of the released column's values; `None` where that is not known.
    pub(super) values: Vec<Option<Label>>,
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin").field("models", &self.models).field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Origin {
    /// What is known of the rows of a released table, which stood in these rows of the original.
    pub(super) fn of(spec: &Spec, bound: &Bound, sources: &[usize], released: &Table) -> Self {
        let units = bound.problem.units.as_ref();
        let columns = released.columns().iter().map(|column| {
            let asked = spec.columns.iter().find(|asked| asked.name == column.name());
            let known = asked.and_then(|asked| asked.field.as_deref()).and_then(KnownField::find);
            let label = asked.and_then(|asked| asked.label.clone()).or(known.map(KnownField::label));
            let hierarchy = asked.and_then(|asked| asked.hierarchy.as_ref());
            ColumnOrigin {
                coded: hierarchy.is_some_and(HierarchySpec::is_of_codes),
                field: asked.and_then(|asked| asked.field.clone()),
                label: label.unwrap_or_else(|| Label { en: column.name().to_owned(), km: String::new() }),
                values: column.values().iter().map(|value| known.and_then(|known| known.code_label(value))).collect(),
            }
        });
        Self {
            rows: sources.to_vec(),
            units: units.map(|units| sources.iter().map(|row| units[*row]).collect()),
            models: spec.models.iter().map(|model| model.kind.clone()).collect(),
            local_recoding: spec.local_recoding,
            columns: columns.collect(),
        }
    }
}
