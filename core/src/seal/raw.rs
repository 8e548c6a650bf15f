//! Sealing as docs/formats.md says it, with a chosen nonce and of any plaintext, well-formed or not: for vectors and fuzz
//! targets only. Written anew, so that the vectors check [`group`](super::group) and [`value`](super::value), not
//! themselves.

use super::aead::{PrefixCipher, TAG_LENGTH};
use super::{GroupContext, LabelledInput, Secret, sha256};

/// A sealed group out of the plain directory (without filling) and its parts, each with its number and plain bytes.
pub(crate) fn seal_raw_group(
    key: &Secret,
    context: &GroupContext,
    prefix: [u8; 16],
    directory: &[u8],
    parts: &[(u64, &[u8])],
) -> Vec<u8> {
    let cipher = PrefixCipher::with_prefix(key, &prefix);
    let place = sha256(place(context).as_bytes());
    let seal = |suffix: u64, plain: &[u8]| {
        let mut sealed = plain.to_vec();
        cipher.seal_tail(suffix, &[&place[..], &suffix.to_be_bytes()].concat(), &mut sealed, 0).expect("it is short");
        sealed
    };
    let mut filled = directory.to_vec();
    filled.resize((directory.len() + TAG_LENGTH).next_multiple_of(32) - TAG_LENGTH, 0);
    let units = u16::try_from((filled.len() + TAG_LENGTH) / 32).unwrap_or(u16::MAX);
    let mut group = [&units.to_be_bytes()[..], &prefix, &seal(0, &filled)].concat();
    parts.iter().for_each(|(number, plain)| group.extend(seal(*number, plain)));
    group
}

/// A sealed value.
#[cfg(test)]
pub(crate) fn seal_raw_value(key: &Secret, context: &LabelledInput, prefix: [u8; 16], plain: &[u8]) -> Vec<u8> {
    let mut sealed = plain.to_vec();
    PrefixCipher::with_prefix(key, &prefix).seal_tail(0, context.as_bytes(), &mut sealed, 0).expect("it is short");
    [&prefix[..], &sealed].concat()
}

fn place(context: &GroupContext) -> LabelledInput {
    LabelledInput::new("saferoom/group")
        .part(context.vault.as_bytes())
        .part(&u64::from(context.kind).to_be_bytes())
        .part(context.scope.as_bytes())
        .part(context.record.as_bytes())
        .part(context.parent.as_bytes())
        .part(context.device.as_bytes())
        .part(&context.revision.to_be_bytes())
        .part(&u64::from(context.compartment).to_be_bytes())
        .part(&u64::from(context.generation).to_be_bytes())
        .part(&context.key_commitment)
}
