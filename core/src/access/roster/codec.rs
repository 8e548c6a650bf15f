//! Reading and writing the parts that roster entries are made of: deterministic CBOR.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::CircleListing;
use crate::access::cbor;
pub(in crate::access) use crate::access::cbor::{Writer as Output, Written, expect_array, fixed, written as encoded};
use crate::id::{MemberId, ScopeId};
use crate::keys::{CircleName, PublicIdentity, SlotKey, VerifyingKey};
use crate::seal::HybridPublicKey;

/// Most parts of any list in a roster: no entry makes a reader allocate without bound.
const MAX_LIST: u64 = 4096;

pub(super) fn put_identity(out: &mut Output, identity: &PublicIdentity) -> Written {
    out.array(4)?.bytes(identity.member.as_bytes())?.bytes(identity.verifying_key.as_bytes())?;
    out.bytes(&identity.hybrid_key.to_bytes())?.bytes(identity.slot_key.expose())?;
    Ok(())
}

pub(super) fn get_identity(input: &mut Decoder<'_>) -> Result<PublicIdentity, DecodeError> {
    expect_array(input, 4)?;
    Ok(PublicIdentity {
        member: MemberId::from_bytes(fixed(input)?),
        verifying_key: VerifyingKey::from_bytes(fixed(input)?),
        hybrid_key: public_key(input)?,
        slot_key: SlotKey::from_bytes(&fixed(input)?),
    })
}

pub(super) fn put_circles(out: &mut Output, circles: &[CircleListing]) -> Written {
    out.array(circles.len() as u64)?;
    for circle in circles {
        out.array(6)?.bytes(circle.name.scope.as_bytes())?.u8(circle.name.compartment)?;
        out.u32(circle.name.generation)?.bytes(&circle.commitment)?;
        out.bytes(&circle.public_key.to_bytes())?.bytes(circle.slot_key.expose())?;
    }
    Ok(())
}

pub(super) fn get_circles(input: &mut Decoder<'_>) -> Result<Vec<CircleListing>, DecodeError> {
    list(input, |input| {
        expect_array(input, 6)?;
        let scope = ScopeId::from_bytes(fixed(input)?);
        let name = CircleName { scope, compartment: input.u8()?, generation: input.u32()? };
        Ok(CircleListing {
            name,
            commitment: fixed(input)?,
            public_key: public_key(input)?,
            slot_key: SlotKey::from_bytes(&fixed(input)?),
        })
    })
}

/// A list of a roster: bounded.
pub(in crate::access) fn list<T>(
    input: &mut Decoder<'_>,
    item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    cbor::list(input, MAX_LIST, item)
}

fn public_key(input: &mut Decoder<'_>) -> Result<HybridPublicKey, DecodeError> {
    HybridPublicKey::from_bytes(input.bytes()?).map_err(|_| DecodeError::message("no public key"))
}
