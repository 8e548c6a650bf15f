//! A disclosure: any bytes; what is accepted has this one form and opens its commitment.

use saferoom::log::Disclosure;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(disclosure) = Disclosure::decode(bytes) {
        assert_eq!(disclosure.encode().as_slice(), bytes);
        assert!(disclosure.opens(&disclosure.commitment()));
    }
}
