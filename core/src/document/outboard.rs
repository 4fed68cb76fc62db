//! The tree of a payload's digests, stored beside a signed document, so that a range of it can be verified by itself:
//! `spec/document.md`, "Verified ranges".

use alloc::vec::Vec;

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root};

use super::sender::PayloadDigest;
use crate::error::Error;

/// How many bytes of payload one leaf stands for.
const GROUP_SIZE: usize = 64 * 1024;

const GROUP: u64 = GROUP_SIZE as u64;
const NODE_SIZE: usize = 64;

/// Makes the outboard of a payload that comes in pieces.
#[derive(Default)]
pub struct OutboardWriter {
    leaves: Vec<ChainingValue>,
    group: Hasher,
    held: usize,
    length: u64,
}

/// Holds the digests of a payload's groups, verified against a signed digest.
#[derive(Debug, Clone)]
pub struct Outboard {
    length: u64,
    leaves: Vec<ChainingValue>,
}

impl OutboardWriter {
    /// Begins before the payload.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the payload: the document's bytes behind its header.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.held == GROUP_SIZE {
                self.end_group();
            }
            let (head, rest) = bytes.split_at(bytes.len().min(GROUP_SIZE.saturating_sub(self.held)));
            self.group.update(head);
            self.held = self.held.saturating_add(head.len());
            self.length = self.length.saturating_add(size_of(head));
            bytes = rest;
        }
    }

    /// Ends the payload and returns the outboard: the payload's length, then the tree's nodes from its root on.
    pub fn finish(mut self) -> Vec<u8> {
        if self.held > 0 {
            self.end_group();
        }
        let mut out = self.length.to_le_bytes().to_vec();
        if self.leaves.len() > 1 {
            write_nodes(&self.leaves, self.length, &mut out);
        }
        out
    }

    /// Ends a payload that must be the signed one.
    ///
    /// # Errors
    /// `sender_signature`.
    pub(crate) fn verify(self, signed: &PayloadDigest) -> Result<Outboard, Error> {
        // The one group of a short payload is the root itself, and no node of the outboard.
        let holds = !self.leaves.is_empty() || self.group.finalize() == *signed.blake3();
        let outboard = Outboard::from_bytes(&self.finish(), signed)?;
        if holds { Ok(outboard) } else { Err(Error::SenderSignature) }
    }

    fn end_group(&mut self) {
        let offset = size_of(&self.leaves).saturating_mul(GROUP);
        self.leaves.push(self.group.finalize_non_root());
        self.group = Hasher::new();
        self.group.set_input_offset(offset.saturating_add(GROUP));
        self.held = 0;
    }
}

impl Outboard {
    /// Reads an outboard and verifies it against what a sender signed.
    ///
    /// # Errors
    /// `sender_signature` for any that is not of the signed payload.
    pub fn from_bytes(bytes: &[u8], signed: &PayloadDigest) -> Result<Self, Error> {
        let (length, nodes) = bytes.split_first_chunk().ok_or(Error::SenderSignature)?;
        let length = u64::from_le_bytes(*length);
        let groups = length.div_ceil(GROUP);
        let expected = groups.saturating_sub(1).saturating_mul(NODE_SIZE as u64);
        if length != signed.length() || expected != size_of(nodes) {
            return Err(Error::SenderSignature);
        }
        let mut leaves = Vec::new();
        if groups > 1 {
            let mut rest = nodes;
            read_nodes(&mut rest, length, Expected::Root(signed.blake3()), &mut leaves)?;
        }
        Ok(Self { length, leaves })
    }

    /// Returns the smallest part of the payload that holds `start..end` and can be verified.
    pub(crate) fn cover(&self, start: u64, end: u64) -> (u64, u64) {
        let from = start.checked_div(GROUP).unwrap_or(0).saturating_mul(GROUP);
        (from, end.div_ceil(GROUP).saturating_mul(GROUP).min(self.length))
    }

    /// Verifies a part of the payload that begins at a group and ends at one, or at the payload's end.
    ///
    /// # Errors
    /// `sender_signature`.
    pub(crate) fn verify(&self, start: u64, bytes: &[u8], signed: &PayloadDigest) -> Result<(), Error> {
        if self.leaves.is_empty() {
            let whole = start == 0 && blake3::hash(bytes) == blake3::Hash::from_bytes(*signed.blake3());
            return if whole { Ok(()) } else { Err(Error::SenderSignature) };
        }
        let mut offset = start;
        for group in bytes.chunks(GROUP_SIZE) {
            let leaf = usize::try_from(offset / GROUP).ok().and_then(|index| self.leaves.get(index));
            if leaf != Some(&chaining_value(offset, group)) {
                return Err(Error::SenderSignature);
            }
            offset = offset.saturating_add(GROUP);
        }
        Ok(())
    }
}

/// Appends the nodes of a subtree, root first, and returns its chaining value.
fn write_nodes(leaves: &[ChainingValue], length: u64, out: &mut Vec<u8>) -> ChainingValue {
    if leaves.len() < 2 {
        return leaves.first().copied().unwrap_or_default();
    }
    let left_length = left_subtree_len(length);
    let (left, right) = leaves.split_at(usize::try_from(left_length / GROUP).unwrap_or(0).min(leaves.len()));
    let place = out.len();
    out.resize(place.saturating_add(NODE_SIZE), 0);
    let left = write_nodes(left, left_length, out);
    let right = write_nodes(right, length.saturating_sub(left_length), out);
    let node = out.iter_mut().skip(place).zip(left.iter().chain(&right));
    node.for_each(|(slot, byte)| *slot = *byte);
    merge_subtrees_non_root(&left, &right, Mode::Hash)
}

enum Expected<'a> {
    Root(&'a [u8; 32]),
    Subtree(ChainingValue),
}

/// Reads the nodes of a subtree, each verified before those below it.
fn read_nodes(
    nodes: &mut &[u8],
    length: u64,
    expected: Expected<'_>,
    leaves: &mut Vec<ChainingValue>,
) -> Result<(), Error> {
    if length <= GROUP {
        if let Expected::Subtree(leaf) = expected {
            leaves.push(leaf);
        }
        return Ok(());
    }
    let (node, rest) = nodes.split_first_chunk::<NODE_SIZE>().ok_or(Error::SenderSignature)?;
    *nodes = rest;
    let (left, right) = node.split_at(32);
    let (left, right): (ChainingValue, ChainingValue) =
        (left.try_into().unwrap_or_default(), right.try_into().unwrap_or_default());
    let holds = match expected {
        Expected::Root(root) => merge_subtrees_root(&left, &right, Mode::Hash) == *root,
        Expected::Subtree(value) => merge_subtrees_non_root(&left, &right, Mode::Hash) == value,
    };
    if !holds {
        return Err(Error::SenderSignature);
    }
    let left_length = left_subtree_len(length);
    read_nodes(nodes, left_length, Expected::Subtree(left), leaves)?;
    read_nodes(nodes, length.saturating_sub(left_length), Expected::Subtree(right), leaves)
}

/// Returns the chaining value of a subtree that begins there in the payload.
pub(super) fn chaining_value(offset: u64, bytes: &[u8]) -> ChainingValue {
    Hasher::new().set_input_offset(offset).update(bytes).finalize_non_root()
}

/// Counts items.
pub(super) fn size_of<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
