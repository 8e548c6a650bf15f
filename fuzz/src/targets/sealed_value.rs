//! A sealed value: any bytes, then a valid one that was changed or taken elsewhere.

use saferoom::seal::{LabelledInput, SealError, Secret, VALUE_OVERHEAD, ValueContext};

pub(crate) fn run(input: (&[u8], usize, u8)) {
    let (bytes, at, bits) = input;
    let key = Secret::copy_of(&[7; 32]);
    let place = ValueContext::new(LabelledInput::new("fuzz").part(b"here"));
    let mut out = b"before".to_vec();
    let open = |sealed: &[u8], out: &mut Vec<u8>| place.open_onto(&key, sealed, out);

    let expected = if bytes.len() < VALUE_OVERHEAD { SealError::Malformed } else { SealError::Authentication };
    // Under a key that seals nothing: libFuzzer learns sealed bytes from comparisons.
    assert_eq!(place.open_onto(&Secret::copy_of(&[8; 32]), bytes, &mut out), Err(expected));
    assert_eq!(out, b"before");

    let mut sealed = place.seal(&key, bytes).unwrap();
    assert_eq!(sealed.len(), bytes.len() + VALUE_OVERHEAD);
    open(&sealed, &mut out).unwrap();
    assert_eq!(out[6..], *bytes);
    out.truncate(6);
    let elsewhere = ValueContext::new(LabelledInput::new("fuzz").part(b"there"));
    assert_eq!(elsewhere.open_onto(&key, &sealed, &mut out), Err(SealError::Authentication));
    let at = at % sealed.len();
    sealed[at] ^= bits.max(1);
    assert_eq!(open(&sealed, &mut out), Err(SealError::Authentication));
    assert!(open(&sealed[..at], &mut out).is_err());
    assert_eq!(out, b"before");
}
