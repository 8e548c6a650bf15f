//! What both sides of a comparison share: the record, the vault, the bare parts, and the clock.

pub mod bare;
pub mod ours;
pub mod paired;

/// Lengths of the ten texts of the measured record; with two codes it has twelve fields and about 600 bytes.
pub const TEXT_LENGTHS: [usize; 10] = [14, 24, 10, 14, 12, 24, 20, 40, 320, 110];

/// A text of this length: letters that differ from record to record, so that nothing compresses or caches.
#[must_use]
pub fn text(length: usize, seed: usize) -> String {
    (0..length).map(|index| char::from(b'a' + ((index * 7 + seed * 13 + index * seed) % 26) as u8)).collect()
}
