//! Extra fields travel to a vault that has the form, and to no other.

use super::*;
use crate::model::Value;
use crate::model::records::Case;

#[test]
fn extra_fields_arrive_where_the_form_is() {
    let (from, to, other) = (World::new(), World::new(), World::new());
    let session = from.session();
    from.with_form(&session);
    let case = session.create(Some(session.unit()), &Case::default(), &why()).unwrap().record;
    let mut child = DynamicRecord::new(session.catalogue().unwrap().by_name("child").unwrap());
    for (name, text) in [("sex", "female"), ("role", "victim"), ("commune_card", "KD-0815"), ("arrival", "on_foot")] {
        child.set_text(name, text).unwrap();
    }
    session.write_batch(&why(), |batch| batch.create_dynamic(Some(case), &child)).unwrap();
    let (lines, signed) = export(&session, &ExportOptions::default());
    assert!(lines.contains("\"commune_card\":\"KD-0815\",\"arrival\":\"on_foot\""), "{lines}");

    let there = to.session();
    to.with_form(&there);
    let checked = there.check_lines(Cursor::new(lines.as_bytes()), &ImportOptions::default(), &mut |_| ()).unwrap();
    assert_eq!((checked.lines, checked.rejected), (2, 0));
    let report = import(&there, &lines);
    assert_eq!((report.rejected, report.ids.len()), (0, 2));
    assert!(signed.is_of(&report.sha256));
    let arrived = read(&there, report.ids[1].new);
    assert!(matches!(arrived.get("commune_card"), Some(Value::Text(card)) if card.as_str() == "KD-0815"));
    assert!(arrived.iter().map(|(field, _)| field.number).eq(child.iter().map(|(field, _)| field.number)));

    // Without the form the line is refused by name of the rule; nothing is written, and nothing is left out of it.
    let elsewhere = other.session();
    let report = import(&elsewhere, &lines);
    let problems: Vec<_> = report.problems.iter().map(|problem| (problem.line, problem.kind, problem.rule)).collect();
    assert_eq!(problems, [(3, Some("child"), LineRule::Field); 2]);
    assert!(report.imported.is_empty() && report.ids.is_empty());
    let changed = lines.replace("on_foot", "by_boat");
    let report = import(&there, &changed);
    assert_eq!((report.problems[0].field, report.problems[0].rule.name()), (Some("arrival"), "known-code"));
}
