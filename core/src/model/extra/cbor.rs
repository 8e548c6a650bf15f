//! The stored form of a form document: deterministic CBOR, one encoding only.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::{ExtraField, FormDocument, FormError, MAX_FORM_LENGTH, VERSION};
use crate::model::{CodeEntry, Compartment, FieldClass, ReleaseRule, SearchKind, ValueType};

type Encoded = Result<(), minicbor::encode::Error<Infallible>>;

impl FormDocument {
    /// The bytes to sign and keep.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let written = self.write(&mut out).is_ok();
        debug_assert!(written, "a Vec takes everything");
        out.into_writer()
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Encoded {
        out.array(4)?.u64(VERSION)?.str(&self.name)?.array(self.fields.len() as u64)?;
        self.fields.iter().try_for_each(|field| write_field(field, out))?;
        out.array(self.retired.len() as u64)?;
        for (record, number) in &self.retired {
            out.array(2)?.str(record)?.u64(*number)?;
        }
        Ok(())
    }

    /// Reads and checks stored bytes.
    ///
    /// # Errors
    /// [`FormError::Encoding`] for any bytes that [`encode`](Self::encode) does not write, or a broken rule.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormError> {
        if bytes.len() > MAX_FORM_LENGTH {
            return Err(FormError::TooLarge);
        }
        let form = read(&mut Decoder::new(bytes)).map_err(|_| FormError::Encoding)?;
        // Compared before it is put in order: there is one encoding only.
        if form.encode() != bytes {
            return Err(FormError::Encoding);
        }
        let again = form.clone().ordered()?;
        if again == form { Ok(form) } else { Err(FormError::Encoding) }
    }
}

fn write_field(field: &ExtraField, out: &mut Encoder<Vec<u8>>) -> Encoded {
    out.array(15)?.str(&field.record)?.u64(field.number)?.str(&field.name)?;
    out.str(&field.label)?.str(&field.label_km)?.str(&field.help)?.str(&field.help_km)?;
    out.u8(field.compartment.number())?.u8(field.class.number())?;
    out.u8(field.search.map_or(0, SearchKind::number))?.u8(field.release.map_or(0, ReleaseRule::number))?;
    out.u8(field.value_type.number())?.u8(u8::from(field.repeated) | u8::from(field.required) << 1)?;
    out.str(field.code_list.as_deref().unwrap_or_default())?;
    out.array(field.choices.len() as u64)?;
    for choice in &field.choices {
        out.array(3)?.str(&choice.code)?.str(&choice.en)?.str(&choice.km)?;
    }
    Ok(())
}

fn read(input: &mut Decoder<'_>) -> Result<FormDocument, DecodeError> {
    expect(input, 4)?;
    if input.u64()? != VERSION {
        return Err(DecodeError::message("unknown version"));
    }
    let name = input.str()?.to_owned();
    let fields = list(input, read_field)?;
    let retired = list(input, |input| {
        expect(input, 2)?;
        Ok((input.str()?.to_owned(), input.u64()?))
    })?;
    Ok(FormDocument { name, fields, retired })
}

fn read_field(input: &mut Decoder<'_>) -> Result<ExtraField, DecodeError> {
    expect(input, 15)?;
    let unknown = || DecodeError::message("unknown number");
    let (record, number, name) = (text(input)?, input.u64()?, text(input)?);
    let (label, label_km, help, help_km) = (text(input)?, text(input)?, text(input)?, text(input)?);
    let compartment = Compartment::from_number(input.u8()?).ok_or_else(unknown)?;
    let class = FieldClass::from_number(input.u8()?).ok_or_else(unknown)?;
    let search = optional(input.u8()?, SearchKind::from_number)?;
    let release = optional(input.u8()?, ReleaseRule::from_number)?;
    let value_type = ValueType::from_number(input.u8()?).ok_or_else(unknown)?;
    let flags = input.u8()?;
    let code_list = Some(text(input)?).filter(|list| !list.is_empty());
    let choices = list(input, |input| {
        expect(input, 3)?;
        Ok(CodeEntry {
            code: text(input)?,
            en: text(input)?,
            km: text(input)?,
            parent: None,
            critical: false,
            since: None,
        })
    })?;
    let (repeated, required) = (flags & 1 != 0, flags & 2 != 0);
    Ok(ExtraField {
        record,
        number,
        name,
        label,
        label_km,
        help,
        help_km,
        compartment,
        class,
        search,
        release,
        value_type,
        repeated,
        required,
        code_list,
        choices,
    })
}

fn text(input: &mut Decoder<'_>) -> Result<String, DecodeError> {
    input.str().map(str::to_owned)
}

fn optional<T>(number: u8, of: impl Fn(u8) -> Option<T>) -> Result<Option<T>, DecodeError> {
    match number {
        0 => Ok(None),
        _ => of(number).map(Some).ok_or_else(|| DecodeError::message("unknown number")),
    }
}

fn expect(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(DecodeError::message("wrong number of parts")) }
}

fn list<T>(
    input: &mut Decoder<'_>,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.ok_or_else(|| DecodeError::message("indefinite length"))?;
    (0..length).map(|_| item(input)).collect()
}
