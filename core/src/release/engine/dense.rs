//! Small consecutive numbers for pairs of numbers, in order of their first appearance.

/// Marks a free place.
const FREE: u32 = u32::MAX;

/// How many times more places than pairs a direct table may have.
const DIRECT: usize = 1 << 18;

/// Numbers pairs; the memory is kept from one use to the next.
#[derive(Debug, Default)]
pub(super) struct Dense {
    places: Vec<u32>,
    used: Vec<u32>,
    keys: Vec<u64>,
    width: usize,
    direct: bool,
    mask: usize,
}

impl Dense {
    /// Begins anew: pairs of a first number below `height` and a second below `width`; at most `pairs` different ones.
    pub(super) fn begin(&mut self, height: usize, width: usize, pairs: usize) {
        self.clear();
        let cells = height.saturating_mul(width);
        self.direct = cells <= DIRECT || cells <= pairs.saturating_mul(4);
        self.width = width;
        let places = if self.direct { cells } else { (pairs.max(4) * 2).next_power_of_two() };
        self.mask = places.wrapping_sub(1);
        if self.places.len() < places {
            self.places.resize(places, FREE);
        }
    }

    /// The number of a pair, and whether it is new.
    #[inline]
    pub(super) fn number(&mut self, first: u32, second: u32) -> (u32, bool) {
        if self.direct { self.number_direct(first, second) } else { self.number_hashed(first, second) }
    }

    #[inline]
    fn number_direct(&mut self, first: u32, second: u32) -> (u32, bool) {
        let place = first as usize * self.width + second as usize;
        let found = self.places[place];
        if found != FREE {
            return (found, false);
        }
        let next = self.used.len() as u32;
        self.places[place] = next;
        self.used.push(place as u32);
        (next, true)
    }

    fn number_hashed(&mut self, first: u32, second: u32) -> (u32, bool) {
        let key = u64::from(first) << 32 | u64::from(second);
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut place = (hash ^ hash >> 32) as usize & self.mask;
        loop {
            let found = self.places[place];
            if found == FREE {
                let next = self.keys.len() as u32;
                self.places[place] = next;
                self.used.push(place as u32);
                self.keys.push(key);
                return (next, true);
            }
            if self.keys[found as usize] == key {
                return (found, false);
            }
            place = (place + 1) & self.mask;
        }
    }

    fn clear(&mut self) {
        for place in self.used.drain(..) {
            self.places[place as usize] = FREE;
        }
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_and_hashed_number_alike() {
        let pairs: Vec<(u32, u32)> = (0..5_000u32).map(|i| (i.wrapping_mul(2_654_435_761) % 97, i * i % 89)).collect();
        let numbers = |height: usize, count: usize| {
            let mut dense = Dense::default();
            // A first use leaves nothing behind.
            dense.begin(100, 100, 3);
            dense.number(1, 1);
            dense.begin(height, 100, count);
            pairs.iter().map(|(first, second)| dense.number(*first, *second).0).collect::<Vec<_>>()
        };
        assert_eq!(numbers(100, 5_000), numbers(1 << 30, 5_000));
    }
}
