//! Against brute force on small random lattices, and small oracles from the definitions.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::release::ReleaseError;
use crate::release::hierarchy::Hierarchy;

/// A hierarchy of this many leaves: pairs join at each level.
fn halving(leaves: u32) -> Hierarchy {
    let height = (1..).find(|height| leaves.div_ceil(1 << height) == 1).unwrap();
    let row = |leaf: u32| (0..=height).map(|level| format!("{level}:{}", leaf >> level)).collect();
    Hierarchy::from_rows("q", &(0..leaves).map(row).collect::<Vec<_>>()).unwrap()
}

fn problem(columns: &[(u32, Vec<u32>)], sensitive: Vec<u32>, models: Vec<Model>, suppression: f64) -> Problem {
    let quasi = |(leaves, rows): &(u32, Vec<u32>)| {
        let hierarchy = halving(*leaves);
        let coarsest = hierarchy.height();
        Quasi { name: "q".into(), hierarchy, leaves: rows.clone(), finest: 0, coarsest, weight: 1.0 }
    };
    let groups = halving(4).levels()[1..].iter().map(|level| level.of_leaf().to_vec()).collect();
    Problem {
        rows: sensitive.len(),
        quasi: columns.iter().map(quasi).collect(),
        sensitive: vec![Sensitive {
            name: "s".into(),
            codes: sensitive,
            size: 4,
            groups,
            says: Says::one_each(4),
            whole: None,
        }],
        units: None,
        population: None,
        models,
        suppression,
        metric: Metric::Loss { gs: 0.5 },
        aggregate: Aggregate::Geometric,
    }
}

fn brute_force(problem: &Problem) -> Option<Solution> {
    let mut best: Option<Solution> = None;
    let mut levels: Vec<usize> = problem.quasi.iter().map(|quasi| quasi.finest).collect();
    loop {
        let found = evaluate(problem, &levels).unwrap();
        let better = best.as_ref().is_none_or(|best| found.cost.compare(&best.cost).is_lt());
        if found.suppressed <= problem.most_suppressed() && better {
            best = Some(found);
        }
        let Some(place) = (0..levels.len()).find(|place| levels[*place] < problem.quasi[*place].coarsest) else {
            return best;
        };
        levels[place] += 1;
        levels[..place].iter_mut().zip(&problem.quasi).for_each(|(level, quasi)| *level = quasi.finest);
    }
}

/// The classes that are kept, as rows.
fn classes(solution: &Solution) -> Vec<Vec<usize>> {
    let mut classes: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, class) in solution.class_of_row.iter().enumerate() {
        if let Some(class) = class {
            classes.entry(*class).or_default().push(row);
        }
    }
    classes.into_values().collect()
}

fn any_model() -> impl Strategy<Value = Model> {
    let distance = prop_oneof![Just(Distance::Equal), Just(Distance::Ordered), Just(Distance::Hierarchical)];
    prop_oneof![
        (1u32..6).prop_map(|k| Model::KAnonymity { k }),
        (1u32..4).prop_map(|l| Model::DistinctL { column: 0, l }),
        (1.0f64..3.0).prop_map(|l| Model::EntropyL { column: 0, l }),
        (0.5f64..4.0, 1u32..4).prop_map(|(c, l)| Model::RecursiveL { column: 0, c, l }),
        (0.05f64..0.6, distance).prop_map(|(t, distance)| Model::TCloseness { column: 0, t, distance }),
        (0.3f64..3.0, any::<bool>()).prop_map(|(beta, enhanced)| Model::BetaLikeness { column: 0, beta, enhanced }),
        (0.1f64..1.0).prop_map(|risk| Model::AverageRisk { risk }),
    ]
}

fn any_metric() -> impl Strategy<Value = Metric> {
    prop_oneof![
        (0.0f64..=1.0).prop_map(|gs| Metric::Loss { gs }),
        any::<bool>().prop_map(|monotonic| Metric::Entropy { monotonic }),
        any::<bool>().prop_map(|monotonic| Metric::Precision { monotonic }),
        any::<bool>().prop_map(|monotonic| Metric::Discernibility { monotonic }),
        Just(Metric::AverageClassSize),
        Just(Metric::Height),
    ]
}

fn any_aggregate() -> impl Strategy<Value = Aggregate> {
    use Aggregate::{Arithmetic, Geometric, Maximum, Rank, Sum};
    proptest::sample::select(vec![Sum, Arithmetic, Geometric, Maximum, Rank])
}

prop_compose! {
    fn any_problem()(rows in 6usize..60)(
        a in proptest::collection::vec(0u32..8, rows),
        b in proptest::collection::vec(0u32..5, rows),
        c in proptest::collection::vec(0u32..2, rows),
        sensitive in proptest::collection::vec(0u32..4, rows),
        units in proptest::option::of(proptest::collection::vec(0u32..40, rows)),
        models in proptest::collection::vec(any_model(), 1..4),
        suppression in prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64],
        metric in any_metric(),
        aggregate in any_aggregate(),
        weights in proptest::collection::vec(0.1f64..2.0, 3),
        finest in 0usize..2,
        says in 0usize..3,
    ) -> Problem {
        let mut problem = problem(&[(8, a), (5, b), (2, c)], sensitive, models, suppression);
        let recursive = problem.models.iter().any(|model| matches!(model, Model::RecursiveL { .. }));
        problem.sensitive[0].says = match says {
            1 => Says::of([Some("a"), None, Some("b"), Some("unknown")]),
            2 if !recursive => Says::of([Some("a"), Some("a;b"), Some("b;c"), Some("c;a")]),
            _ => Says::one_each(4),
        };
        (problem.units, problem.metric, problem.aggregate) = (units, metric, aggregate);
        problem.quasi.iter_mut().zip(weights).for_each(|(quasi, weight)| quasi.weight = weight);
        problem.quasi[0].finest = finest;
        problem.quasi[1].coarsest -= finest;
        problem
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_optimum_is_that_of_brute_force(problem in any_problem()) {
        match solve(&problem, Limits::default(), &Unwatched) {
            Ok(found) => {
                let best = brute_force(&problem).expect("brute force finds what the search found");
                prop_assert!(found.is_optimal());
                let same = found.cost.values().iter().zip(best.cost.values());
                prop_assert!(same.clone().all(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1.0)), "{found:?} {best:?}");
                prop_assert!(found.suppressed <= problem.most_suppressed());
                let one_thread = solve(&problem, Limits { threads: 1, ..Limits::default() }, &Unwatched).unwrap();
                prop_assert_eq!((&found.levels, &found.cost), (&one_thread.levels, &one_thread.cost));
            }
            Err(ReleaseError::NoSolution { suppressed, allowed, .. }) => {
                prop_assert!(brute_force(&problem).is_none());
                prop_assert!(suppressed > allowed || allowed == 0);
            }
            Err(ReleaseError::TooFewUnits { units, k }) => prop_assert!(units < k as usize),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn no_class_breaks_its_promise(problem in any_problem()) {
        let Ok(found) = solve(&problem, Limits::default(), &Unwatched) else { return Ok(()) };
        let unit = |row: usize| problem.units.as_ref().map_or(row as u32, |units| units[row]);
        let codes = &problem.sensitive[0].codes;
        let shares = |rows: &[usize]| {
            let pairs: BTreeSet<(u32, u32)> = rows.iter().map(|row| (unit(*row), codes[*row])).collect();
            (0..4).map(|value| pairs.iter().filter(|pair| pair.1 == value).count() as f64 / pairs.len() as f64).collect()
        };
        let whole: Vec<f64> = shares(&(0..problem.rows).collect::<Vec<_>>());
        for class in classes(&found) {
            let children: BTreeSet<u32> = class.iter().map(|row| unit(*row)).collect();
            let of_class: Vec<f64> = shares(&class);
            for model in &problem.models {
                match *model {
                    Model::KAnonymity { k } => prop_assert!(children.len() >= k as usize),
                    Model::DistinctL { l, .. } => {
                        prop_assert!(of_class.iter().filter(|share| **share > 0.0).count() >= l as usize);
                    }
                    Model::TCloseness { t, distance: Distance::Equal, .. } => {
                        let apart: f64 = of_class.iter().zip(&whole).map(|(p, q)| (p - q).abs()).sum();
                        prop_assert!(apart / 2.0 <= t + 1e-9);
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_search_that_ends_early_says_how_much_better_another_could_be(problem in any_problem(), checks in 1u64..40) {
        let limits = Limits { most_checks: checks, threads: 1 };
        let Ok(early) = solve(&problem, limits, &Unwatched) else { return Ok(()) };
        let best = brute_force(&problem).expect("the search found one");
        prop_assert!(!early.cost.compare(&best.cost).is_lt() || !best.cost.exceeds(&early.cost));
        prop_assert!(!early.bound.exceeds(&best.cost), "{early:?} {best:?}");
    }
}

/// Classes of 2 and 1; the second fails 2-anonymity.
fn small() -> Problem {
    problem(&[(2, vec![0, 0, 1])], vec![0, 1, 2], vec![Model::KAnonymity { k: 2 }], 0.5)
}

#[test]
fn costs_by_hand() {
    let cost = |metric: Metric, aggregate: Aggregate, levels: &[usize]| {
        let problem = Problem { metric, aggregate, ..small() };
        evaluate(&problem, levels).unwrap().cost.values()[0]
    };
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    // Two kept at half the leaves, one suppressed: (2 * 0.5 + 1 - 1.5) / (3 - 1.5).
    close(cost(Metric::Loss { gs: 0.5 }, Aggregate::Sum, &[0]), 1.0 / 3.0);
    close(cost(Metric::Loss { gs: 0.5 }, Aggregate::Sum, &[1]), 1.0);
    close(cost(Metric::Discernibility { monotonic: false }, Aggregate::Sum, &[0]), 4.0 + 3.0);
    close(cost(Metric::Discernibility { monotonic: true }, Aggregate::Sum, &[0]), 4.0 + 1.0);
    close(cost(Metric::AverageClassSize, Aggregate::Sum, &[0]), 1.5);
    close(cost(Metric::Precision { monotonic: false }, Aggregate::Sum, &[0]), 1.0 / 3.0);
    close(cost(Metric::Precision { monotonic: true }, Aggregate::Sum, &[1]), 1.0);
    let lost = -(2.0 * (2.0f64 / 3.0).log2() + (1.0f64 / 3.0).log2());
    close(cost(Metric::Entropy { monotonic: true }, Aggregate::Sum, &[1]), lost);
    close(cost(Metric::Height, Aggregate::Sum, &[1]), 1.0);
}

#[test]
fn a_child_with_several_rows_counts_once() {
    let mut problem = problem(&[(2, vec![0, 0, 0, 1, 1])], vec![0; 5], vec![Model::KAnonymity { k: 2 }], 0.0);
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [0]);
    // The three rows of the first class are of one child.
    problem.units = Some(vec![7, 7, 7, 8, 9]);
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [1]);
    // A child in both classes counts in each.
    problem.units = Some(vec![7, 7, 8, 7, 9]);
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [0]);
}

#[test]
fn a_population_makes_small_classes_safe() {
    let mut problem = problem(&[(2, vec![0, 1])], vec![0, 1], vec![Model::KMap { k: 3 }], 0.0);
    assert_eq!(
        solve(&problem, Limits::default(), &Unwatched).unwrap_err(),
        ReleaseError::NoPopulation { model: "k-map" }
    );
    problem.population = Some(vec![vec![0, 0, 0, 1, 1, 1]]);
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [0]);
    problem.population = Some(vec![vec![0, 0, 0, 1, 1]]);
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [1]);
    problem.models = vec![Model::DeltaPresence { least: 0.0, most: 0.4 }];
    assert_eq!(solve(&problem, Limits::default(), &Unwatched).unwrap().levels, [1]);
}

#[test]
fn what_cannot_be_met_says_how_near_it_got() {
    let mut problem =
        problem(&[(2, vec![0, 1, 0, 1]), (2, vec![0, 0, 0, 0])], vec![0; 4], vec![Model::KAnonymity { k: 3 }], 0.0);
    problem.quasi[0].name = "age".into();
    problem.quasi[0].coarsest = 0;
    let error = solve(&problem, Limits::default(), &Unwatched).unwrap_err();
    assert_eq!(error, ReleaseError::NoSolution { suppressed: 4, allowed: 0, costliest: Some("age".into()) });
    problem.models = vec![Model::KAnonymity { k: 5 }];
    let error = solve(&problem, Limits::default(), &Unwatched).unwrap_err();
    assert_eq!(error, ReleaseError::TooFewUnits { units: 4, k: 5 });
}

#[test]
fn a_search_can_be_cancelled() {
    struct Impatient;
    impl Watch for Impatient {
        fn progress(&self, _: f64, _: f64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    assert_eq!(solve(&small(), Limits::default(), &Impatient).unwrap_err(), ReleaseError::Cancelled);
}

#[test]
fn impossible_limits_are_refused() {
    let refused = |change: fn(&mut Problem)| {
        let mut problem = small();
        change(&mut problem);
        solve(&problem, Limits::default(), &Unwatched).unwrap_err()
    };
    assert!(matches!(refused(|p| p.suppression = 1.5), ReleaseError::SpecValue { .. }));
    assert!(matches!(refused(|p| p.suppression = f64::NAN), ReleaseError::SpecValue { .. }));
    assert!(matches!(refused(|p| p.quasi[0].weight = 0.0), ReleaseError::SpecConflict { .. }));
    assert!(matches!(refused(|p| p.quasi[0].finest = 2), ReleaseError::SpecConflict { .. }));
    assert!(matches!(refused(|p| p.quasi.clear()), ReleaseError::SpecConflict { .. }));
    assert!(matches!(refused(|p| p.rows = 0), ReleaseError::EmptyTable));
    assert!(matches!(refused(|p| p.metric = Metric::Loss { gs: 2.0 }), ReleaseError::SpecValue { .. }));
    let models = [
        Model::KAnonymity { k: 0 },
        Model::TCloseness { column: 0, t: f64::NAN, distance: Distance::Equal },
        Model::EntropyL { column: 0, l: 0.0 },
        Model::AverageRisk { risk: 0.0 },
        Model::DeltaPresence { least: 0.5, most: 0.2 },
    ];
    for model in models {
        let problem = Problem { models: vec![model], ..small() };
        assert!(
            matches!(solve(&problem, Limits::default(), &Unwatched), Err(ReleaseError::SpecValue { .. })),
            "{model:?}"
        );
    }
    let problem = Problem { models: vec![Model::DistinctL { column: 3, l: 2 }], ..small() };
    assert!(matches!(solve(&problem, Limits::default(), &Unwatched), Err(ReleaseError::SpecConflict { .. })));
}
