//! Remembers a bounded number of answers, so that the same question is not worked out again.
//!
//! Two generations hold at most [`GENERATION`] entries each. When the younger one is full it becomes the older one, and what
//! nobody asked for in between goes. There is no clock. A question is found by a keyed hash and compared as a whole, so
//! nobody can make two questions one. Builds without `std`, which browsers load, remember nothing.

#[cfg(feature = "std")]
use alloc::collections::BTreeMap;
#[cfg(feature = "std")]
use core::borrow::Borrow;
#[cfg(feature = "std")]
use core::hash::{BuildHasher as _, Hash};
#[cfg(feature = "std")]
use std::hash::RandomState;
#[cfg(feature = "std")]
use std::sync::Mutex;

/// The most entries of one generation.
#[cfg(feature = "std")]
const GENERATION: usize = 512;

/// Whether anything is remembered.
pub(crate) const REMEMBERS: bool = cfg!(feature = "std");

/// The most bytes of a key, and of an answer, that are remembered.
pub(crate) const MAX_SIZE: usize = 4096;

/// Maps questions to answers. Where another thread is at it, nothing is found and nothing kept: nobody waits.
#[cfg(feature = "std")]
pub(crate) struct Cache<K, V> {
    hasher: RandomState,
    generations: Mutex<Generations<K, V>>,
}

/// Holds questions with their answers by the question's hash. Of two with the same hash the later one stays.
#[cfg(feature = "std")]
struct Generations<K, V> {
    young: BTreeMap<u64, (K, V)>,
    old: BTreeMap<u64, (K, V)>,
}

#[cfg(feature = "std")]
impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    pub(crate) fn new() -> Self {
        let generations = Generations { young: BTreeMap::new(), old: BTreeMap::new() };
        Self { hasher: RandomState::new(), generations: Mutex::new(generations) }
    }

    /// Returns by what a question is found.
    pub(crate) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64
    where
        K: Borrow<Q>,
    {
        self.hasher.hash_one(key)
    }

    /// Returns what was kept for a question, given with its hash.
    pub(crate) fn get<Q: Eq + ?Sized>(&self, hash: u64, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let mut generations = self.generations.try_lock().ok()?;
        let is_asked = |(own, _): &&(K, V)| own.borrow() == key;
        if let Some((_, value)) = generations.young.get(&hash).filter(is_asked) {
            return Some(value.clone());
        }
        generations.old.get(&hash).filter(is_asked)?;
        let (key, value) = generations.old.remove(&hash)?;
        generations.put(hash, key, value.clone());
        Some(value)
    }

    /// Keeps an answer to a question, given with its hash.
    pub(crate) fn put(&self, hash: u64, key: K, value: V) {
        if let Ok(mut generations) = self.generations.try_lock() {
            generations.put(hash, key, value);
        }
    }
}

#[cfg(feature = "std")]
impl<K, V> Generations<K, V> {
    fn put(&mut self, hash: u64, key: K, value: V) {
        if self.young.len() >= GENERATION {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.insert(hash, (key, value));
    }
}

/// Keeps nothing.
#[cfg(not(feature = "std"))]
pub(crate) struct Cache<K, V>(core::marker::PhantomData<fn() -> (K, V)>);

#[cfg(not(feature = "std"))]
impl<K, V> Cache<K, V> {
    pub(crate) const fn new() -> Self {
        Self(core::marker::PhantomData)
    }

    /// Returns nothing worth knowing.
    pub(crate) fn hash<Q: ?Sized>(&self, _: &Q) -> u64 {
        0
    }

    /// Finds nothing.
    pub(crate) fn get<Q: ?Sized>(&self, _: u64, _: &Q) -> Option<V> {
        None
    }

    /// Keeps nothing.
    pub(crate) fn put(&self, _: u64, _: K, _: V) {}
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let cache = Cache::new();
        for key in 0..GENERATION * 8 {
            cache.put(cache.hash(&key), key, key);
            assert_eq!(cache.get(cache.hash(&0), &0), Some(0), "{key}");
        }
        let kept = (0..GENERATION * 8).filter(|key| cache.get(cache.hash(key), key).is_some()).count();
        assert!(kept > 1 && kept <= 2 * GENERATION, "{kept}");
    }

    #[test]
    fn a_question_is_its_whole_text() {
        let cache = Cache::new();
        let hash = 7;
        cache.put(hash, Vec::from(*b"ab"), 1);
        assert_eq!((cache.get(hash, b"a".as_slice()), cache.get(hash, b"ab".as_slice())), (None, Some(1)));
        cache.put(hash, Vec::from(*b"b"), 2);
        assert_eq!((cache.get(hash, b"b".as_slice()), cache.get(hash, b"ab".as_slice())), (Some(2), None));
    }
}
