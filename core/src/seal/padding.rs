//! Length padding: what a stolen file shows of the length of a text.
//!
//! Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019,
//! algorithm 1): lengths are rounded up so that only their order of magnitude and a few bits of it remain. The overhead
//! is at most 12 % and falls with the length; docs/adr/0003-padding.md has the figures.

/// The length that `length` is padded to: at least itself, at most 12 % more (and at most 16 bytes more below 256).
#[must_use]
pub fn padded_length(length: usize) -> usize {
    if length < 128 {
        // Below this Padmé would round to less than the tag's size; short groups share buckets of 16 bytes.
        return length.next_multiple_of(16);
    }
    let exponent = length.ilog2();
    let kept_bits = exponent.ilog2() + 1;
    let step = 1usize << (exponent - kept_bits);
    length.checked_next_multiple_of(step).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_bounded_and_monotonous() {
        let mut last = 0;
        for length in 0..200_000 {
            let padded = padded_length(length);
            assert!(padded >= length && padded >= last);
            assert!(padded - length < 16 || (padded - length) * 100 <= length * 12, "{length} -> {padded}");
            assert_eq!(padded_length(padded), padded);
            last = padded;
        }
    }

    #[test]
    fn lengths_near_the_end_do_not_overflow() {
        assert_eq!(padded_length(usize::MAX), usize::MAX);
    }
}
