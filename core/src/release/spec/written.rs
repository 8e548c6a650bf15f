//! The specification as it is written in TOML.

use serde::Deserialize;
use toml::Spanned;

use super::super::engine::{Aggregate, Limits, Metric};
use super::super::error::ReleaseError;
use super::super::hierarchy::Builtin;
use super::super::meaning::{KnownField, Label};
use super::{Audience, ColumnSpec, HierarchySpec, InSeries, ModelKind, ModelSpec, Role, Spec};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    audience: Audience,
    unit: Option<String>,
    suppression: Spanned<f64>,
    #[serde(default)]
    metric: Option<MetricName>,
    #[serde(default)]
    gs: Option<Spanned<f64>>,
    #[serde(default)]
    leave_out_suppression: bool,
    #[serde(default)]
    aggregate: Option<AggregateName>,
    #[serde(default)]
    local_recoding: bool,
    population: Option<String>,
    most_checks: Option<u64>,
    series: Option<Spanned<WrittenSeries>>,
    column: Vec<Spanned<WrittenColumn>>,
    model: Vec<Spanned<ModelKind>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSeries {
    name: String,
    #[serde(default)]
    only_new: bool,
    #[serde(default)]
    lasting_pseudonyms: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum MetricName {
    Loss,
    Entropy,
    Precision,
    Discernibility,
    ClassSize,
    Height,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum AggregateName {
    Sum,
    Arithmetic,
    Geometric,
    Maximum,
    Rank,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColumn {
    name: String,
    role: Role,
    hierarchy: Option<WrittenHierarchy>,
    finest: Option<usize>,
    coarsest: Option<usize>,
    weight: Option<f64>,
    field: Option<String>,
    label: Option<Label>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum WrittenHierarchy {
    Csv {
        file: String,
    },
    Taxonomy {
        file: String,
    },
    Age {
        #[serde(default)]
        bands: Vec<Vec<u32>>,
    },
    Date,
    Prefix {
        lengths: Vec<usize>,
    },
    Order {
        values: Vec<String>,
        #[serde(default)]
        sizes: Vec<usize>,
    },
    Intervals {
        cuts: Vec<Vec<f64>>,
    },
    Suppress,
}

impl Spec {
    /// Reads a specification.
    ///
    /// # Errors
    /// [`ReleaseError::SpecSyntax`], [`ReleaseError::SpecConflict`], [`ReleaseError::SpecValue`], each with its line.
    pub fn parse(text: &str) -> Result<Self, ReleaseError> {
        let written: Written = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let line = |at: usize| line_of(text, at);
        let suppression = *written.suppression.get_ref();
        if !(0.0..=1.0).contains(&suppression) {
            let line = line(written.suppression.span().start);
            return Err(ReleaseError::SpecValue { line, key: "suppression", allowed: "a share from 0 to 1" });
        }
        let metric = metric(&written, text)?;
        let aggregate = written.aggregate.map_or(metric.usual_aggregate(), AggregateName::read);
        let columns = written.column.into_iter().map(|column| {
            let line = line(column.span().start);
            column.into_inner().read(line)
        });
        let columns: Vec<ColumnSpec> = columns.collect::<Result<_, _>>()?;
        let mut seen = std::collections::HashSet::new();
        if let Some(twice) = columns.iter().find(|column| !seen.insert(column.name.as_str())) {
            let what = format!("column {} is named twice", twice.name);
            return Err(ReleaseError::SpecConflict { line: twice.line, what });
        }
        let models = written.model.into_iter();
        let models =
            models.map(|model| ModelSpec { line: line(model.span().start), kind: model.into_inner() }).collect();
        let series = written.series.map(|series| series.get_ref().read(line(series.span().start))).transpose()?;
        Ok(Self {
            name: written.name,
            audience: written.audience,
            unit: written.unit,
            suppression,
            series,
            columns,
            models,
            metric,
            aggregate,
            local_recoding: written.local_recoding,
            population: written.population,
            most_checks: written.most_checks.unwrap_or(Limits::default().most_checks),
        })
    }
}

fn metric(written: &Written, text: &str) -> Result<Metric, ReleaseError> {
    let name = written.metric.unwrap_or(MetricName::Loss);
    let monotonic = written.leave_out_suppression;
    if let Some(gs) = &written.gs {
        let line = line_of(text, gs.span().start);
        if name != MetricName::Loss {
            return Err(ReleaseError::SpecConflict { line, what: "gs belongs to the metric loss".to_owned() });
        }
        if !(0.0..=1.0).contains(gs.get_ref()) {
            return Err(ReleaseError::SpecValue { line, key: "gs", allowed: "from 0 to 1" });
        }
    }
    Ok(match name {
        MetricName::Loss => Metric::Loss { gs: written.gs.as_ref().map_or(0.5, |gs| *gs.get_ref()) },
        MetricName::Entropy => Metric::Entropy { monotonic },
        MetricName::Precision => Metric::Precision { monotonic },
        MetricName::Discernibility => Metric::Discernibility { monotonic },
        MetricName::ClassSize => Metric::AverageClassSize,
        MetricName::Height => Metric::Height,
    })
}

impl WrittenSeries {
    fn read(&self, line: usize) -> Result<InSeries, ReleaseError> {
        let Self { name, only_new, lasting_pseudonyms } = self;
        if *only_new && *lasting_pseudonyms {
            let what =
                "series: with only_new each child is in one release, which leaves lasting_pseudonyms nothing to join";
            return Err(ReleaseError::SpecConflict { line, what: what.to_owned() });
        }
        Ok(InSeries { name: name.clone(), only_new: *only_new, lasting_pseudonyms: *lasting_pseudonyms, line })
    }
}

impl AggregateName {
    fn read(self) -> Aggregate {
        match self {
            Self::Sum => Aggregate::Sum,
            Self::Arithmetic => Aggregate::Arithmetic,
            Self::Geometric => Aggregate::Geometric,
            Self::Maximum => Aggregate::Maximum,
            Self::Rank => Aggregate::Rank,
        }
    }
}

impl WrittenColumn {
    fn read(self, line: usize) -> Result<ColumnSpec, ReleaseError> {
        let conflict =
            |what: &str| Err(ReleaseError::SpecConflict { line, what: format!("column {}: {what}", self.name) });
        let chooses = self.finest.is_some() || self.coarsest.is_some() || self.weight.is_some();
        match self.role {
            Role::QuasiIdentifying if self.hierarchy.is_none() => {
                return conflict("a quasi-identifying column needs a hierarchy");
            }
            Role::QuasiIdentifying => {}
            _ if chooses => return conflict("only a quasi-identifying column has finest, coarsest and weight"),
            Role::Sensitive => {}
            _ if self.hierarchy.is_some() => return conflict("this role has no hierarchy"),
            _ => {}
        }
        if let Some(path) = &self.field {
            match KnownField::find(path).map(|known| known.refuses(self.role)) {
                None => return conflict(&format!("the catalogue has no field {path}")),
                Some(Some(why)) => return conflict(why),
                Some(None) => {}
            }
        }
        let weight = self.weight.unwrap_or(1.0);
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(ReleaseError::SpecValue { line, key: "weight", allowed: "a number, 0 or more" });
        }
        Ok(ColumnSpec {
            name: self.name,
            line,
            role: self.role,
            hierarchy: self.hierarchy.map(WrittenHierarchy::read),
            finest: self.finest.unwrap_or(0),
            coarsest: self.coarsest,
            weight,
            field: self.field,
            label: self.label,
        })
    }
}

impl WrittenHierarchy {
    fn read(self) -> HierarchySpec {
        HierarchySpec::Builtin(match self {
            Self::Csv { file } => return HierarchySpec::File(file),
            Self::Taxonomy { file } => return HierarchySpec::Taxonomy(file),
            Self::Age { bands } => Builtin::Age { bands },
            Self::Date => Builtin::Date,
            Self::Prefix { lengths } => Builtin::Prefix { lengths },
            Self::Order { values, sizes } => Builtin::Order { values, sizes },
            Self::Intervals { cuts } => Builtin::Intervals { cuts },
            Self::Suppress => Builtin::Suppress,
        })
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> ReleaseError {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    ReleaseError::SpecSyntax { line, what: error.message().to_owned() }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
