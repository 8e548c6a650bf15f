//! The optimum of every supported case that others published for the Adult data, where they lie beside the repository:
//! the environment variable `SAFEROOM_ORACLES` names the folder. Definitions: docs/anonymisation.md.
#![cfg(feature = "extract")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use saferoom::release::engine::{
    Aggregate, Distance, Limits, Metric, Model, Problem, Quasi, Says, Sensitive, Unwatched, evaluate, solve,
};
use saferoom::release::hierarchy::Hierarchy;
use saferoom::release::{ReleaseError, Table};

#[test]
fn adult_optima() {
    let Some(folder) = std::env::var_os("SAFEROOM_ORACLES").map(PathBuf::from) else {
        println!("1 skipped: SAFEROOM_ORACLES names no folder");
        return;
    };
    if cfg!(debug_assertions) {
        println!("1 skipped: unoptimised it takes an hour; cargo test --release, or cargo xtask test --only optima");
        return;
    }
    let adult = Adult::read(&folder);
    let cases = std::fs::read_to_string(folder.join("expected_optima.tsv")).expect("expected_optima.tsv");
    let mut lines = cases.lines();
    let names: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let (mut checked, mut unsupported, mut wrong) = (0, BTreeMap::<String, usize>::new(), Vec::new());
    for line in lines {
        let case: BTreeMap<&str, &str> = names.iter().copied().zip(line.split('\t')).collect();
        let name = format!(
            "{}[{}] {} {} {}",
            case["class"], case["index"], case["models"], case["suppression_limit"], case["metric"]
        );
        match adult.problem(&case) {
            Err(reason) => *unsupported.entry(reason).or_default() += 1,
            Ok(problem) => {
                checked += 1;
                if let Err(difference) = check(&problem, &case) {
                    wrong.push(format!("{name}: {difference}"));
                }
            }
        }
    }
    println!("{checked} checked, not supported: {unsupported:?}");
    assert!(checked > 0);
    assert!(wrong.is_empty(), "{} of {checked} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn check(problem: &Problem, case: &BTreeMap<&str, &str>) -> Result<(), String> {
    let found = solve(problem, Limits::default(), &Unwatched);
    if case["expected_transformation"].trim().is_empty() || case["expected_loss"] == "-" {
        return match found {
            Err(ReleaseError::NoSolution { .. }) => Ok(()),
            other => Err(format!("no solution expected, found {other:?}")),
        };
    }
    let found = found.map_err(|error| error.to_string())?;
    let expected = numbers(case["expected_loss"]);
    let levels: Vec<usize> = numbers(case["expected_transformation"]).iter().map(|level| *level as usize).collect();
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let close = |cost: &[f64]| cost.len() == expected.len() && cost.iter().zip(&expected).all(|(a, b)| same(*a, *b));
    let theirs = evaluate(problem, &levels).map_err(|error| error.to_string())?;
    // In the approximate mode of its tool an answer may be worse than the optimum.
    let approximate =
        case["practical"] == "true" || ["Heuristic", "Genetic"].iter().any(|name| case["class"].contains(name));
    let better = approximate && found.cost.values()[0] <= expected[0];
    let problem_with_theirs = if close(theirs.cost.values()) {
        String::new()
    } else {
        format!(", ours for theirs {:?} with {} suppressed", theirs.cost.values(), theirs.suppressed)
    };
    match close(found.cost.values()) || better {
        true => Ok(()),
        false => Err(format!(
            "expected {expected:?} at {levels:?}, found {:?} at {:?} with {} suppressed{problem_with_theirs}; outliers {}",
            found.cost.values(),
            found.levels,
            found.suppressed,
            case["outliers_incl_rows_outside_subset"]
        )),
    }
}

/// The tables and hierarchies.
struct Adult {
    whole: Table,
    subset: Table,
    hierarchies: BTreeMap<String, Hierarchy>,
}

impl Adult {
    fn read(folder: &Path) -> Self {
        let file = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let whole = Table::from_csv(&file("adult.csv")).unwrap();
        let subset = Table::from_csv(&file("adult_subset.csv")).unwrap();
        let hierarchy = |name: &str| {
            let bytes = file(&format!("adult_hierarchy_{name}.csv"));
            (name.to_owned(), Hierarchy::from_csv(name, &bytes).unwrap())
        };
        let hierarchies = whole.columns().iter().map(|column| hierarchy(column.name())).collect();
        Self { whole, subset, hierarchies }
    }

    /// The problem of a case, or which part of it is not supported.
    fn problem(&self, case: &BTreeMap<&str, &str>) -> Result<Problem, String> {
        if case["class"].ends_with("Subset") {
            return Err("a subset that is not among the files".to_owned());
        }
        let order: Vec<&str> = case["qi_order"].trim_matches(['[', ']']).split(", ").collect();
        let (metric, aggregate) = metric(case)?;
        let sensitive: Vec<&str> = Some(case["sensitive"]).filter(|name| !name.is_empty()).into_iter().collect();
        let parts = models(case["models"]);
        let sampled =
            parts.iter().any(|part| part.ends_with("-map") || part.ends_with("-presence") || *part == "Inclusion");
        let table = if sampled { &self.subset } else { &self.whole };
        let models: Vec<Model> =
            parts.iter().filter(|part| **part != "Inclusion").map(|part| model(part)).collect::<Result<_, _>>()?;
        let quasi: Vec<Quasi> =
            order.iter().map(|name| self.quasi(table, name, weight(case, name)?)).collect::<Result<_, String>>()?;
        let population = sampled.then(|| {
            order
                .iter()
                .map(|name| self.hierarchies[*name].clone().bind(self.whole.column(name).unwrap()).unwrap())
                .collect()
        });
        Ok(Problem {
            rows: table.rows(),
            quasi,
            sensitive: sensitive.iter().map(|name| self.sensitive(table, name)).collect(),
            units: None,
            population,
            models,
            suppression: case["suppression_limit"].parse().unwrap(),
            metric,
            aggregate,
        })
    }

    fn quasi(&self, table: &Table, name: &str, weight: f64) -> Result<Quasi, String> {
        let mut hierarchy = self.hierarchies[name].clone();
        let leaves = hierarchy.bind(table.column(name).unwrap()).unwrap();
        let coarsest = hierarchy.height();
        Ok(Quasi { name: name.to_owned(), hierarchy, leaves, finest: 0, coarsest, weight })
    }

    fn sensitive(&self, table: &Table, name: &str) -> Sensitive {
        let mut hierarchy = self.hierarchies[name].clone();
        let column = table.column(name).unwrap();
        let leaves = hierarchy.bind(column).unwrap();
        // In the order of the alphabet, for the ordered distance.
        let labels = hierarchy.levels()[0].labels();
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.sort_by_key(|leaf| labels[*leaf].clone());
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(index, leaf)| place[*leaf] = index as u32);
        let groups =
            hierarchy.levels()[1..].iter().map(|level| order.iter().map(|leaf| level.of_leaf()[*leaf]).collect());
        Sensitive {
            name: name.to_owned(),
            codes: leaves.iter().map(|leaf| place[*leaf as usize]).collect(),
            size: order.len(),
            groups: groups.collect(),
            says: Says::one_each(order.len()),
            whole: None,
        }
    }
}

fn weight(case: &BTreeMap<&str, &str>, name: &str) -> Result<f64, String> {
    let columns = [
        "sex",
        "age",
        "race",
        "marital-status",
        "education",
        "native-country",
        "workclass",
        "occupation",
        "salary-class",
    ];
    match case["attribute_weights"] {
        "equal" => Ok(1.0),
        "column_order_1..9_div_9" => Ok((columns.iter().position(|column| *column == name).unwrap() + 1) as f64 / 9.0),
        other => Err(format!("weights {other}")),
    }
}

fn metric(case: &BTreeMap<&str, &str>) -> Result<(Metric, Aggregate), String> {
    let name = case["metric"];
    let metric = match name {
        "Non-uniform entropy" => Metric::Entropy { monotonic: true },
        "Non-monotonic non-uniform entropy" => Metric::Entropy { monotonic: false },
        "Monotonic discernability (DM*)" => Metric::Discernibility { monotonic: true },
        "Non-monotonic discernability" => Metric::Discernibility { monotonic: false },
        "Average equivalence class size" => Metric::AverageClassSize,
        "Precision" => Metric::Precision { monotonic: true },
        "Non-monotonic precision" => Metric::Precision { monotonic: false },
        "Height" => Metric::Height,
        _ if name.starts_with("Loss (") => {
            let call = case["metric_call"];
            let gs = call
                .split(['(', ')', ','])
                .nth(1)
                .and_then(|text| text.trim_end_matches('d').parse().ok())
                .unwrap_or(0.5);
            Metric::Loss { gs }
        }
        other => return Err(format!("metric {other}")),
    };
    let rank = case["metric_call"].contains("RANK");
    Ok((metric, if rank { Aggregate::Rank } else { metric.usual_aggregate() }))
}

/// The models of a case, split at the commas between them.
fn models(text: &str) -> Vec<&str> {
    let text = text.trim_matches(['[', ']']);
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn model(text: &str) -> Result<Model, String> {
    let number = |text: &str| text.parse::<f64>().map_err(|_| format!("model {text}"));
    let pair = |text: &str| -> Result<(f64, f64), String> {
        let (first, second) = text.trim_matches(['(', ')']).split_once(',').ok_or_else(|| format!("model {text}"))?;
        Ok((number(first)?, number(second)?))
    };
    let head = text.split(" for attribute").next().unwrap_or_default();
    if let Some((t, distance)) = head.split_once("-closeness with ") {
        let distance = match distance.split_whitespace().next().unwrap_or_default() {
            "equal" => Distance::Equal,
            "ordered" => Distance::Ordered,
            _ => Distance::Hierarchical,
        };
        return Ok(Model::TCloseness { column: 0, t: number(t)?, distance });
    }
    let shape = |start: &str, end: &str| head.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    if let Some(k) = shape("", "-anonymity") {
        return Ok(Model::KAnonymity { k: number(k)? as u32 });
    }
    if let Some(k) = shape("(", ")-map") {
        return Ok(Model::KMap { k: number(k)? as u32 });
    }
    if let Some(delta) = shape("", "-presence") {
        let (least, most) = pair(delta)?;
        return Ok(Model::DeltaPresence { least, most });
    }
    if let Some(l) = shape("shannon-entropy-", "-diversity") {
        return Ok(Model::EntropyL { column: 0, l: number(l)? });
    }
    if let Some(cl) = shape("recursive-", "-diversity") {
        let (c, l) = pair(cl)?;
        return Ok(Model::RecursiveL { column: 0, c, l: l as u32 });
    }
    if let Some(l) = shape("distinct-", "-diversity") {
        return Ok(Model::DistinctL { column: 0, l: number(l)? as u32 });
    }
    for (start, enhanced) in [("basic-", false), ("enhanced-", true)] {
        if let Some(beta) = shape(start, "-likeness") {
            return Ok(Model::BetaLikeness { column: 0, beta: number(beta)?, enhanced });
        }
    }
    if let Some(risk) = shape("(", ")-avg-reidentification-risk") {
        return Ok(Model::AverageRisk { risk: number(risk)? });
    }
    Err(format!("model {text}"))
}

fn numbers(text: &str) -> Vec<f64> {
    text.trim_matches(['[', ']']).split(',').map(|number| number.trim().parse().unwrap()).collect()
}
