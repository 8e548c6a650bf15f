//! What is asked of a page, as one buffer: for languages in which each argument that is no buffer costs microseconds.

use minicbor::Decoder;
use minicbor::data::Type;
use minicbor::decode::Error as DecodeError;
use saferoom::error::{Diagnosis, Family};

use super::VERSION;
use crate::types::AccessInput;

/// The buffer is no question of this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was asked for is not in the form of this release")]
pub(super) struct PageQuestionError;

impl Diagnosis for PageQuestionError {
    fn code(&self) -> u16 {
        Family::Input.code(91)
    }

    fn advice(&self) -> &'static str {
        "Install one release of saferoom as a whole."
    }
}

/// Which records, of which kind, and why.
pub(super) struct PageQuestion {
    pub(super) kind: Option<String>,
    pub(super) access: AccessInput,
    /// 16 bytes for each record.
    pub(super) ids: Vec<u8>,
}

impl PageQuestion {
    /// The question of exactly these bytes (docs/formats.md, 30).
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, PageQuestionError> {
        let question = read(&mut Decoder::new(bytes)).map_err(|_| PageQuestionError)?;
        // Written again, it is the same: heads are the shortest, and nothing stands behind.
        if question.encode() == bytes { Ok(question) } else { Err(PageQuestionError) }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.ids.len());
        let mut out = super::Encoder::new(&mut bytes);
        super::sure(out.array(5).and_then(|out| out.u8(VERSION)));
        super::sure(out.encode(&self.kind));
        super::sure(out.str(&self.access.purpose));
        super::sure(out.encode(&self.access.reason));
        super::sure(out.bytes(&self.ids));
        bytes
    }
}

fn read(input: &mut Decoder<'_>) -> Result<PageQuestion, DecodeError> {
    if input.array()? != Some(5) || input.u8()? != VERSION {
        return Err(DecodeError::message("no question"));
    }
    let kind = optional(input)?;
    let purpose = input.str()?.to_owned();
    let access = AccessInput { purpose, reason: optional(input)? };
    Ok(PageQuestion { kind, access, ids: input.bytes()?.to_vec() })
}

fn optional(input: &mut Decoder<'_>) -> Result<Option<String>, DecodeError> {
    match input.datatype()? {
        Type::Null => input.null().map(|()| None),
        _ => Ok(Some(input.str()?.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn question(kind: Option<String>, purpose: String, reason: Option<String>, ids: Vec<u8>) -> PageQuestion {
        PageQuestion { kind, access: AccessInput { purpose, reason }, ids }
    }

    proptest! {
        #[test]
        fn what_was_asked_is_read(
            kind: Option<String>, purpose: String, reason: Option<String>, ids: Vec<u8>,
        ) {
            let asked = question(kind.clone(), purpose.clone(), reason.clone(), ids);
            let read = PageQuestion::decode(&asked.encode()).unwrap();
            prop_assert_eq!((read.kind, read.access.purpose, read.access.reason, read.ids), (kind, purpose, reason, asked.ids));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Ok(question) = PageQuestion::decode(&bytes) {
                prop_assert_eq!(question.encode(), bytes);
            }
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let good = question(Some("child".into()), "forensic-interview".into(), None, vec![7; 16]).encode();
        assert!(PageQuestion::decode(&good).is_ok());
        let changed = |place: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[place] = byte;
            bytes
        };
        let longer = [good.as_slice(), &[0]].concat();
        let wide_version = [&good[..1], &[0x18, 1], &good[2..]].concat();
        let indefinite = [&[0x9f], &good[1..], &[0xff]].concat();
        let kind_is_bytes = changed(2, 0x45);
        for (why, bytes) in [
            ("something behind", longer),
            ("a head that is not the shortest", wide_version),
            ("no definite length", indefinite),
            ("a kind that is no text", kind_is_bytes),
            ("another version", changed(1, 2)),
            ("another number of parts", changed(0, 0x84)),
            ("text that is not UTF-8", changed(3, 0xff)),
            ("cut short", good[..good.len() - 1].to_vec()),
        ] {
            assert_eq!(PageQuestion::decode(&bytes).err(), Some(PageQuestionError), "{why}");
        }
    }
}
