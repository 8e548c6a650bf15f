//! Which searches were made lately, by keyed tokens: never by what was asked.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::DAY;
use crate::access::cbor::{Writer, Written, expect_array, fixed, list, refused};

/// So many different searches are remembered. Of more, those go first that were made least often, the oldest of them first.
pub(super) const MOST: usize = 64;

/// What a search is known by.
pub type SearchToken = [u8; 8];

/// The searches of the last day, in the order in which each was first made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Searches(Vec<Search>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Search {
    token: SearchToken,
    /// How often, by how many hours ago: ascending, each hour once, each count above 0.
    made: Vec<(u8, u16)>,
}

impl Search {
    fn count(&self) -> u64 {
        self.made.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    fn newest(&self) -> u8 {
        self.made.first().map_or(u8::MAX, |(age, _)| *age)
    }
}

impl Searches {
    /// How often this search was made within a day.
    pub(super) fn count(&self, token: &SearchToken) -> u64 {
        self.0.iter().find(|search| search.token == *token).map_or(0, Search::count)
    }

    /// Takes a search in.
    pub(super) fn add(&mut self, token: &SearchToken) {
        if let Some(search) = self.0.iter_mut().find(|search| search.token == *token) {
            match search.made.first_mut() {
                Some((0, count)) => *count = count.saturating_add(1),
                _ => search.made.insert(0, (0, 1)),
            }
            return;
        }
        if self.0.len() >= MOST {
            let rank = |search: &Search| (search.count(), u8::MAX - search.newest());
            let least = (0..self.0.len()).min_by_key(|place| rank(&self.0[*place]));
            least.map(|place| self.0.remove(place));
        }
        self.0.push(Search { token: *token, made: vec![(0, 1)] });
    }

    /// So many hours went by.
    pub(super) fn age(&mut self, hours: u64) {
        if hours == 0 {
            return;
        }
        self.0.retain_mut(|search| {
            search.made.retain_mut(|(age, _)| {
                let aged = u8::try_from(u64::from(*age).saturating_add(hours)).unwrap_or(u8::MAX);
                *age = aged;
                aged <= DAY
            });
            !search.made.is_empty()
        });
    }

    /// `[ * [ token: bstr .size 8, made: bstr ] ]`; of `made`, each part is `age u8 || count u16`.
    pub(super) fn write(&self, out: &mut Writer) -> Written {
        out.array(self.0.len() as u64)?;
        for search in &self.0 {
            let mut made = Vec::with_capacity(search.made.len() * 3);
            for (age, count) in &search.made {
                made.push(*age);
                made.extend_from_slice(&count.to_be_bytes());
            }
            out.array(2)?.bytes(&search.token)?.bytes(&made)?;
        }
        Ok(())
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let searches = list(input, MOST as u64, |input| {
            expect_array(input, 2)?;
            let token = fixed(input)?;
            let (parts, rest) = input.bytes()?.as_chunks::<3>();
            let made: Vec<_> = parts.iter().map(|[age, high, low]| (*age, u16::from_be_bytes([*high, *low]))).collect();
            let ascending = made.is_sorted_by(|one, next| one.0 < next.0);
            let good = made.iter().all(|(age, count)| *age <= DAY && *count > 0);
            if !rest.is_empty() || made.is_empty() || !ascending || !good {
                return Err(refused("searches are not in order"));
            }
            Ok(Search { token, made })
        })?;
        let mut tokens: Vec<_> = searches.iter().map(|search| search.token).collect();
        tokens.sort_unstable();
        if tokens.is_sorted_by(|one, next| one < next) { Ok(Self(searches)) } else { Err(refused("a search twice")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_search_is_remembered_through_a_flood_of_others_for_a_day() {
        let mut searches = Searches::default();
        let token = [1; 8];
        (0..3).for_each(|_| searches.add(&token));
        for number in 0..1000_u64 {
            searches.add(&(number << 8).to_be_bytes());
        }
        assert_eq!((searches.count(&token), searches.0.len()), (3, MOST));
        searches.age(20);
        searches.add(&token);
        assert_eq!(searches.count(&token), 4);
        searches.age(u64::from(DAY) - 19);
        assert_eq!(searches.count(&token), 1, "those of yesterday are gone");
        searches.age(u64::MAX);
        assert_eq!(searches, Searches::default());
    }
}
