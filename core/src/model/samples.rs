//! Records out of the catalogue, for tests: one example of each kind, and any valid record of a kind.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::records::*;
use super::{
    Code, DynamicRecord, FieldBuffer, FieldSpec, ModelError, Narrative, Occasion, PartialDate, PlaceCode, Record as _,
    RecordKind, RecordSpec, SearchKind, Text, Timestamp, Value, ValueType, code_lists, validate_on,
};
use crate::id::RecordId;

/// The latest that a generated record is about: June 2025. The clocks of the tests show more.
const NOW: u64 = 1_748_736_000_000;

/// How often a generated record is mended before it is given up.
const MENDINGS: usize = 8;

/// An example of a value of a field: the same for the same number.
fn example_item(field: &FieldSpec, number: u64) -> Value {
    let text = match field.value_type {
        ValueType::Text if field.search == Some(SearchKind::Name) => format!("ឧទាហរណ៍ {number}"),
        ValueType::Text if field.name == "value" => format!("{number:064x}"),
        ValueType::Text => format!("Example {number} ឧទាហរណ៍"),
        ValueType::Narrative => format!("First line.\nជួរទីពីរ {number}."),
        ValueType::Code => {
            let codes = &code_lists().list(field.code_list.unwrap()).unwrap().entries;
            codes[number as usize % codes.len()].code.clone()
        }
        ValueType::Date => format!("20{:02}-05-17", number % 25),
        ValueType::Time => format!("2024-11-{:02}T10:15:30Z", 1 + number % 24),
        ValueType::Place => ["12", "1201", "120101", "12010101"][number as usize % 4].to_owned(),
        ValueType::Bool => (number.is_multiple_of(2)).to_string(),
        ValueType::Unsigned => (number % 5 + 1).to_string(),
        ValueType::Id => RecordId::from_bytes([number as u8; 16]).to_string(),
    };
    Value::parse(field.value_type, &text).unwrap()
}

/// An example of a field; two items in a list.
pub(crate) fn example_value(field: &FieldSpec) -> Value {
    let number = field.number.get();
    let item = |number| example_item(field, number);
    if field.repeated { Value::List(vec![item(number), item(number + 1)]) } else { item(number) }
}

/// An example of a kind with every field.
pub(crate) fn example(spec: &'static RecordSpec) -> DynamicRecord {
    let mut record = DynamicRecord::new(spec);
    for field in spec.fields {
        record.set(field.name, example_value(field)).unwrap();
    }
    mended(record).expect("an example can be made valid")
}

/// Any item that a field may hold.
fn any_item(field: &'static FieldSpec) -> BoxedStrategy<Value> {
    match field.value_type {
        ValueType::Text if field.search == Some(SearchKind::Name) => {
            "[ក-អ]{1,12}|[a-zA-Z]{1,12}".prop_map(|t| Value::Text(Text::new(&t).unwrap())).boxed()
        }
        ValueType::Text => {
            "[a-zA-Z0-9ក-អ;,.ា-្ ]{0,20}[a-zក-អ]".prop_map(|t| Value::Text(Text::new(&t).unwrap())).boxed()
        }
        ValueType::Narrative => {
            "[a-zA-Z0-9ក-អ\n\t ា-្]{0,300}[a-zក-អ]".prop_map(|t| Value::Narrative(Narrative::new(&t).unwrap())).boxed()
        }
        ValueType::Code => {
            let codes = &code_lists().list(field.code_list.unwrap()).unwrap().entries;
            proptest::sample::select(codes.as_slice()).prop_map(|e| Value::Code(Code::parse(&e.code).unwrap())).boxed()
        }
        ValueType::Date => {
            let text =
                (1900..=2100_u16, 1..=12_u8, 1..=28_u8, 0..3_u8, any::<bool>()).prop_map(|(y, m, d, parts, about)| {
                    let date = match parts {
                        0 => format!("{y:04}"),
                        1 => format!("{y:04}-{m:02}"),
                        _ => format!("{y:04}-{m:02}-{d:02}"),
                    };
                    if about { format!("{date}~") } else { date }
                });
            text.prop_map(|text| Value::Date(PartialDate::parse(&text).unwrap())).boxed()
        }
        ValueType::Time => {
            (0..7_258_118_400_000_i64).prop_map(|ms| Value::Time(Timestamp::from_milliseconds(ms).unwrap())).boxed()
        }
        ValueType::Place => {
            "[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{8}".prop_map(|t| Value::Place(PlaceCode::parse(&t).unwrap())).boxed()
        }
        ValueType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        ValueType::Unsigned => any::<u64>().prop_map(Value::Unsigned).boxed(),
        ValueType::Id => any::<[u8; 16]>().prop_map(|id| Value::Id(RecordId::from_bytes(id))).boxed(),
    }
}

/// Any value that a field may have, or none.
fn any_value(field: &'static FieldSpec) -> BoxedStrategy<Option<Value>> {
    let value = if field.repeated { vec(any_item(field), 1..4).prop_map(Value::List).boxed() } else { any_item(field) };
    if field.required { value.prop_map(Some).boxed() } else { option::of(value).boxed() }
}

/// Any valid record of a kind.
pub(crate) fn any_record(spec: &'static RecordSpec) -> impl Strategy<Value = DynamicRecord> {
    let values: Vec<_> = spec.fields.iter().map(any_value).collect();
    values.prop_filter_map("it can be made valid", move |values| {
        let mut record = DynamicRecord::new(spec);
        for (field, value) in spec.fields.iter().zip(values) {
            if let Some(value) = value {
                record.set(field.name, value).unwrap();
            }
        }
        mended(record)
    })
}

/// The record without what breaks rules between fields, and with what they demand.
fn mended(mut record: DynamicRecord) -> Option<DynamicRecord> {
    let spec = record.spec();
    for _ in 0..MENDINGS {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        let Err(ModelError::Invalid(violations)) = validate_on(spec, &fields, &Occasion::at(NOW)) else {
            return Some(record);
        };
        let mut next = DynamicRecord::new(spec);
        for field in spec.fields {
            let broken = violations.iter().any(|violation| violation.field == field.name);
            match record.get(field.name) {
                Some(_) if broken && !field.required => {}
                Some(_) | None if broken => next.set(field.name, example_value(field)).unwrap(),
                Some(value) => next.set(field.name, value.clone()).unwrap(),
                None => {}
            }
        }
        record = next;
    }
    None
}

macro_rules! typed {
    ($($record:ident),* $(,)?) => {
        /// The fields after they went through the typed record of this kind.
        pub(crate) fn through_typed(kind: RecordKind, fields: &FieldBuffer) -> Result<FieldBuffer, ModelError> {
            let mut again = FieldBuffer::new();
            $(
                if kind == $record::spec().kind {
                    $record::decode(fields)?.encode(&mut again)?;
                    return Ok(again);
                }
            )*
            Err(ModelError::NoSuchKind)
        }
    };
}

typed!(
    ActionPlan,
    AllegedOffender,
    Authorisation,
    Case,
    CaseLink,
    Certification,
    Child,
    Consent,
    ContentDigest,
    CustodyEvent,
    EvidenceAuthorization,
    EvidenceItem,
    ExternalReference,
    Functioning,
    Guardian,
    Interview,
    InterviewBreak,
    InterviewMonth,
    InterviewPhase,
    Lock,
    MonitoringVisit,
    OffenderRelation,
    Release,
    Officer,
    Participant,
    PlannedAction,
    PracticeCheck,
    QualityReview,
    Referral,
    Request,
    Room,
    RoomUse,
    RoomsSource,
    Statement,
    StatementSignature,
    Station,
    Survey,
    SurveySkill,
    Testimonial,
    TrainingEvent,
    TrainingParticipant,
    Unit,
    VisitItem,
);
