//! CBOR (RFC 8949) by hand, so that vectors can say what no encoder writes.

/// The simple value null.
pub(super) fn null() -> Vec<u8> {
    vec![0xF6]
}

/// An unsigned number in its shortest form.
pub(super) fn number(value: u64) -> Vec<u8> {
    head(0, value)
}

/// A number of less than 24 in two bytes, as a head of this major type: well formed, but not canonical.
pub(super) fn long(major: u8, value: u8) -> Vec<u8> {
    vec![major << 5 | 24, value]
}

pub(super) fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len() as u64), content.to_vec()].concat()
}

pub(super) fn text(content: &str) -> Vec<u8> {
    [head(3, content.len() as u64), content.as_bytes().to_vec()].concat()
}

pub(super) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

/// An array that says where it ends, and not how long it is: well formed, but not canonical.
pub(super) fn endless(items: &[Vec<u8>]) -> Vec<u8> {
    [vec![0x9F], items.concat(), vec![0xFF]].concat()
}

pub(super) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let content = entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]);
    [head(5, entries.len() as u64), content.collect::<Vec<_>>().concat()].concat()
}

fn head(major: u8, value: u64) -> Vec<u8> {
    let (kind, bytes) = (major << 5, value.to_be_bytes());
    match value {
        0..24 => vec![kind | value as u8],
        24..0x100 => [&[kind | 24][..], &bytes[7..]].concat(),
        0x100..0x1_0000 => [&[kind | 25][..], &bytes[6..]].concat(),
        0x1_0000..0x1_0000_0000 => [&[kind | 26][..], &bytes[4..]].concat(),
        _ => [&[kind | 27][..], &bytes[..]].concat(),
    }
}
