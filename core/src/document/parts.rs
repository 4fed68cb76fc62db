//! A payload's digest, put together from parts that were each digested by themselves: `spec/release.md`, "Uploads in parts".

use alloc::boxed::Box;
use alloc::vec::Vec;

use blake3::hazmat::{ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root};
use blake3::{CHUNK_LEN, Hash, Hasher};

use super::outboard::{chaining_value, size_of};

const CHUNK: u64 = CHUNK_LEN as u64;

/// Says where in a payload a part lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    start: u64,
    end: u64,
    total: u64,
}

/// Is what of a part makes the digest of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartDigest {
    /// What ends a chunk that began in an earlier part.
    pub(crate) before: Vec<u8>,
    /// The chaining values of [`Extent::subtrees`].
    pub(crate) subtrees: Vec<ChainingValue>,
    /// What begins a chunk that does not end in this part.
    pub(crate) after: Vec<u8>,
}

/// Digests a part as it passes.
pub(crate) struct PartHasher {
    extent: Extent,
    place: u64,
    digest: PartDigest,
    subtree: Box<Hasher>,
    /// How many bytes the subtree at hand still takes.
    open: u64,
}

/// Puts digests of parts together, in the order of the parts.
pub(crate) struct Joiner {
    total: u64,
    place: u64,
    chunk: Vec<u8>,
    subtrees: Vec<(u64, ChainingValue)>,
}

impl Extent {
    /// Says that a part is `start..end` of a payload of so many bytes; nothing where it cannot be.
    pub(crate) fn new(start: u64, end: u64, total: u64) -> Option<Self> {
        (start <= end && end <= total).then_some(Self { start, end, total })
    }

    /// Returns how many bytes it has.
    pub(crate) fn length(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Returns how many bytes of the part stand before and behind its subtrees.
    fn around(&self) -> (u64, u64) {
        (self.first().saturating_sub(self.start), self.end.saturating_sub(self.last()))
    }

    /// Returns the sizes of the part's subtrees, from left to right.
    pub(crate) fn subtrees(&self) -> impl Iterator<Item = u64> + use<> {
        let (extent, last) = (*self, self.last());
        let mut place = self.first();
        core::iter::from_fn(move || {
            let size = extent.subtree(place).filter(|_| place < last)?;
            place = place.saturating_add(size);
            Some(size)
        })
    }

    /// Returns where the part's first subtree begins, or would. A payload of one chunk is its root, of which there is no subtree.
    fn first(&self) -> u64 {
        if self.total <= CHUNK { self.end } else { self.start.next_multiple_of(CHUNK).min(self.end) }
    }

    fn last(&self) -> u64 {
        let whole = self.end.saturating_sub(self.end % CHUNK);
        whole.max(self.first())
    }

    /// Returns the size of the largest subtree that begins there and ends in the part.
    ///
    /// INVARIANT: it is aligned to its size, which is a power of two of chunks, so that it is a node of the whole's tree; and it is
    /// never the whole, whose chaining value is not the root's.
    fn subtree(&self, place: u64) -> Option<u64> {
        let room = self.last().checked_sub(place)?.checked_ilog2()?;
        let aligned = if place == 0 { u64::BITS } else { place.trailing_zeros() };
        let size = 1_u64.checked_shl(room.min(aligned))?;
        Some(size.min(left_subtree_len(self.total)))
    }
}

impl PartHasher {
    /// Begins before the part's first byte.
    pub(crate) fn new(extent: Extent) -> Self {
        let digest = PartDigest { before: Vec::new(), subtrees: Vec::new(), after: Vec::new() };
        Self { extent, place: extent.start, digest, subtree: Box::default(), open: 0 }
    }

    /// Takes more of the part. What comes behind its end is passed over.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) {
        let (first, last) = (self.extent.first(), self.extent.last());
        while self.place < self.extent.end && !bytes.is_empty() {
            let room = if self.place < first {
                first.saturating_sub(self.place)
            } else if self.place < last {
                self.begin_subtree();
                self.open
            } else {
                self.extent.end.saturating_sub(self.place)
            };
            let (head, rest) = bytes.split_at(usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len()));
            if self.place < first {
                self.digest.before.extend_from_slice(head);
            } else if self.place < last {
                self.subtree.update(head);
                self.end_subtree(size_of(head));
            } else {
                self.digest.after.extend_from_slice(head);
            }
            self.place = self.place.saturating_add(size_of(head));
            bytes = rest;
        }
    }

    /// Lends the digest, once all of the part was there.
    pub(crate) fn finish(&self) -> Option<&PartDigest> {
        (self.place == self.extent.end).then_some(&self.digest)
    }

    fn begin_subtree(&mut self) {
        if self.open == 0 {
            *self.subtree = Hasher::new();
            self.subtree.set_input_offset(self.place);
            self.open = self.extent.subtree(self.place).unwrap_or_default();
        }
    }

    fn end_subtree(&mut self, taken: u64) {
        self.open = self.open.saturating_sub(taken);
        if self.open == 0 {
            self.digest.subtrees.push(self.subtree.finalize_non_root());
        }
    }
}

impl Joiner {
    /// Begins before the first part of a payload of so many bytes.
    pub(crate) fn new(total: u64) -> Self {
        Self { total, place: 0, chunk: Vec::new(), subtrees: Vec::new() }
    }

    /// Takes the next part; nothing where its digest is not of the part's form, or the part not the next one.
    pub(crate) fn push(&mut self, extent: Extent, digest: &PartDigest) -> Option<()> {
        let (before, after) = extent.around();
        let sizes: Vec<u64> = extent.subtrees().collect();
        let fits = extent.start == self.place
            && extent.total == self.total
            && size_of(&digest.before) == before
            && size_of(&digest.after) == after
            && digest.subtrees.len() == sizes.len();
        if !fits {
            return None;
        }
        self.chunk.extend_from_slice(&digest.before);
        self.place = self.place.saturating_add(before);
        if self.chunk.len() == CHUNK_LEN && self.total > CHUNK {
            self.end_chunk();
        }
        self.subtrees.extend(sizes.into_iter().zip(digest.subtrees.iter().copied()));
        self.chunk.extend_from_slice(&digest.after);
        self.place = extent.end;
        Some(())
    }

    /// Returns the payload's digest, once all parts were there.
    pub(crate) fn finish(mut self) -> Option<Hash> {
        if self.place != self.total {
            return None;
        }
        if self.total <= CHUNK {
            return Some(blake3::hash(&self.chunk));
        }
        if !self.chunk.is_empty() {
            self.end_chunk();
        }
        let left = left_subtree_len(self.total);
        let mut rest = self.subtrees.as_slice();
        let left_value = joined(&mut rest, left)?;
        let right_value = joined(&mut rest, self.total.saturating_sub(left))?;
        rest.is_empty().then(|| merge_subtrees_root(&left_value, &right_value, Mode::Hash))
    }

    /// Ends the chunk that stands right before the place.
    fn end_chunk(&mut self) {
        let size = size_of(&self.chunk);
        self.subtrees.push((size, chaining_value(self.place.saturating_sub(size), &self.chunk)));
        self.chunk.clear();
    }
}

/// Takes a subtree of that size off the front, put together from those below it.
fn joined(subtrees: &mut &[(u64, ChainingValue)], size: u64) -> Option<ChainingValue> {
    let ((first, value), rest) = subtrees.split_first()?;
    if *first == size {
        *subtrees = rest;
        return Some(*value);
    }
    if *first > size || size <= CHUNK {
        return None;
    }
    let left = left_subtree_len(size);
    let (left, right) = (joined(subtrees, left)?, joined(subtrees, size.saturating_sub(left))?);
    Some(merge_subtrees_non_root(&left, &right, Mode::Hash))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payload(size: usize) -> Vec<u8> {
        (0..size).map(|place| u8::try_from(place * 7 % 251).unwrap()).collect()
    }

    fn digested(bytes: &[u8], start: usize, end: usize, piece: usize) -> (Extent, PartDigest) {
        let at = |place: usize| u64::try_from(place).unwrap();
        let extent = Extent::new(at(start), at(end), at(bytes.len())).unwrap();
        let mut hasher = PartHasher::new(extent);
        assert_eq!(hasher.finish().is_some(), start == end);
        bytes[start..end].chunks(piece).for_each(|piece| hasher.push(piece));
        hasher.push(b"what is not of the part");
        (extent, hasher.finish().unwrap().clone())
    }

    /// Cuts a document into parts as an upload does, and returns those of its payload.
    fn parts(bytes: &[u8], header: usize, part: usize, piece: usize) -> Vec<(Extent, PartDigest)> {
        let whole = header + bytes.len();
        let inside = |place: usize| place.min(whole).saturating_sub(header);
        (0..whole.div_ceil(part))
            .map(|index| digested(bytes, inside(index * part), inside((index + 1) * part), piece))
            .collect()
    }

    fn joined_digest(total: usize, parts: &[(Extent, PartDigest)]) -> Option<Hash> {
        let mut joiner = Joiner::new(u64::try_from(total).unwrap());
        parts.iter().try_for_each(|(extent, digest)| joiner.push(*extent, digest))?;
        joiner.finish()
    }

    #[test]
    fn parts_make_the_digest_of_the_whole_around_every_boundary() {
        let sizes = [0, 1, 16, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 4096, 4097, 8192, 65_536, 65_537, 70_000];
        for size in sizes {
            let bytes = payload(size);
            for header in [0, 1, 200, 1023, 1024, 1025] {
                for part in [1023, 1024, 1025, 2048, 5000, 65_536, 100_000] {
                    let parts = parts(&bytes, header, part.max(header), 777);
                    let digest = joined_digest(size, &parts);
                    assert_eq!(digest, Some(blake3::hash(&bytes)), "{size} {header} {part}");
                }
            }
        }
    }

    #[test]
    fn a_part_of_8_mib_leaves_few_values() {
        let extent = Extent::new((8 << 20) - 700, (16 << 20) - 700, 1 << 31).unwrap();
        let (before, after) = extent.around();
        assert_eq!((before, after, extent.subtrees().count()), (700, 324, 13));
        let last = (1_u64 << 40) - 1;
        assert!(Extent::new(1, last, 1 << 40).unwrap().subtrees().count() < 64);
    }

    #[test]
    fn parts_that_are_missing_reordered_or_doubled_make_nothing() {
        let bytes = payload(50_000);
        let parts = parts(&bytes, 300, 10_000, 10_000);
        for wrong in [&parts[1..], &parts[..4], &[][..], &[parts[1].clone(), parts[0].clone()][..]] {
            assert_eq!(joined_digest(bytes.len(), wrong), None);
        }
        let doubled: Vec<_> = [&parts[..1], &parts[..]].concat();
        assert_eq!(joined_digest(bytes.len(), &doubled), None);
        assert_eq!(joined_digest(bytes.len() + 1, &parts), None);
        for change in [
            |digest: &mut PartDigest| digest.before.push(0),
            |digest: &mut PartDigest| digest.after.clear(),
            |digest: &mut PartDigest| digest.subtrees.truncate(1),
        ] {
            let mut changed = parts.clone();
            change(&mut changed[2].1);
            assert_eq!(joined_digest(bytes.len(), &changed), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn parts_cut_anywhere_make_the_digest_of_the_whole(
            size in 0_usize..300_000, cuts in prop::collection::vec(0_usize..300_000, 0..12), piece in 1_usize..9_000,
        ) {
            let bytes = payload(size);
            let mut places: Vec<usize> = cuts.into_iter().map(|cut| cut.min(size)).chain([0, size]).collect();
            places.sort_unstable();
            let parts: Vec<_> = places.windows(2).map(|place| digested(&bytes, place[0], place[1], piece)).collect();
            prop_assert_eq!(joined_digest(size, &parts), Some(blake3::hash(&bytes)));
        }

        #[test]
        fn another_byte_makes_another_digest(
            size in 1_usize..20_000, part in 1_000_usize..9_000, place in any::<prop::sample::Index>(),
        ) {
            let mut bytes = payload(size);
            let digest = joined_digest(size, &parts(&bytes, 100, part, 4_096));
            let place = place.index(size);
            bytes[place] ^= 1;
            prop_assert_ne!(joined_digest(size, &parts(&bytes, 100, part, 4_096)), digest);
        }
    }
}
