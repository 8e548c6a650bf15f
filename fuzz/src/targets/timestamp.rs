//! A moment: any text and any number; what is accepted reads back.

use saferoom::model::{FieldType, Timestamp};

fn check(time: Timestamp) {
    assert_eq!(Timestamp::parse(&time.to_text()), Ok(time));
    assert_eq!(Timestamp::from_milliseconds(time.milliseconds()), Ok(time));
    let mut stored = Vec::new();
    time.encode(&mut stored);
    assert_eq!(Timestamp::decode(&stored), Ok(time));
}

pub(crate) fn run(bytes: &[u8]) {
    if let Some(number) = bytes.first_chunk().copied().map(i64::from_be_bytes) {
        // Half of all numbers are moved into the range.
        for number in [number, number.rem_euclid(1 << 43)] {
            let _ = Timestamp::from_milliseconds(number).map(check);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(time) = Timestamp::parse(text)
    {
        check(time);
        assert_eq!(time.to_text().replace(".000Z", "Z"), text.trim().replace(".000Z", "Z"));
    }
}
