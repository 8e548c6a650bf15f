//! Pages: many records, or a list of them, as one buffer (docs/formats.md, 30).
//!
//! uniffi lowers each text by itself, which costs more than reading the record. One buffer crosses at once, and the layer of
//! each language opens of it what its host looks at. Nothing is kept in this form.

mod door;
mod question;
#[cfg(test)]
mod vectors;

use std::collections::BTreeMap;
use std::convert::Infallible;

use minicbor::Encoder;
use saferoom::id::{ID_LENGTH, RecordId};
use saferoom::model::{DynamicRecord, FieldNumber, FieldSpec, ModelError, RecordKind, RecordSpec, Value, catalogue};
use saferoom::vault::{Opened, RecordInfo};

use self::question::PageQuestion;
use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// Version of both forms.
const VERSION: u8 = 1;
/// In a list: the record is of a kind that this release does not know.
const UNKNOWN_KIND: u8 = 0xff;

type Out<'b> = Encoder<&'b mut Vec<u8>>;
type Written<'b, 'o> = Result<&'o mut Out<'b>, minicbor::encode::Error<Infallible>>;

#[uniffi::export]
impl Session {
    /// Reads many records as `read_many` does, and answers them as one page. The question crosses as one buffer as well: kind,
    /// purpose, reason, and 16 bytes for each record (docs/formats.md, 30).
    ///
    /// # Errors
    /// As `read_many`; the question is malformed (code 991).
    pub fn ask_page(&self, question: &[u8]) -> Result<Vec<u8>, SaferoomError> {
        let asked = PageQuestion::decode(question).map_err(|error| SaferoomError::of(&error))?;
        self.page(&asked.ids, asked.kind, asked.access)
    }

    /// The records that share the scope of `id`, as `records_of`, as one list (docs/formats.md, 30). Logged as a query.
    ///
    /// # Errors
    /// As `records_of`.
    pub fn list_page(&self, id: String, access: AccessInput) -> Result<Vec<u8>, SaferoomError> {
        Ok(list_of(&self.0.records_of(id.parse()?, &access.into())?))
    }
}

impl Session {
    fn page(&self, ids: &[u8], kind: Option<String>, access: AccessInput) -> Result<Vec<u8>, SaferoomError> {
        let (whole, rest) = ids.as_chunks::<ID_LENGTH>();
        RecordId::from_slice(if rest.is_empty() { &[0; ID_LENGTH] } else { rest })?;
        let ids: Vec<RecordId> = whole.iter().map(|id| RecordId::from_bytes(*id)).collect();
        let kind = kind.map(|kind| catalogue().by_name(&kind).ok_or(ModelError::NoSuchKind)).transpose()?;
        Ok(page_of(&self.0.read_many_fields(&ids, kind, &access.into())?))
    }
}

/// The fields of one kind that occur in a page.
struct Shape {
    spec: &'static RecordSpec,
    fields: BTreeMap<FieldNumber, (&'static FieldSpec, u64)>,
}

/// A page of these records, in their order.
fn page_of(records: &[Opened<DynamicRecord>]) -> Vec<u8> {
    let shapes = shapes_of(records);
    let mut page = Vec::with_capacity(512 * (records.len() + 1));
    let mut out = Encoder::new(&mut page);
    sure(out.array(3).and_then(|out| out.u8(VERSION)).and_then(|out| out.array(shapes.len() as u64)));
    shapes.iter().for_each(|shape| write_shape(&mut out, shape));
    sure(out.array(records.len() as u64));
    let mut record = Vec::with_capacity(1024);
    for opened in records {
        record.clear();
        write_record(&mut record, opened, &shapes);
        sure(out.bytes(&record));
    }
    page
}

/// The kinds that occur, in the order in which they do, each with its fields by number.
fn shapes_of(records: &[Opened<DynamicRecord>]) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for opened in records {
        let spec = opened.record.spec();
        let place = shapes.iter().position(|shape| shape.spec.kind == spec.kind).unwrap_or_else(|| {
            shapes.push(Shape { spec, fields: BTreeMap::new() });
            shapes.len() - 1
        });
        let fields = opened.record.iter().map(|(field, _)| (field.number, (field, 0)));
        shapes[place].fields.extend(fields);
    }
    for shape in &mut shapes {
        shape.fields.values_mut().zip(0..).for_each(|((_, place), number)| *place = number);
    }
    shapes
}

fn write_shape(out: &mut Out<'_>, shape: &Shape) {
    sure(out.array(2).and_then(|out| out.str(shape.spec.name())).and_then(|out| out.array(shape.fields.len() as u64)));
    for (field, _) in shape.fields.values() {
        sure(out.array(3).and_then(|out| out.str(field.name)).and_then(|out| out.str(field.value_type.name())));
        sure(out.bool(field.repeated));
    }
}

fn write_record(record: &mut Vec<u8>, opened: &Opened<DynamicRecord>, shapes: &[Shape]) {
    let kind = opened.record.spec().kind;
    let Some((place, shape)) = shapes.iter().enumerate().find(|(_, shape)| shape.spec.kind == kind) else { return };
    let mut out = Encoder::new(&mut *record);
    sure(out.array(7).and_then(|out| out.u64(place as u64)).and_then(|out| out.bytes(opened.id.as_bytes())));
    match opened.parent {
        Some(parent) => sure(out.bytes(parent.as_bytes())),
        None => sure(out.null()),
    }
    sure(out.u64(opened.revision).and_then(|out| out.bytes(opened.author.as_bytes())));
    sure(out.array(opened.withheld.len() as u64));
    opened.withheld.iter().for_each(|compartment| sure(out.str(compartment.name())));
    let values: Vec<(u64, &Value)> =
        opened.record.iter().filter_map(|(field, value)| Some((shape.fields.get(&field.number)?.1, value))).collect();
    sure(out.map(values.len() as u64));
    for (field, value) in values {
        sure(Encoder::new(&mut *record).u64(field));
        value.encode(record);
    }
}

/// A list of these records, in their order.
fn list_of(records: &[RecordInfo]) -> Vec<u8> {
    let mut kinds: Vec<RecordKind> = Vec::new();
    let (mut ids, mut parents) = (Vec::with_capacity(16 * records.len()), Vec::with_capacity(16 * records.len()));
    let mut of_kind = Vec::with_capacity(records.len());
    for info in records {
        ids.extend_from_slice(info.id.as_bytes());
        parents.extend_from_slice(&info.parent.map_or([0; ID_LENGTH], |parent| *parent.as_bytes()));
        of_kind.push(info.kind.map_or(UNKNOWN_KIND, |kind| place_of(kind, &mut kinds)));
    }
    let mut list = Vec::with_capacity(ids.len() * 2 + of_kind.len() + 256);
    let mut out = Encoder::new(&mut list);
    sure(out.array(5).and_then(|out| out.u8(VERSION)).and_then(|out| out.array(kinds.len() as u64)));
    kinds.iter().for_each(|kind| sure(out.str(kind.name())));
    sure(out.bytes(&ids).and_then(|out| out.bytes(&parents)).and_then(|out| out.bytes(&of_kind)));
    list
}

/// Where a kind stands in the table; it is put there if it does not. There are fewer kinds than `UNKNOWN_KIND`.
fn place_of(kind: RecordKind, kinds: &mut Vec<RecordKind>) -> u8 {
    let place = kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
        kinds.push(kind);
        kinds.len() - 1
    });
    u8::try_from(place).unwrap_or(UNKNOWN_KIND)
}

/// A `Vec` takes everything, so that there is no error to pass on.
fn sure(written: Written<'_, '_>) {
    debug_assert!(written.is_ok(), "a Vec takes everything");
}
