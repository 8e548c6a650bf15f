//! Where the entries of each log of the file lie: the logs of all devices that kept the vault, one after the other.
//!
//! A row of table `entry` is found by its place: number of the log * 2^40 + index in the log. The logs are numbered as
//! the roster lists them, from 0. See docs/adr/0016.

const INDEX_BITS: u32 = 40;

/// Place of the first entry of a log.
pub(super) fn first_place(log: usize) -> u64 {
    (log as u64) << INDEX_BITS
}

/// Number of the log in which a place lies.
pub(super) fn log_of(place: u64) -> u64 {
    place >> INDEX_BITS
}

/// Index within its log of what lies at a place.
pub(super) fn index_of(place: u64) -> u64 {
    place & ((1 << INDEX_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_log_and_an_index() {
        for (log, index) in [(0, 0), (0, 7), (3, 0), (3, (1 << 40) - 1)] {
            let place = first_place(log) + index;
            assert_eq!((log_of(place), index_of(place)), (log as u64, index));
        }
    }
}
