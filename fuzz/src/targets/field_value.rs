//! A stored value of every type: any bytes; what is accepted has this one form, and its text is read back.

use saferoom::model::{Value, ValueType};

pub(crate) fn run(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let value_type = ValueType::ALL[usize::from(choice & 0x7F) % ValueType::ALL.len()];
    let repeated = choice & 0x80 != 0;
    let Ok(value) = Value::decode(value_type, repeated, bytes) else { return };
    let mut again = Vec::new();
    value.encode(&mut again);
    assert_eq!(again, bytes);
    assert!(value.encoded_length_hint() >= again.len());
    assert_eq!(value.value_type(), Some(value_type));
    // A stored text may be in another normal form than this release writes.
    if !repeated && !matches!(value_type, ValueType::Text | ValueType::Narrative) {
        assert_eq!(Value::parse(value_type, &value.to_plain_text()), Ok(value));
    }
}
