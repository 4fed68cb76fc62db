//! Maps and sets for what stands in a policy's text: names, paths, variables.
//!
//! Entries stay where they were put, and a list of their places is kept in order: one search serves every type, where the
//! library's trees are compiled once for each and take a tenth of a small build. Putting an entry in moves eight bytes for
//! each that comes behind it, which the size of modules bounds.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;

/// Maps keys to values, in the order of the keys.
#[derive(Debug, Clone)]
pub(crate) struct Map<K, V> {
    /// `None` is where an entry was.
    entries: Vec<Option<(K, V)>>,
    order: Vec<usize>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> Map<K, V> {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new(), order: Vec::new() }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let entry = |place: &usize| self.entries.get(*place)?.as_ref();
        self.order.iter().filter_map(entry).map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Keeps those entries for which a function answers `true`. They are shown to it in order.
    pub(crate) fn retain(&mut self, keep: &mut dyn FnMut(&K, &mut V) -> bool) {
        let entries = &mut self.entries;
        self.order.retain(|place| {
            let Some(entry) = entries.get_mut(*place) else { return false };
            let keeps = entry.as_mut().is_some_and(|(key, value)| keep(key, value));
            if !keeps {
                *entry = None;
            }
            keeps
        });
    }
}

impl<K: Ord, V> Map<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = *self.order.get(self.find(key).ok()?)?;
        self.entries.get(place)?.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Puts a value in the place of the one that the key had. Tells whether it had none.
    pub(crate) fn insert(&mut self, key: K, value: V) -> bool {
        match self.find(&key) {
            Ok(at) => {
                if let Some(entry) = self.order.get(at).and_then(|place| self.entries.get_mut(*place)) {
                    *entry = Some((key, value));
                }
                false
            }
            Err(at) => {
                self.order.insert(at, self.entries.len());
                self.entries.push(Some((key, value)));
                true
            }
        }
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.order.remove(self.find(key).ok()?);
        self.entries.get_mut(place)?.take().map(|(_, value)| value)
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        search(&self.order, &|place| match self.entries.get(place) {
            Some(Some((other, _))) => other.borrow().cmp(key),
            _ => Ordering::Less,
        })
    }
}

impl<K: Ord, V: Default> Map<K, V> {
    /// Changes the value of a key, which is made if there is none.
    pub(crate) fn change(&mut self, key: K, change: impl FnOnce(&mut V)) {
        let place = self.find(&key).ok().and_then(|at| self.order.get(at)).copied();
        if let Some(Some((_, value))) = place.and_then(|place| self.entries.get_mut(place)) {
            return change(value);
        }
        let mut value = V::default();
        change(&mut value);
        self.insert(key, value);
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = alloc::vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        let mut sorted = Vec::with_capacity(self.order.len());
        for place in &self.order {
            sorted.extend(self.entries.get_mut(*place).and_then(Option::take));
        }
        sorted.into_iter()
    }
}

/// Holds keys, in order.
#[derive(Debug, Clone)]
pub(crate) struct Set<K>(Map<K, ()>);

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Set<K> {
    pub(crate) const fn new() -> Self {
        Self(Map::new())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.0.retain(&mut |key, ()| keep(key));
    }
}

impl<K: Ord> Set<K> {
    pub(crate) fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Tells whether the key was not there before.
    pub(crate) fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ())
    }

    /// Tells whether the key was there.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).is_some()
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|key| other.contains(key))
    }
}

impl<K: Ord> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<'a, K: Ord + Copy + 'a> Extend<&'a K> for Set<K> {
    fn extend<I: IntoIterator<Item = &'a K>>(&mut self, keys: I) {
        self.extend(keys.into_iter().copied());
    }
}

impl<K> IntoIterator for Set<K> {
    type Item = K;
    type IntoIter = core::iter::Map<alloc::vec::IntoIter<(K, ())>, fn((K, ())) -> K>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(key, ())| key)
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::new();
        set.extend(keys);
        set
    }
}

/// Finds what is asked for among places in order, or where it belongs.
fn search(order: &[usize], compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    order.binary_search_by(|place| compare(*place))
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_tree_holds(steps in proptest::collection::vec((0..4_u8, 0..16_u8, any::<u8>()), 0..200)) {
            let (mut map, mut tree) = (Map::new(), BTreeMap::new());
            for (what, key, value) in steps {
                match what {
                    0 => prop_assert_eq!(map.insert(key, value), tree.insert(key, value).is_none()),
                    1 => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    2 => {
                        map.change(key, |held| *held ^= value);
                        *tree.entry(key).or_default() ^= value;
                    }
                    _ => {
                        map.retain(&mut |other, held| *other != key || *held > value);
                        tree.retain(|other, held| *other != key || *held > value);
                    }
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
                prop_assert!(map.iter().eq(tree.iter()) && map.is_empty() == tree.is_empty());
            }
            prop_assert!(map.into_iter().eq(tree));
        }
    }
}
