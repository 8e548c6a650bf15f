//! A specification and a table become a problem.

use std::collections::HashSet;

use super::super::engine::{Model, Problem, Quasi, Says, Sensitive};
use super::super::error::ReleaseError;
use super::super::hierarchy::Hierarchy;
use super::super::meaning::KnownField;
use super::super::table::{Column, MISSING, Table};
use super::{ColumnSpec, HierarchySpec, ModelKind, ReleasePolicy, Role, Spec};

/// A text longer than this is no code, whatever role it was given.
const LONGEST_CODE: usize = 100;

/// Tables this small are not looked at for columns that tell rows apart.
const FEW_ROWS: usize = 20;

/// Where the files lie that a specification names.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Its own; it says which file could not be read.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// The problem, and which column of the table each of its columns is.
#[derive(Debug, Clone)]
pub struct Bound {
    /// What is to be solved.
    pub problem: Problem,
    /// Per column of the table its role.
    pub roles: Vec<Role>,
    /// Per quasi-identifying column of the problem its place in the table.
    pub quasi: Vec<usize>,
    /// Per sensitive column of the problem its place in the table.
    pub sensitive: Vec<usize>,
}

impl Spec {
    /// The problem that a table poses under this specification and the policy in force.
    ///
    /// # Errors
    /// Any of [`ReleaseError`] that is about a table, a hierarchy or a specification.
    pub fn bind(&self, table: &Table, policy: &ReleasePolicy, files: &dyn Files) -> Result<Bound, ReleaseError> {
        if let Some(series) = &self.series {
            let what = "series: only a vault keeps one".to_owned();
            return Err(ReleaseError::SpecConflict { line: series.line, what });
        }
        self.check_columns(table)?;
        if table.rows() == 0 {
            return Err(ReleaseError::EmptyTable);
        }
        let specs: Vec<&ColumnSpec> =
            table.columns().iter().map(|column| self.column(column.name())).collect::<Result<_, _>>()?;
        let places = |role: Role| (0..specs.len()).filter(|place| specs[*place].role == role).collect::<Vec<_>>();
        let (quasi, sensitive) = (places(Role::QuasiIdentifying), places(Role::Sensitive));
        let models = self.models(table, &sensitive)?;
        policy.respects(self.audience, &models, quasi.len())?;
        check_texts(table, &specs)?;
        let mut problem = Problem {
            rows: table.rows(),
            quasi: Vec::new(),
            sensitive: Vec::new(),
            units: self.unit.as_ref().map(|name| units(table.column(name)?)).transpose()?,
            population: None,
            models,
            suppression: self.suppression,
            metric: self.metric,
            aggregate: self.aggregate,
        };
        for place in &quasi {
            problem.quasi.push(bind_quasi(specs[*place], &table.columns()[*place], files)?);
        }
        for place in &sensitive {
            problem.sensitive.push(bind_sensitive(specs[*place], &table.columns()[*place], files)?);
        }
        self.bind_population(&mut problem, files)?;
        self.check(&problem)?;
        Ok(Bound { problem, roles: specs.iter().map(|spec| spec.role).collect(), quasi, sensitive })
    }

    /// What the engine finds wrong, with the line of the model where it is one.
    fn check(&self, problem: &Problem) -> Result<(), ReleaseError> {
        for (spec, model) in self.models.iter().zip(&problem.models) {
            model.check(problem).map_err(|error| self.at_line(spec.line, error))?;
        }
        problem.check()
    }

    fn column(&self, name: &str) -> Result<&ColumnSpec, ReleaseError> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| ReleaseError::UnlistedColumn { column: name.to_owned() })
    }

    fn check_columns(&self, table: &Table) -> Result<(), ReleaseError> {
        if let Some(unknown) = self.columns.iter().find(|column| table.column(&column.name).is_err()) {
            return Err(ReleaseError::UnknownColumn { line: unknown.line, column: unknown.name.clone() });
        }
        let Some(unit) = &self.unit else { return Ok(()) };
        let spec = self.column(unit)?;
        match spec.role.leaves() {
            true => Err(ReleaseError::SpecConflict {
                line: spec.line,
                what: format!("column {unit} tells the child and cannot leave: its role is identifier or drop"),
            }),
            false => Ok(()),
        }
    }

    fn models(&self, table: &Table, sensitive: &[usize]) -> Result<Vec<Model>, ReleaseError> {
        if self.models.is_empty() {
            return Err(ReleaseError::SpecConflict { line: 0, what: "no privacy model is named".to_owned() });
        }
        let place = |line: usize, name: &String| {
            let found = sensitive.iter().position(|place| table.columns()[*place].name() == name);
            found.ok_or_else(|| ReleaseError::SpecConflict { line, what: format!("column {name} is not sensitive") })
        };
        let model = |spec: &super::ModelSpec| {
            let place = |name| place(spec.line, name);
            Ok(match &spec.kind {
                ModelKind::KAnonymity { k } => Model::KAnonymity { k: *k },
                ModelKind::KMap { k } => Model::KMap { k: *k },
                ModelKind::DeltaPresence { least, most } => Model::DeltaPresence { least: *least, most: *most },
                ModelKind::DistinctLDiversity { column, l } => Model::DistinctL { column: place(column)?, l: *l },
                ModelKind::EntropyLDiversity { column, l } => Model::EntropyL { column: place(column)?, l: *l },
                ModelKind::RecursiveLDiversity { column, c, l } => {
                    Model::RecursiveL { column: place(column)?, c: *c, l: *l }
                }
                ModelKind::TCloseness { column, t, distance } => {
                    Model::TCloseness { column: place(column)?, t: *t, distance: (*distance).into() }
                }
                ModelKind::BetaLikeness { column, beta, enhanced } => {
                    Model::BetaLikeness { column: place(column)?, beta: *beta, enhanced: *enhanced }
                }
                ModelKind::AverageRisk { risk } => Model::AverageRisk { risk: *risk },
            })
        };
        self.models.iter().map(model).collect()
    }

    fn bind_population(&self, problem: &mut Problem, files: &dyn Files) -> Result<(), ReleaseError> {
        let Some(file) = &self.population else { return Ok(()) };
        let population = Table::from_csv(&read(files, file, 0)?)?;
        let mut columns = Vec::new();
        for quasi in &mut problem.quasi {
            columns.push(quasi.hierarchy.bind(population.column(&quasi.name)?)?);
        }
        problem.population = Some(columns);
        Ok(())
    }
}

fn read(files: &dyn Files, name: &str, line: usize) -> Result<Vec<u8>, ReleaseError> {
    files.read(name).map_err(|what| ReleaseError::SpecConflict { line, what })
}

fn hierarchy(spec: &ColumnSpec, column: &Column, files: &dyn Files) -> Result<Option<Hierarchy>, ReleaseError> {
    let Some(from) = &spec.hierarchy else { return Ok(None) };
    Ok(Some(match from {
        HierarchySpec::File(name) => Hierarchy::from_csv(&spec.name, &read(files, name, spec.line)?)?,
        HierarchySpec::Taxonomy(name) => Hierarchy::from_taxonomy(&spec.name, &read(files, name, spec.line)?)?,
        HierarchySpec::Builtin(kind) => Hierarchy::built_in(kind, column)?,
    }))
}

fn bind_quasi(spec: &ColumnSpec, column: &Column, files: &dyn Files) -> Result<Quasi, ReleaseError> {
    let conflict =
        |what: &str| ReleaseError::SpecConflict { line: spec.line, what: format!("column {}: {what}", spec.name) };
    let mut hierarchy = hierarchy(spec, column, files)?.ok_or_else(|| conflict("it needs a hierarchy"))?;
    let leaves = hierarchy.bind(column)?;
    let coarsest = spec.coarsest.unwrap_or(hierarchy.height());
    if spec.finest > coarsest || coarsest > hierarchy.height() {
        return Err(conflict(&format!("its hierarchy has the levels 0 to {}", hierarchy.height())));
    }
    Ok(Quasi { name: spec.name.clone(), hierarchy, leaves, finest: spec.finest, coarsest, weight: spec.weight })
}

/// Values in the order of their hierarchy, else numbers by size, else by the alphabet; a missing one last.
fn bind_sensitive(spec: &ColumnSpec, column: &Column, files: &dyn Files) -> Result<Sensitive, ReleaseError> {
    if column.values().is_empty() {
        return Err(ReleaseError::AllMissing { column: column.name().to_owned() });
    }
    let name = spec.name.clone();
    if let Some(mut hierarchy) = hierarchy(spec, column, files)? {
        let codes = hierarchy.bind(column)?;
        let groups = hierarchy.levels()[1..].iter().map(|level| level.of_leaf().to_vec()).collect();
        let leaves = &hierarchy.levels()[0];
        let says = Says::of(leaves.of_leaf().iter().map(|code| leaves.labels()[*code as usize].as_deref()));
        return Ok(Sensitive { name, codes, size: hierarchy.size(), groups, says, whole: None });
    }
    let mut order: Vec<usize> = (0..column.values().len()).collect();
    let numbers: Option<Vec<f64>> = column.values().iter().map(|value| value.parse().ok()).collect();
    match numbers {
        Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
        None => order.sort_by_key(|code| &column.values()[*code]),
    }
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(index, code)| place[*code] = index as u32);
    let missing = place.len() as u32;
    let codes = column.codes().iter().map(|code| place.get(*code as usize).copied().unwrap_or(missing)).collect();
    let size = order.len() + usize::from(column.codes().contains(&MISSING));
    let values = order.iter().map(|code| Some(column.values()[*code].as_str()));
    let says = Says::of(values.chain((size > order.len()).then_some(None)));
    Ok(Sensitive { name, codes, size, groups: Vec::new(), says, whole: None })
}

/// A row without a child counts as a child of its own.
fn units(column: &Column) -> Result<Vec<u32>, ReleaseError> {
    let mut next = column.values().len() as u32;
    let mut unit = |code: &u32| match *code {
        MISSING => {
            next += 1;
            next - 1
        }
        code => code,
    };
    Ok(column.codes().iter().map(&mut unit).collect())
}

/// Free text does not leave, and neither does what tells rows apart, whatever role it was given.
fn check_texts(table: &Table, specs: &[&ColumnSpec]) -> Result<(), ReleaseError> {
    for (column, spec) in table.columns().iter().zip(specs).filter(|(_, spec)| spec.role.leaves()) {
        let conflict =
            |what: &str| ReleaseError::SpecConflict { line: spec.line, what: format!("column {} {what}", spec.name) };
        if column.values().iter().any(|value| value.chars().count() > LONGEST_CODE) {
            return Err(conflict("holds free text, which never leaves: its role can only be identifier or drop"));
        }
        // A specification that was built in code is checked here, one that was read was refused before.
        if let Some(known) = spec.field.as_deref().and_then(KnownField::find) {
            if let Some(why) = known.refuses(spec.role) {
                return Err(conflict(why));
            }
            if !column.values().iter().all(|value| known.allows(value)) {
                return Err(conflict("holds values that are no codes of its field's list"));
            }
        }
        let different = column.values().iter().collect::<HashSet<_>>().len();
        if spec.role == Role::Insensitive && table.rows() > FEW_ROWS && different > table.rows() / 2 {
            return Err(conflict("has nearly as many values as rows, so it is not insensitive"));
        }
    }
    Ok(())
}
