use super::*;

fn column(values: &[&str]) -> Column {
    Column::new("c", values.iter().map(|value| (!value.is_empty()).then_some(*value)))
}

fn label(hierarchy: &mut Hierarchy, column: &Column, row: usize, level: usize) -> String {
    let leaf = hierarchy.bind(column).unwrap()[row];
    let level = &hierarchy.levels()[level];
    level.labels()[level.of_leaf()[leaf as usize] as usize].clone().unwrap_or_default()
}

#[test]
fn a_file_in_arx_format() {
    let mut hierarchy = Hierarchy::from_csv("c", b"a;[1, 2[;*\nb;[1, 2[;*\nc;[2, 3[;*\n").unwrap();
    assert_eq!((hierarchy.height(), hierarchy.size()), (2, 3));
    let values = column(&["b", "c", "a"]);
    assert_eq!(label(&mut hierarchy, &values, 0, 1), "[1, 2[");
    assert_eq!(label(&mut hierarchy, &values, 1, 2), "*");
}

#[test]
fn bad_files_are_refused_with_their_row() {
    let error = |text: &str| Hierarchy::from_csv("c", text.as_bytes()).unwrap_err();
    let c = || "c".to_owned();
    assert!(matches!(error(""), ReleaseError::HierarchyShape { .. }));
    assert_eq!(error("a;*\nb\n"), ReleaseError::HierarchyRagged { column: c(), row: 2, expected: 2, found: 1 });
    assert_eq!(error("a;*\na;*\n"), ReleaseError::HierarchyDuplicate { column: c(), row: 2 });
    assert_eq!(error("a;x;*\nb;;*\n"), ReleaseError::HierarchyGap { column: c(), row: 2 });
    assert_eq!(error("a;b;*\nb;a;*\n"), ReleaseError::HierarchyCycle { column: c(), row: 2 });
    assert_eq!(error("a;x;1\nb;x;2\n"), ReleaseError::HierarchyNotNested { column: c(), row: 2, level: 1 });
    let tall = vec!["a"; MOST_LEVELS + 1].join(";");
    assert!(matches!(error(&tall), ReleaseError::HierarchyShape { .. }));
    assert_eq!(Hierarchy::from_csv("c", b"a;\xE9\n").unwrap_err(), ReleaseError::NotUtf8 { line: 1 });
}

#[test]
fn values_outside_are_refused_and_not_shown() {
    let mut hierarchy = Hierarchy::from_csv("c", b"a;*\n").unwrap();
    let error = hierarchy.bind(&column(&["a", "Sokha", "b"])).unwrap_err();
    assert_eq!(error, ReleaseError::OutsideHierarchy { column: "c".into(), row: 2, count: 2 });
    assert!(!error.to_string().contains("Sokha"));
    assert_eq!(hierarchy.bind(&column(&["", ""])).unwrap_err(), ReleaseError::AllMissing { column: "c".into() });
}

#[test]
fn a_missing_value_is_a_value_of_its_own_up_to_the_top() {
    let mut hierarchy = Hierarchy::from_csv("c", b"a;x;*\nb;x;*\n").unwrap();
    let values = column(&["a", "", "b"]);
    let leaves = hierarchy.bind(&values).unwrap();
    let codes = |level: usize| leaves.iter().map(|leaf| hierarchy.levels()[level].of_leaf()[*leaf as usize]).collect();
    let (fine, middle, top): (Vec<u32>, Vec<u32>, Vec<u32>) = (codes(0), codes(1), codes(2));
    assert_eq!((fine, middle, top), (vec![0, 2, 1], vec![0, 1, 0], vec![0, 0, 0]));
}

#[test]
fn a_taxonomy_of_uneven_depth() {
    let text = "harm,\nsexual,harm\nphysical,harm\nrape,sexual\nassault,sexual\n";
    let mut hierarchy = Hierarchy::from_taxonomy("c", text.as_bytes()).unwrap();
    let values = column(&["physical", "rape"]);
    assert_eq!(label(&mut hierarchy, &values, 0, 1), "physical");
    assert_eq!(label(&mut hierarchy, &values, 1, 1), "sexual");
    assert_eq!(label(&mut hierarchy, &values, 0, 2), "harm");
    assert_eq!(label(&mut hierarchy, &values, 1, 3), "*");
    let error = Hierarchy::from_taxonomy("c", b"a,b\nb,c\nc,a\n").unwrap_err();
    assert!(matches!(error, ReleaseError::HierarchyCycle { .. }));
}

#[test]
fn ages_dates_places_orders_intervals() {
    let built = |kind: Builtin, values: &[&str], level: usize| {
        let values = column(values);
        let mut hierarchy = Hierarchy::built_in(&kind, &values)?;
        hierarchy.bind(&values)?;
        Ok::<_, ReleaseError>(label(&mut hierarchy, &values, 0, level))
    };
    assert_eq!(built(Builtin::Age { bands: vec![] }, &["13"], 1).unwrap(), "12-14");
    assert_eq!(built(Builtin::Age { bands: vec![] }, &["30"], 1).unwrap(), "25+");
    assert_eq!(built(Builtin::Age { bands: vec![] }, &["13"], 2).unwrap(), "0-17");
    assert!(built(Builtin::Age { bands: vec![] }, &["130"], 1).is_err());
    assert!(built(Builtin::Age { bands: vec![vec![5, 3]] }, &["13"], 1).is_err());
    assert_eq!(built(Builtin::Date, &["2026-05-17"], 1).unwrap(), "2026-05");
    assert_eq!(built(Builtin::Date, &["2026-05-17"], 2).unwrap(), "2026-Q2");
    assert_eq!(built(Builtin::Date, &["2026"], 2).unwrap(), "2026");
    for bad in ["2026-02-30", "2026-13", "17.5.2026", "2026-5-17", "2026-05-17-1", "+026"] {
        assert!(matches!(built(Builtin::Date, &[bad], 1), Err(ReleaseError::NotADate { .. })), "{bad}");
    }
    assert_eq!(built(Builtin::Prefix { lengths: vec![4, 2] }, &["120102"], 2).unwrap(), "12");
    assert!(built(Builtin::Prefix { lengths: vec![2, 4] }, &["120102"], 2).is_err());
    let order = |sizes: &[usize]| Builtin::Order {
        values: ["low", "middle", "high"].map(str::to_owned).to_vec(),
        sizes: sizes.to_vec(),
    };
    assert_eq!(built(order(&[2]), &["middle"], 1).unwrap(), "low..middle");
    assert!(built(order(&[2, 3]), &["middle"], 1).is_err());
    let cuts = Builtin::Intervals { cuts: vec![vec![0.0, 10.0, 20.0], vec![10.0]] };
    assert_eq!(built(cuts.clone(), &["12.5"], 1).unwrap(), "[10, 20[");
    assert_eq!(built(cuts.clone(), &["12.5"], 2).unwrap(), ">=10");
    for bad in ["NaN", "inf", "x"] {
        assert!(matches!(built(cuts.clone(), &[bad], 1), Err(ReleaseError::NotANumber { .. })), "{bad}");
    }
}
