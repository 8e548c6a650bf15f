use std::collections::HashMap;

use proptest::prelude::*;

use super::super::super::Error;
use super::*;
use crate::access::AccessError;
use crate::log::{DetailKey, DetailValue, Event};
use crate::model::records::{Case, Child, ExternalReference, Interview, Statement};
use crate::model::{
    Code, Coded, FieldBuffer, ModelError, Narrative, Occasion, PartialDate, PlaceCode, RecordKind, RecordSpec,
    Timestamp, Value, ValueType, catalogue, code_lists, validate_on,
};

fn text(text: &str) -> Option<Text> {
    Some(Text::new(text).unwrap())
}

fn child() -> Child {
    Child {
        family_name: text("សុខ \"\\\u{1F}".trim_end_matches('\u{1F}')),
        sex: Some(Coded::new("female").unwrap()),
        role: Some(Coded::new("victim").unwrap()),
        languages: vec![Coded::new("km").unwrap(), Coded::new("en").unwrap()],
        interpreter_needed: Some(false),
        age_at_report: Some(14),
        date_of_birth: Some(PartialDate::parse("2012-05~").unwrap()),
        ..Child::default()
    }
}

/// A case of five records, one of them with three revisions, and two children that name each other.
fn fill(session: &Session) -> Vec<RecordId> {
    let case = Case { register_number: text("12/2026"), ..Case::default() };
    let case = session.create(Some(session.unit()), &case, &why()).unwrap().record;
    let first = session.create(Some(case), &child(), &why()).unwrap().record;
    let second = session.create(Some(case), &Child { siblings: vec![first], ..child() }, &why()).unwrap().record;
    session.amend(first, &Child { siblings: vec![second], ..child() }, &why()).unwrap();
    session.amend(first, &Child { siblings: vec![second], nickname: text("Mom"), ..child() }, &why()).unwrap();
    let interview = Interview { purpose: Some(Coded::new("initial").unwrap()), ..Interview::default() };
    let interview = session.create(Some(first), &interview, &why()).unwrap().record;
    let body = Some(Narrative::new("ខ្ញុំ\n\tមិនដឹង \u{2028}").unwrap());
    let kind = Some(Coded::new("verbatim_transcript").unwrap());
    let statement = session.create(Some(interview), &Statement { kind, body, ..Statement::default() }, &why()).unwrap();
    vec![case, first, second, interview, statement.record]
}

#[test]
fn all_records_arrive_with_their_values_and_their_ties() {
    let (from, to) = (World::new(), World::new());
    let (from, to) = (from.session(), to.session());
    let ids = fill(&from);
    let (lines, signed) = export(&from, &ExportOptions::default());
    assert_eq!(lines.lines().count(), 6);
    assert!(lines.starts_with("{\"kind\":\"unit\""));
    assert!(!lines.contains("move to another station"));

    let report = import(&to, &lines);
    assert_eq!((report.lines, report.units, report.rejected, report.ids.len()), (5, 1, 0, 5));
    assert!(signed.is_of(&report.sha256));
    let new: HashMap<_, _> = report.ids.iter().map(|id| (id.old.parse::<RecordId>().unwrap(), id.new)).collect();
    for old in &ids {
        assert_ne!(*old, new[old], "an id is never used twice");
        let parent = |session: &Session, id| session.info(id).unwrap().parent.unwrap();
        let expected = new.get(&parent(&from, *old)).copied().unwrap_or(to.unit());
        assert_eq!(parent(&to, new[old]), expected);
        if ![ids[1], ids[2]].contains(old) {
            assert!(read(&to, new[old]) == read(&from, *old));
        }
    }
    let siblings = |id| to.read::<Child>(id, &why()).unwrap().record.siblings;
    assert_eq!(siblings(new[&ids[1]]), [new[&ids[2]]], "a reference to a later line");
    assert_eq!(siblings(new[&ids[2]]), [new[&ids[1]]]);
    to.check(|_, _| ()).unwrap();
}

#[test]
fn history_arrives_as_history() {
    let (from, to) = (World::new(), World::new());
    let (from, to) = (from.session(), to.session());
    let ids = fill(&from);
    let (lines, signed) = export(&from, &ExportOptions { history: true, cases: Some(vec![ids[0]]) });
    assert_eq!(lines.lines().count(), 7);
    let kind = &signed.manifest.kinds["child"];
    assert_eq!((kind.records, kind.lines), (2, 4));
    let report = import(&to, &lines);
    assert_eq!((report.rejected, report.lines, report.imported["child"]), (0, 7, 4));
    let new = report.ids.iter().find(|id| id.old.parse() == Ok(ids[1])).unwrap().new;
    let numbers: Vec<_> = to.history(new, &why()).unwrap().iter().map(|revision| revision.number).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert!(to.read_revision::<Child>(new, 1, &why()).unwrap().record == child());
    // Only what is after the newest revision is new.
    let again = import(&to, &[&lines[..], &lines[..]].concat());
    assert_eq!((again.problem_count, again.problems[0].rule), (7, LineRule::IdTwice));
}

#[test]
fn an_export_is_a_disclosure_and_the_log_says_so() {
    let world = World::new();
    let session = world.session();
    let ids = fill(&session);
    let before = session.log_size().unwrap();
    let (lines, signed) = export(&session, &ExportOptions::default());
    let entries = session.log_entries(before, 100, &why()).unwrap();
    let events: Vec<_> = entries.iter().map(|entry| entry.entry.event).take(8).collect();
    let reads = [Event::Read; 6];
    assert_eq!(events, [&[Event::Export], &reads[..], &[Event::Export]].concat());
    let detail = entries[7].entry.detail.as_ref().unwrap();
    assert_eq!(detail.get(DetailKey::COUNT), Some(&DetailValue::Number(6)));
    assert_eq!(detail.get(DetailKey::MANIFEST_DIGEST), Some(&DetailValue::from(&signed.digest()[..])));

    let manifest = &signed.manifest;
    assert_eq!((manifest.log_size, manifest.lines, manifest.bytes), (before + 7, 6, lines.len() as u64));
    assert_eq!(manifest.kinds["child"].fields.iter().copied().min(), Some(1));
    let file = signed.to_text();
    assert_eq!(SignedManifest::parse(&file).unwrap(), signed);
    for (from, to) in [("\"lines\":6", "\"lines\":5"), ("\n", "\r\n"), ("\"history\":false", "\"history\":true")] {
        let error = SignedManifest::parse(&file.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error, ExchangeError::Manifest.into());
    }

    // Without a reason, or with something else than a case, nothing leaves, and that is logged.
    let mut out = Vec::new();
    let silent = Access::for_purpose("record-management");
    let refused = session.export_lines(&mut out, &ExportOptions::default(), &silent, &mut |_| ()).unwrap_err();
    assert_eq!(refused, AccessError::ReasonMissing.into());
    let options = ExportOptions { cases: Some(vec![ids[1]]), history: false };
    let refused = session.export_lines(&mut out, &options, &why(), &mut |_| ()).unwrap_err();
    assert_eq!(refused, ExchangeError::NotACase.into());
    assert!(out.is_empty());
}

#[test]
fn a_reader_with_fewer_keys_exports_what_it_can_open() {
    use crate::model::Compartment;
    let world = World::new();
    let session = world.session();
    fill(&session);
    session.without_circle(Compartment::Narrative);
    let (lines, signed) = export(&session, &ExportOptions::default());
    assert!(!lines.contains("មិនដឹង"));
    let statement = &signed.manifest.kinds["statement"];
    assert!(statement.not_opened == 1 || statement.withheld.contains("narrative"), "{statement:?}");
}

#[test]
fn a_file_is_whole_and_its_owners_or_not_there() {
    let world = World::new();
    let session = world.session();
    fill(&session);
    let path = world.folder.path().join("out.jsonl");
    let options = ExportOptions::default();
    let refused = session.export_file(&path, &options, &Access::for_purpose("nothing"), &mut |_| ());
    assert!(matches!(refused, Err(Error::Access(_))));
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(world.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("out"))
            .collect();
        names.sort();
        names
    };
    assert!(files().is_empty());
    let exported = session.export_file(&path, &options, &why(), &mut |_| ()).unwrap();
    assert_eq!(files(), ["out.jsonl", "out.jsonl.manifest"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for file in [&exported.lines, &exported.manifest_file] {
            assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    let manifest = SignedManifest::parse(&std::fs::read_to_string(&exported.manifest_file).unwrap()).unwrap();
    assert!(manifest.is_of(&crate::seal::sha256(&std::fs::read(&path).unwrap())));
    let size = session.log_size().unwrap();
    assert_eq!(session.export_file(&path, &options, &why(), &mut |_| ()).unwrap_err(), ExchangeError::Exists.into());
    assert_eq!(session.log_size().unwrap(), size, "nothing was read");
}

#[test]
fn a_file_of_another_program_may_name_its_records_as_it_likes() {
    let world = World::new();
    let session = world.session();
    let lines = "\u{feff}{\"kind\":\"case\",\"id\":\"a\",\"fields\":{}}\r\n\r\n\
        {\"fields\":{\"system\":\"primero\",\"value\":\"CP-1\"},\"parent\":\"a\",\"kind\":\"external_reference\"}\r\n\
        {\"kind\":\"child\",\"id\":\"b\",\"parent\":\"a\",\"fields\":{\"role\":\"victim\",\"sex\":\"male\",\"nickname\":null,\
        \"siblings\":[\"c\"],\"languages\":[]}}\n\
        {\"kind\":\"child\",\"id\":\"c\",\"parent\":\"a\",\"fields\":{\"role\":\"witness\",\"sex\":\"male\"}}";
    let report = import(&session, lines);
    assert_eq!((report.lines, report.problems.as_slice()), (4, &[][..]));
    let new = |old: &str| report.ids.iter().find(|id| &*id.old == old).unwrap().new;
    assert_eq!(session.read::<Child>(new("b"), &why()).unwrap().record.siblings, [new("c")]);
    let all = session.records_of(new("a"), &why()).unwrap();
    let reference = all.iter().find(|info| info.kind == Some(RecordKind::EXTERNAL_REFERENCE)).unwrap();
    let reference = session.read::<ExternalReference>(reference.id, &why()).unwrap();
    assert_eq!(reference.record.value, text("CP-1"));
}

#[test]
fn many_commits_are_one_transaction() {
    let world = World::new();
    let session = world.session();
    let lines: String = (0..10).map(|n| format!("{{\"kind\":\"case\",\"id\":\"{n}\",\"fields\":{{}}}}\n")).collect();
    let options = ImportOptions { records_per_commit: 3, ..ImportOptions::default() };
    let before = session.check(|_, _| ()).unwrap();
    let mut steps = Vec::new();
    let report = session.import_lines(Cursor::new(&lines), &options, &why(), &mut |step| steps.push(step)).unwrap();
    assert_eq!((report.ids.len(), steps.last()), (10, Some(&ImportStep::Written(10, 10))));
    let after = session.check(|_, _| ()).unwrap();
    assert_eq!((after.records - before.records, after.commits - before.commits), (10, 4));
    drop(session);
    assert_eq!(world.session().cases(&why()).unwrap().len(), 10);
}

/// The end of November 2026, in milliseconds.
const NOW: u64 = 1_796_000_000_000;

/// Any value of a field.
fn value(spec: &'static RecordSpec, index: usize) -> BoxedStrategy<Value> {
    let field = &spec.fields[index];
    let single: BoxedStrategy<Value> = match (field.value_type, field.code_list) {
        (ValueType::Text, _) => {
            r#"[\PC"\\]{1,20}"#.prop_filter_map("text", |t| Text::new(t).ok().map(Value::Text)).boxed()
        }
        (ValueType::Narrative, _) => {
            r#"[\PC"\\\n\t]{1,60}"#.prop_filter_map("text", |t| Narrative::new(t).ok().map(Value::Narrative)).boxed()
        }
        (ValueType::Code, Some(list)) => {
            let codes: Vec<_> =
                code_lists().list(list).unwrap().entries.iter().map(|entry| entry.code.clone()).collect();
            proptest::sample::select(codes).prop_map(|code| Value::Code(Code::parse(&code).unwrap())).boxed()
        }
        (ValueType::Code, None) => "[a-z_]{1,9}".prop_map(|code| Value::Code(Code::parse(&code).unwrap())).boxed(),
        (ValueType::Date, _) => (1900..=2100_u16, 1..=12_u8, any::<bool>())
            .prop_map(|(year, month, known)| {
                let date = if known { PartialDate::month(year, month) } else { PartialDate::year(year) };
                Value::Date(if known { date.unwrap() } else { date.unwrap().estimated() })
            })
            .boxed(),
        (ValueType::Time, _) => {
            (0..7_258_118_400_000_i64).prop_map(|time| Value::Time(Timestamp::from_milliseconds(time).unwrap())).boxed()
        }
        (ValueType::Place, _) => {
            "[0-9]{2}([0-9]{2}){0,3}".prop_map(|p| Value::Place(PlaceCode::parse(&p).unwrap())).boxed()
        }
        (ValueType::Bool, _) => any::<bool>().prop_map(Value::Bool).boxed(),
        (ValueType::Unsigned, _) => any::<u64>().prop_map(Value::Unsigned).boxed(),
        (ValueType::Id, _) => any::<[u8; 16]>().prop_map(|id| Value::Id(RecordId::from_bytes(id))).boxed(),
    };
    if field.repeated { proptest::collection::vec(single, 1..4).prop_map(Value::List).boxed() } else { single }
}

/// Any record of this kind, with all that is required and some of the rest.
fn record(spec: &'static RecordSpec) -> BoxedStrategy<DynamicRecord> {
    let fields: Vec<_> = (0..spec.fields.len())
        .map(|index| {
            let any = value(spec, index);
            if spec.fields[index].required {
                any.prop_map(Some).boxed()
            } else {
                proptest::option::weighted(0.4, any).boxed()
            }
        })
        .collect();
    fields
        .prop_map(move |values| {
            let mut record = DynamicRecord::new(spec);
            for (field, value) in spec.fields.iter().zip(values) {
                if let Some(value) = value {
                    record.set(field.name, value).unwrap();
                }
            }
            mended(record)
        })
        .boxed()
}

/// The record without what breaks a rule between fields, as far as leaving out can mend it.
fn mended(record: DynamicRecord) -> DynamicRecord {
    let mut record = record;
    for round in 0..20 {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        let Err(ModelError::Invalid(broken)) = validate_on(record.spec(), &fields, &Occasion::at(NOW)) else { break };
        let mut less = DynamicRecord::new(record.spec());
        for (field, value) in record.iter() {
            let blamed = broken.iter().any(|violation| violation.field == field.name);
            if field.required || !(blamed || round > 9) {
                less.set(field.name, value.clone()).unwrap();
            }
        }
        record = less;
    }
    record
}

/// One record of every kind, in an order in which parents come first.
fn one_of_each() -> BoxedStrategy<Vec<DynamicRecord>> {
    let mut order: Vec<&'static RecordSpec> = Vec::new();
    let mut left: Vec<_> = catalogue().records().iter().filter(|spec| spec.kind != RecordKind::UNIT).collect();
    while !left.is_empty() {
        let ready = |kind: &RecordKind| *kind == RecordKind::UNIT || order.iter().any(|spec| spec.kind == *kind);
        let (now, later) = left.into_iter().partition::<Vec<_>, _>(|spec| spec.parents.iter().any(ready));
        order.extend(now);
        left = later;
    }
    order.into_iter().map(record).collect::<Vec<_>>().boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_record_of_any_kind_survives(records in one_of_each()) {
        let (from, to) = (World::new(), World::new());
        let (from, to) = (from.session(), to.session());
        let mut made: Vec<(RecordKind, RecordId)> = vec![(RecordKind::UNIT, from.unit())];
        let mut kept = Vec::new();
        for record in &records {
            let spec = record.spec();
            let parent = made.iter().find(|(kind, _)| spec.parents.contains(kind)).map(|(_, id)| *id);
            // Rules across fields may refuse what was thrown together; what is refused is no valid record.
            if let Ok(revision) = from.write_batch(&why(), |batch| batch.create_dynamic(parent, record)) {
                made.push((spec.kind, revision.record));
                kept.push((revision.record, record));
            }
        }
        prop_assert!(kept.len() > 10);
        let (lines, _) = export(&from, &ExportOptions::default());
        let report = import(&to, &lines);
        prop_assert_eq!(report.problems.as_slice(), &[][..]);
        let new: HashMap<_, _> = report.ids.iter().map(|id| (id.old.to_string(), id.new)).collect();
        for (old, record) in kept {
            prop_assert!(&read(&to, new[&old.to_string()]) == record, "{}", record.spec().name());
        }
    }
}
