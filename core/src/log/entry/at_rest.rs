//! An entry as it lies at rest: without index and device, which its place says. Nothing else is left out, so that what is
//! put together again is the entry byte for byte; its leaf hash shows that.

use std::ops::Range;

use minicbor::{Decoder, Encoder};

use super::codec::key;
use crate::id::DeviceId;
use crate::log::LogError;

/// What the place says: key 1, the index, and key 9, the device.
const SAID: [u64; 2] = [key::SEQ as u64, key::DEVICE as u64];

const MALFORMED: LogError = LogError::MalformedEntry { place: "at-rest" };

/// Appends the encoding of an entry to `out`, without what its place says.
///
/// # Errors
/// [`LogError::MalformedEntry`] if these bytes do not begin as an entry with both.
pub(crate) fn strip(entry: &[u8], out: &mut Vec<u8>) -> Result<(), LogError> {
    let mut items = Items::of(entry)?;
    out.push(head(items.left.checked_sub(2).ok_or(MALFORMED)?)?);
    let mut said = 0;
    while said < SAID.len() {
        let (key, range) = items.next()?.ok_or(MALFORMED)?;
        if SAID.contains(&key) {
            said += 1;
        } else {
            out.extend_from_slice(&entry[range]);
        }
    }
    // Behind the last of them nothing is left out.
    out.extend_from_slice(&entry[items.decoder.position()..]);
    Ok(())
}

/// Appends the encoding of the entry of this index and device to `out`.
///
/// # Errors
/// [`LogError::MalformedEntry`]. Whether the result is an entry is for the caller to see.
pub(crate) fn restore(stripped: &[u8], index: u64, device: DeviceId, out: &mut Vec<u8>) -> Result<(), LogError> {
    let mut items = Items::of(stripped)?;
    out.push(head(items.left + 2)?);
    let mut said = SAID.into_iter().peekable();
    loop {
        let item = items.next()?;
        let before = item.as_ref().map_or(u64::MAX, |(key, _)| *key);
        while let Some(key) = said.next_if(|key| *key <= before) {
            if key == before {
                return Err(MALFORMED);
            }
            say(key, index, device, out);
        }
        match item {
            Some((_, range)) => out.extend_from_slice(&stripped[range]),
            None => return Ok(()),
        }
    }
}

fn say(key: u64, index: u64, device: DeviceId, out: &mut Vec<u8>) {
    let mut writer = Encoder::new(out);
    let _infallible = writer.u64(key).and_then(|writer| match key {
        1 => writer.u64(index).map(drop),
        _ => writer.bytes(device.as_bytes()).map(drop),
    });
}

/// The first byte of a map of so many items, which are fewer than 24.
fn head(count: u64) -> Result<u8, LogError> {
    u8::try_from(count).ok().filter(|count| *count < 24).map(|count| 0xA0 | count).ok_or(MALFORMED)
}

/// The items of a map: its keys, and where each lies with its value.
struct Items<'b> {
    decoder: Decoder<'b>,
    left: u64,
}

impl<'b> Items<'b> {
    fn of(bytes: &'b [u8]) -> Result<Self, LogError> {
        let mut decoder = Decoder::new(bytes);
        let left = decoder.map().ok().flatten().ok_or(MALFORMED)?;
        // In its shortest form.
        if bytes.first() == Some(&head(left)?) { Ok(Self { decoder, left }) } else { Err(MALFORMED) }
    }

    fn next(&mut self) -> Result<Option<(u64, Range<usize>)>, LogError> {
        let start = self.decoder.position();
        let Some(left) = self.left.checked_sub(1) else {
            return if start == self.decoder.input().len() { Ok(None) } else { Err(MALFORMED) };
        };
        self.left = left;
        let key = self.decoder.u64().map_err(|_| MALFORMED)?;
        self.decoder.skip().map_err(|_| MALFORMED)?;
        Ok(Some((key, start..self.decoder.position())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Entry;
    use crate::log::entry::tests::{example, smallest};

    #[test]
    fn what_was_left_out_is_put_back() {
        for entry in [example(), smallest(), Entry { seq: u64::MAX, actor: None, ..example() }] {
            let whole = entry.encode().unwrap();
            let (mut stripped, mut again) = (Vec::new(), Vec::new());
            strip(&whole, &mut stripped).unwrap();
            assert!(stripped.len() + 20 <= whole.len());
            restore(&stripped, entry.seq, entry.device, &mut again).unwrap();
            assert_eq!(again, whole);
            // Twice is not possible, nor is putting back what was never left out.
            assert!(strip(&stripped, &mut Vec::new()).is_err());
            assert!(restore(&whole, entry.seq, entry.device, &mut Vec::new()).is_err());
        }
    }

    #[test]
    fn what_is_no_entry_at_rest_is_refused() {
        let whole = example().encode().unwrap();
        let mut stripped = Vec::new();
        strip(&whole, &mut stripped).unwrap();
        let restored = |bytes: &[u8]| restore(bytes, 7, example().device, &mut Vec::new());
        assert_eq!(restored(&stripped), Ok(()));
        for length in 0..stripped.len() {
            assert_eq!(restored(&stripped[..length]), Err(MALFORMED), "{length}");
        }
        assert_eq!(restored(&[&stripped[..], &[0]].concat()), Err(MALFORMED));
        assert_eq!(restored(&[&[0xB8, stripped[0] & 0x1F], &stripped[1..]].concat()), Err(MALFORMED), "a longer head");
        assert_eq!(restored(&[&[0xB7][..], &[0; 46]].concat()), Err(MALFORMED), "too many items");
        assert_eq!(restored(&[0xBF, 0xFF]), Err(MALFORMED), "a map without a length");
    }
}
