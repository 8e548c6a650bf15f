//! A map with a bound: memory does not grow with the vault, and what is used often stays.
//!
//! Two generations: what is put in or looked up is in the young one; once that is half as large as the whole may be, it is the
//! old one, and what was old and not looked up since is gone. To forget everything at the bound would cost a session that works
//! on a little more than fits all that it has verified, again and again.

use std::collections::HashMap;
use std::hash::Hash;

/// See the module.
pub(super) struct Remembered<K, V> {
    /// What the young generation may weigh, and weighs.
    most: usize,
    weight: usize,
    weigh: fn(&V) -> usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Copy + Eq + Hash, V> Remembered<K, V> {
    /// Nothing yet; never more than `most` of it.
    pub(super) fn at_most(most: usize) -> Self {
        Self::weighing(most, |_| 1)
    }

    /// Nothing yet; never what weighs more than `most` in all, unless one thing alone does.
    pub(super) fn weighing(most: usize, weigh: fn(&V) -> usize) -> Self {
        Self { most: most / 2, weight: 0, weigh, young: HashMap::new(), old: HashMap::new() }
    }

    /// What is remembered under this key.
    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        self.keep(key);
        self.young.get(key)
    }

    /// As [`get`](Self::get), without making it young.
    pub(super) fn peek(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// As [`get`](Self::get), to be changed into what weighs as much.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.keep(key);
        self.young.get_mut(key)
    }

    /// Whether anything is remembered under this key.
    pub(super) fn contains_key(&mut self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Remembers something, in the place of what was there.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.remove(&key);
        let weight = (self.weigh)(&value);
        if self.weight + weight > self.most {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, value);
    }

    /// Forgets what is remembered under this key.
    pub(super) fn remove(&mut self, key: &K) {
        if let Some(value) = self.young.remove(key) {
            self.weight -= (self.weigh)(&value);
        }
        self.old.remove(key);
    }

    /// Forgets what `keep` says no to.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.young.retain(|key, value| keep(key, value));
        self.old.retain(|key, value| keep(key, value));
        self.weight = self.young.values().map(self.weigh).sum();
    }

    /// Takes everything out.
    #[cfg(test)]
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (K, V)> {
        self.weight = 0;
        std::mem::take(&mut self.young).into_iter().chain(std::mem::take(&mut self.old))
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
        self.weight = 0;
    }

    /// What is looked up stays for another generation.
    fn keep(&mut self, key: &K) {
        if self.young.contains_key(key) {
            return;
        }
        if let Some(value) = self.old.remove(key) {
            self.insert(*key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_bound_holds() {
        let mut remembered = Remembered::at_most(8);
        for number in 0..1000 {
            remembered.insert(number, 10 * number);
            assert_eq!(remembered.get(&0), Some(&0), "{number}");
            assert!(remembered.young.len() + remembered.old.len() <= 8, "{number}");
        }
        assert!(remembered.contains_key(&999) && !remembered.contains_key(&500));
        remembered.retain(|number, _| *number != 0);
        assert_eq!(remembered.get(&0), None);
        remembered.clear();
        assert!(!remembered.contains_key(&999));
    }

    #[test]
    fn what_is_heavy_pushes_out_what_is_old() {
        let mut remembered = Remembered::<u8, Vec<u8>>::weighing(20, Vec::len);
        (0..5).for_each(|number| remembered.insert(number, vec![0; 5]));
        assert!(!remembered.contains_key(&0) && remembered.contains_key(&2) && remembered.contains_key(&4));
        remembered.insert(9, vec![0; 100]);
        assert!(remembered.contains_key(&9));
        remembered.remove(&9);
        assert_eq!(remembered.weight, 0);
    }

    #[test]
    fn something_new_takes_the_place_of_what_was_there_in_either_generation() {
        let mut remembered = Remembered::at_most(2);
        remembered.insert('a', 1);
        remembered.insert('b', 2);
        remembered.insert('a', 3);
        assert_eq!(remembered.get(&'a'), Some(&3));
        *remembered.get_mut(&'a').unwrap() += 1;
        assert_eq!(remembered.get(&'a'), Some(&4));
        remembered.remove(&'a');
        assert_eq!(remembered.get(&'a'), None);
    }
}
