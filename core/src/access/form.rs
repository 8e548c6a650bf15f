//! A form, as the roster lists it: extra fields of the vault, signed by a custodian.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::roster::{FORM, VERSION, expect_array, fixed};
use crate::id::{MemberId, VaultId};
use crate::model::FormDocument;

/// A roster entry after the founding one: from here on, the kinds of the vault have the fields of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormEntry {
    /// Its position in the roster.
    pub position: u64,
    /// Digest of the entry before.
    pub previous: [u8; 32],
    /// The vault.
    pub vault: VaultId,
    /// The custodian who signs.
    pub custodian: MemberId,
    /// The form.
    pub form: FormDocument,
}

impl FormEntry {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let written = self.write(&mut out).is_ok();
        debug_assert!(written, "a Vec takes everything");
        out.into_writer()
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        out.array(7)?.u64(VERSION)?.u64(FORM)?.u64(self.position)?.bytes(&self.previous)?;
        out.bytes(self.vault.as_bytes())?.bytes(self.custodian.as_bytes())?.bytes(&self.form.encode())?;
        Ok(())
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(body);
        expect_array(&mut input, 7)?;
        if (input.u64()?, input.u64()?) != (VERSION, FORM) {
            return Err(DecodeError::message("unknown version"));
        }
        let entry = Self {
            position: input.u64()?,
            previous: fixed(&mut input)?,
            vault: VaultId::from_bytes(fixed(&mut input)?),
            custodian: MemberId::from_bytes(fixed(&mut input)?),
            form: FormDocument::decode(input.bytes()?).map_err(|_| DecodeError::message("no form"))?,
        };
        // One encoding only: whatever else decodes to the same entry is refused.
        if entry.encode() == body { Ok(entry) } else { Err(DecodeError::message("not canonical")) }
    }
}
