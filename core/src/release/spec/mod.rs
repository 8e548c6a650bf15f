//! What an analyst asks for: the role of every column, hierarchies, privacy models, limits. docs/anonymisation.md shows
//! one in whole.

mod bind;
mod policy;
#[cfg(test)]
pub(crate) mod tests;
mod written;

use super::engine::{Aggregate, Distance, Metric};
use super::error::ReleaseError;
use super::hierarchy::Builtin;
use super::meaning::Label;

pub use self::bind::{Bound, Files};
pub use self::policy::{Audience, ReleasePolicy};

/// A specification.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// What the release is called.
    pub name: String,
    /// Who will hold it.
    pub audience: Audience,
    /// The column that tells which child a row is about; without it, every row is a child of its own.
    pub unit: Option<String>,
    /// The share of rows that may be suppressed.
    pub suppression: f64,
    /// Every column of the table.
    pub columns: Vec<ColumnSpec>,
    /// What every class has to fulfil.
    pub models: Vec<ModelSpec>,
    /// What is lost.
    pub metric: Metric,
    /// How losses of columns become one.
    pub aggregate: Aggregate,
    /// Whether suppressed rows are tried again with coarser values.
    pub local_recoding: bool,
    /// The file of the population table, a CSV with the quasi-identifying columns.
    pub population: Option<String>,
    /// How many beginnings of transformations may be checked before the best so far is the answer.
    pub most_checks: u64,
    /// The series that it is of; only a vault keeps one.
    pub series: Option<InSeries>,
}

/// The series of a vault that a release is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InSeries {
    /// Its name, as custodians declared it.
    pub name: String,
    /// Whether only children are in it who were in no earlier release of the series: what was released stays as it was.
    pub only_new: bool,
    /// Whether a child has the same pseudonym as in the releases before; custodians have to have signed that.
    pub lasting_pseudonyms: bool,
    /// The line of the specification, from 1; 0 if it was not read from a text.
    pub line: usize,
}

/// A column, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// The line of the specification, from 1; 0 if it was not read from a text.
    pub line: usize,
    /// What it is.
    pub role: Role,
    /// How its values are generalised, or how far apart they are.
    pub hierarchy: Option<HierarchySpec>,
    /// The finest level that may be chosen.
    pub finest: usize,
    /// The coarsest level that may be chosen; the top of the hierarchy if there is none.
    pub coarsest: Option<usize>,
    /// How much it weighs in the metric.
    pub weight: f64,
    /// The field of the catalogue that it comes from, such as `child.sex`: what may leave of it, and its labels.
    pub field: Option<String>,
    /// What it is called in the data dictionary; by default what the field is called, or its name.
    pub label: Option<Label>,
}

impl ColumnSpec {
    /// Which field of the statistics it is, where the table comes from a vault: its name.
    pub(crate) fn path(&self) -> &str {
        self.field.as_deref().unwrap_or(&self.name)
    }

    /// A column of a role, with all levels and the weight 1.
    #[must_use]
    pub fn new(name: impl Into<String>, role: Role, hierarchy: Option<HierarchySpec>) -> Self {
        Self {
            name: name.into(),
            line: 0,
            role,
            hierarchy,
            finest: 0,
            coarsest: None,
            weight: 1.0,
            field: None,
            label: None,
        }
    }
}

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Names a child by itself. Never leaves.
    Identifier,
    /// Could be known from elsewhere, and with others tell who it is. Generalised.
    QuasiIdentifying,
    /// Must not become known of anybody. Leaves as it is; the models guard it.
    Sensitive,
    /// Neither. Leaves as it is.
    Insensitive,
    /// Does not leave.
    Drop,
}

impl Role {
    /// Whether the column is in the released table.
    #[must_use]
    pub fn leaves(self) -> bool {
        matches!(self, Self::QuasiIdentifying | Self::Sensitive | Self::Insensitive)
    }
}

/// Where a hierarchy comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum HierarchySpec {
    /// A CSV file in ARX's format.
    File(String),
    /// A CSV file of codes, each with the one above it.
    Taxonomy(String),
    /// A built-in kind.
    Builtin(Builtin),
}

impl HierarchySpec {
    /// Whether its values are codes or names, also where they look like numbers.
    pub(super) fn is_of_codes(&self) -> bool {
        matches!(self, Self::Taxonomy(_) | Self::Builtin(Builtin::Prefix { .. } | Builtin::Order { .. }))
    }
}

/// A privacy model that names its column.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSpec {
    /// The line of the specification, from 1; 0 if it was not read from a text.
    pub line: usize,
    /// What is asked.
    pub kind: ModelKind,
}

/// The privacy models, see [`Model`](super::engine::Model).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is documented at the model of the engine")]
pub enum ModelKind {
    KAnonymity { k: u32 },
    KMap { k: u32 },
    DeltaPresence { least: f64, most: f64 },
    DistinctLDiversity { column: String, l: u32 },
    EntropyLDiversity { column: String, l: f64 },
    RecursiveLDiversity { column: String, c: f64, l: u32 },
    TCloseness { column: String, t: f64, distance: DistanceName },
    BetaLikeness { column: String, beta: f64, enhanced: bool },
    AverageRisk { risk: f64 },
}

/// The distances of t-closeness, see [`Distance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is documented at the distance of the engine")]
pub enum DistanceName {
    Equal,
    Ordered,
    Hierarchical,
}

impl From<DistanceName> for Distance {
    fn from(name: DistanceName) -> Self {
        match name {
            DistanceName::Equal => Self::Equal,
            DistanceName::Ordered => Self::Ordered,
            DistanceName::Hierarchical => Self::Hierarchical,
        }
    }
}

impl Spec {
    /// The line of the model that a typed error of the engine is about, put in where it is not known yet.
    fn at_line(&self, line: usize, error: ReleaseError) -> ReleaseError {
        match error {
            ReleaseError::SpecValue { line: 0, key, allowed } => ReleaseError::SpecValue { line, key, allowed },
            ReleaseError::SpecConflict { line: 0, what } => ReleaseError::SpecConflict { line, what },
            other => other,
        }
    }
}
