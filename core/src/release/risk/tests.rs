use super::*;

fn table(text: &str) -> Table {
    Table::from_csv(text.as_bytes()).unwrap()
}

fn report(table: &Table, quasi: &[&str], sensitive: &[&str]) -> RiskReport {
    let question = RiskQuestion { quasi, sensitive, units: None, population: None, set_size: 2 };
    RiskReport::of(table, &question).unwrap()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

/// Five persons: the figures that a published test calls calculated by hand.
#[test]
fn distinction_and_separation_of_sets() {
    let people = table("age,sex,state\n20,f,CA\n30,f,CA\n40,f,TX\n20,m,NY\n40,m,CA\n");
    let risk = report(&people, &["age", "sex", "state"], &[]);
    let of = |columns: &[&str]| {
        let set = risk.sets.iter().find(|set| set.columns == columns).unwrap();
        (set.distinction, set.separation)
    };
    let same = |found: (f64, f64), expected: (f64, f64)| {
        close(found.0, expected.0);
        close(found.1, expected.1);
    };
    same(of(&["sex"]), (0.4, 0.6));
    same(of(&["state"]), (0.6, 0.7));
    same(of(&["age"]), (0.6, 0.8));
    same(of(&["sex", "state"]), (0.8, 0.9));
    same(of(&["age", "sex"]), (1.0, 1.0));
    same(of(&["age", "sex", "state"]), (1.0, 1.0));
}

#[test]
fn attackers_and_uniqueness() {
    let risk = report(&table("a\n1\n1\n1\n2\n"), &["a"], &[]);
    assert_eq!((risk.k, risk.largest, risk.classes), (1, 3, 2));
    close(risk.unique, 0.25);
    close(risk.prosecutor.highest, 1.0);
    close(risk.prosecutor.average, 0.5);
    close(risk.marketer, 0.5);
    close(risk.prosecutor.at_risk, 1.0);
    assert_eq!(risk.histogram, [(1, 1), (3, 1)]);
}

#[test]
fn the_journalist_looks_in_the_population() {
    let (sample, population) = (table("a\n1\n2\n"), table("a\n1\n1\n1\n1\n2\n2\n3\n"));
    let question =
        RiskQuestion { quasi: &["a"], sensitive: &[], units: None, population: Some(&population), set_size: 0 };
    let risk = RiskReport::of(&sample, &question).unwrap();
    close(risk.prosecutor.highest, 1.0);
    close(risk.journalist.highest, 0.5);
    close(risk.journalist.average, (0.25 + 0.5) / 2.0);
}

#[test]
fn rows_of_one_child_count_once() {
    let rows = table("a,s\n1,x\n1,x\n1,y\n");
    let question =
        RiskQuestion { quasi: &["a"], sensitive: &["s"], units: Some(&[7, 7, 8]), population: None, set_size: 0 };
    let risk = RiskReport::of(&rows, &question).unwrap();
    assert_eq!((risk.k, risk.units, risk.rows), (2, 2, 3));
    close(risk.sensitive[0].entropy_l, 2.0);
}

#[test]
fn disclosure_by_hand() {
    // One class of x x y, one of y: of four, x 1/2 and y 1/2.
    let risk = &report(&table("a,s\n1,x\n1,x\n1,y\n2,y\n"), &["a"], &["s"]).sensitive[0];
    assert_eq!((risk.distinct_l, risk.values, risk.recursive_c), (1, 2, None));
    close(risk.entropy_l, 1.0);
    close(risk.t_equal, 0.5);
    close(risk.t_ordered, 0.5);
    close(risk.beta, 1.0);
    close(risk.delta, 2f64.ln());
    close(risk.alpha, 1.0);
    close(risk.homogeneous, 0.25);
    let even = &report(&table("a,s\n1,x\n1,x\n1,y\n"), &["a"], &["s"]).sensitive[0];
    close(even.recursive_c.unwrap(), 2.0);
    close(even.t_equal, 0.0);
}

/// What nobody knows, and what everybody shares, hides no child.
#[test]
fn missing_values_and_lists_around_one_harm_are_no_diversity() {
    let unknown = &report(&table("a,s\n1,x\n1,x\n1,x\n1,x\n1,\n2,x\n2,unknown\n"), &["a"], &["s"]).sensitive[0];
    assert_eq!((unknown.distinct_l, unknown.recursive_c), (1, None));
    close(unknown.entropy_l, 1.0);
    close(unknown.alpha, 1.0);
    close(unknown.homogeneous, 1.0);
    let lists = &report(&table("a,s\n1,x\n1,x;y\n1,x;z\n"), &["a"], &["s"]).sensitive[0];
    assert_eq!((lists.distinct_l, lists.recursive_c), (1, None));
    close(lists.entropy_l, 1.0);
    let even = &report(&table("a,s\n1,x;y\n1,y;z\n1,z\n1,w\n"), &["a"], &["s"]).sensitive[0];
    assert_eq!(even.distinct_l, 3);
    close(even.entropy_l, 2.0);
}

#[test]
fn bad_questions_are_refused() {
    let rows = table("a\n1\n");
    let ask = |quasi: &[&str], units: Option<&[u32]>| {
        RiskReport::of(&rows, &RiskQuestion { quasi, sensitive: &[], units, population: None, set_size: 0 })
            .unwrap_err()
    };
    assert_eq!(ask(&["b"], None), ReleaseError::NoSuchColumn { column: "b".into() });
    assert!(matches!(ask(&[], None), ReleaseError::SpecConflict { .. }));
    assert!(matches!(ask(&["a"], Some(&[1, 2])), ReleaseError::UnequalColumns { .. }));
    let question = RiskQuestion { quasi: &["a"], sensitive: &[], units: None, population: None, set_size: 0 };
    assert_eq!(RiskReport::of(&table("a\n"), &question).unwrap_err(), ReleaseError::EmptyTable);
}
