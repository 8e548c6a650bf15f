//! The vectors of pages: what the layers of all languages have to read, and what they have to refuse.

use std::path::PathBuf;

use saferoom::id::MemberId;
use saferoom::model::{Compartment, PartialDate};
use serde_json::{Map, Value as Json, json};

use super::*;
use crate::value::FieldValue;

const FILE: &str = "../tests/vectors/page/pages.json";

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(FILE)
}

/// A record of this kind with these values, as it was opened.
fn opened(kind: &str, number: u8, values: &[(&str, FieldValue)]) -> Opened<DynamicRecord> {
    let fields = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Opened {
        id: RecordId::from_bytes([number; ID_LENGTH]),
        parent: (number > 1).then(|| RecordId::from_bytes([1; ID_LENGTH])),
        revision: u64::from(number) * 12,
        author: MemberId::from_bytes([0xa0 | number; ID_LENGTH]),
        withheld: if number == 2 { vec![Compartment::Narrative, Compartment::Evidence] } else { Vec::new() },
        record: crate::value::record_of(catalogue(), kind, fields).unwrap(),
    }
}

fn all_types() -> Vec<Opened<DynamicRecord>> {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let code = |code: &str| FieldValue::Code(code.to_owned());
    let case = opened(
        "case",
        1,
        &[
            ("register_number", text("K-1")),
            ("external_references", FieldValue::Items(vec![text("OSCaR 7"), text("Primero 9")])),
            ("reported_at", FieldValue::Time(1_795_543_567_250)),
            ("incident_place", FieldValue::Place("120103".to_owned())),
            ("registration_year", FieldValue::Unsigned(2026)),
            ("summary", text("ផ្ទះ\nsecond line, long enough for a longer head: one, two, three")),
            ("legal_hold", FieldValue::Bool(true)),
            ("urgent", FieldValue::Bool(false)),
            ("lead_officer", FieldValue::Id("0f".repeat(ID_LENGTH))),
        ],
    );
    let child = opened(
        "child",
        2,
        &[
            ("given_name", text("សុខា")),
            ("date_of_birth", FieldValue::Date(PartialDate::parse("2014-05~").unwrap().to_text())),
            ("sex", code("female")),
            ("role", code("victim")),
        ],
    );
    let other = opened("child", 3, &[("sex", code("male")), ("role", code("witness"))]);
    vec![case, child, other]
}

fn described(records: &[Opened<DynamicRecord>]) -> Json {
    records
        .iter()
        .map(|opened| {
            let fields: Map<String, Json> = crate::value::fields_of(&opened.record)
                .into_iter()
                .map(|(name, value)| (name, described_value(&value)))
                .collect();
            json!({
                "kind": opened.record.spec().name(),
                "id": opened.id.to_string(),
                "parent": opened.parent.map(|parent| parent.to_string()),
                "revision": opened.revision,
                "author": opened.author.to_string(),
                "withheld": opened.withheld.iter().map(|compartment| compartment.name()).collect::<Vec<_>>(),
                "fields": fields,
            })
        })
        .collect()
}

fn described_value(value: &FieldValue) -> Json {
    match value {
        FieldValue::Text(text) => json!({ "text": text }),
        FieldValue::Code(code) => json!({ "code": code }),
        FieldValue::Date(date) => json!({ "date": date }),
        FieldValue::Time(time) => json!({ "time": time }),
        FieldValue::Place(place) => json!({ "place": place }),
        FieldValue::Bool(value) => json!({ "bool": value }),
        FieldValue::Unsigned(number) => json!({ "unsigned": number }),
        FieldValue::Id(id) => json!({ "id": id }),
        FieldValue::Items(items) => json!({ "items": items.iter().map(described_value).collect::<Vec<_>>() }),
    }
}

fn listed() -> (Vec<u8>, Json) {
    let kind = |name: &str| Some(catalogue().by_name(name).unwrap().kind);
    let id = |byte: u8| RecordId::from_bytes([byte; ID_LENGTH]);
    let rows = [(1, kind("case"), None), (2, kind("child"), Some(1)), (3, None, Some(1)), (4, kind("child"), Some(1))];
    let infos = rows.map(|(number, kind, parent)| RecordInfo { id: id(number), kind, parent: parent.map(id) });
    let expected = infos.iter().map(|info| {
        json!({
            "id": info.id.to_string(),
            "kind": info.kind.map(RecordKind::name),
            "parent": info.parent.map(|parent| parent.to_string()),
        })
    });
    (list_of(&infos), expected.collect())
}

/// A page of one child, to be changed.
struct Small(Vec<u8>);

impl Small {
    /// The head of the record, and that of the array in it.
    const RECORD: [u8; 3] = [0x58, 65, 0x87];

    fn new() -> Self {
        Self(page_of(&[opened("child", 3, &[("role", FieldValue::Code("victim".to_owned()))])]))
    }

    fn place(&self, part: &[u8]) -> usize {
        let mut places = (0..=self.0.len() - part.len()).filter(|at| self.0[*at..].starts_with(part));
        let place = places.next().unwrap();
        assert_eq!(places.next(), None, "{part:02x?} in {:02x?}", self.0);
        place
    }

    /// The page with `new` in place of `old`, which it has once.
    fn with(&self, old: &[u8], new: &[u8]) -> Vec<u8> {
        let (place, mut page) = (self.place(old), self.0.clone());
        page.splice(place..place + old.len(), new.iter().copied());
        page
    }

    /// The same for a change within the record, which is the last item: its length follows.
    fn with_record(&self, old: &[u8], new: &[u8]) -> Vec<u8> {
        let (length, mut page) = (self.place(&Self::RECORD) + 1, self.with(old, new));
        page[length] = u8::try_from(page.len() - length - 1).unwrap();
        page
    }
}

fn refused() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let small = Small::new();
    let (list, _) = listed();
    let mut longer = small.0.clone();
    longer.push(0);
    let author = [&[0x50][..], &[0xa3; 16]].concat();
    let short_author = [&[0x4f][..], &[0xa3; 15]].concat();
    let victim = [&[0xa1, 0x00, 0x66][..], b"victim"].concat();
    let changed = |bytes: &[u8]| small.with_record(&victim, bytes);
    let list_of_one_more = {
        let mut list = list.clone();
        let at = list.len() - 5;
        list[at] = 0x45;
        list.push(0);
        list
    };
    let mut unknown_kind = list.clone();
    *unknown_kind.last_mut().unwrap() = 9;
    vec![
        ("page", "empty", Vec::new()),
        ("page", "newer-version", small.with(&[0x83, 0x01, 0x81, 0x82], &[0x83, 0x02, 0x81, 0x82])),
        ("page", "other-parts", small.with(&[0x83, 0x01, 0x81, 0x82], &[0x84, 0x01, 0x81, 0x82])),
        ("page", "long-head", small.with(&[0x83, 0x01, 0x81, 0x82], &[0x83, 0x18, 0x01, 0x81, 0x82])),
        ("page", "indefinite-length", small.with(&[0x83, 0x01, 0x81, 0x82], &[0x9f, 0x01, 0x81, 0x82])),
        ("page", "too-short", small.0[..small.0.len() - 1].to_vec()),
        ("page", "something-behind-the-end", longer),
        ("page", "unknown-type", small.with(b"\x64code", b"\x64core")),
        ("page", "field-beyond-the-table", changed(&[&[0xa1, 0x01, 0x66][..], b"victim"].concat())),
        ("page", "field-twice", changed(&[&[0xa2, 0x00, 0x61, b'a', 0x00, 0x61, b'b'][..]].concat())),
        ("page", "value-of-another-type", changed(&[0xa1, 0x00, 0x07])),
        ("page", "not-utf8", changed(&[0xa1, 0x00, 0x62, 0xc3, 0x28])),
        ("page", "author-too-short", small.with_record(&author, &short_author)),
        ("page", "shape-beyond-the-table", small.with(&[0x87, 0x00, 0x50], &[0x87, 0x01, 0x50])),
        ("page", "something-behind-the-record", changed(&[&victim[..], &[0x00]].concat())),
        ("list", "newer-version", [&[0x85, 0x02][..], &list[2..]].concat()),
        ("list", "columns-of-two-lengths", list_of_one_more),
        ("list", "kind-beyond-the-table", unknown_kind),
        ("list", "too-short", list[..list.len() - 1].to_vec()),
    ]
}

fn written() -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (list, rows) = listed();
    let records = all_types();
    let mut vectors = vec![
        json!({ "form": "page", "name": "all types", "input": hex(&page_of(&records)), "expected": described(&records) }),
        json!({ "form": "page", "name": "no records", "input": hex(&page_of(&[])), "expected": [] }),
        json!({ "form": "list", "name": "four records", "input": hex(&list), "expected": rows }),
        json!({ "form": "list", "name": "no records", "input": hex(&list_of(&[])), "expected": [] }),
    ];
    vectors.extend(
        refused()
            .into_iter()
            .map(|(form, error, input)| json!({ "form": form, "name": error, "input": hex(&input), "error": error })),
    );
    serde_json::to_string_pretty(&vectors).unwrap() + "\n"
}

#[test]
fn the_vectors_are_what_is_written() {
    if std::env::var_os("SAFEROOM_BLESS").is_some() {
        std::fs::create_dir_all(file().parent().unwrap()).unwrap();
        std::fs::write(file(), written()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file()).unwrap(), written(), "SAFEROOM_BLESS=1 writes them anew");
}

#[test]
fn the_smallest_change_is_a_change() {
    let pages = refused();
    let mut inputs: Vec<_> = pages.iter().map(|(form, _, input)| (form, input)).collect();
    inputs.sort();
    inputs.dedup();
    assert_eq!(inputs.len(), pages.len());
}
