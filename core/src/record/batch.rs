//! Many values in one buffer, cut by offsets: Arrow's variable-size binary layout.

use alloc::vec;
use alloc::vec::Vec;

use zeroize::Zeroize;

use crate::encoding::base64;
use crate::error::Error;

/// Says how large an offset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetSize {
    /// 32 bits, as in Arrow's `Binary`.
    Four,
    /// 64 bits, as in Arrow's `LargeBinary`.
    Eight,
}

/// Holds values back to back, and where each begins and ends.
///
/// `D` lends the bytes: a `Vec` for what comes out, anything that is bytes for what goes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<D = Vec<u8>> {
    data: D,
    offsets: Vec<usize>,
    offset_size: OffsetSize,
}

/// Lends a batch.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    data: &'a [u8],
    offsets: &'a [usize],
    offset_size: OffsetSize,
}

/// The largest offset of 32 bits that Arrow, whose offsets are signed, can read.
const MAX_FOUR: usize = 0x7FFF_FFFF;

impl OffsetSize {
    /// Reads a number of bytes.
    ///
    /// # Errors
    /// `batch_invalid` for any but 4 and 8.
    pub fn from_bytes(bytes: usize) -> Result<Self, Error> {
        match bytes {
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(Error::BatchInvalid { reason: "an offset must have 4 or 8 bytes" }),
        }
    }

    /// Returns the number of bytes.
    pub fn bytes(self) -> usize {
        match self {
            Self::Four => 4,
            Self::Eight => 8,
        }
    }
}

impl<D: AsRef<[u8]>> Batch<D> {
    /// Puts bytes and offsets together. There is one offset more than there are values; value `i` stands between the offsets
    /// `i` and `i + 1`. They are given as they lie in memory, in the machine's byte order.
    ///
    /// # Errors
    /// `batch_invalid` for offsets that are not whole, decrease or lie beyond the bytes, and for none at all.
    pub fn new(data: D, offsets: &[u8], offset_size: OffsetSize) -> Result<Self, Error> {
        let size = offset_size.bytes();
        if !offsets.len().is_multiple_of(size) {
            return Err(Error::BatchInvalid { reason: "the last offset is not whole" });
        }
        let offsets = offsets.chunks_exact(size).map(read_offset).collect();
        Self::with_offsets(data, offsets, offset_size)
    }

    fn with_offsets(data: D, offsets: Vec<usize>, offset_size: OffsetSize) -> Result<Self, Error> {
        let last = *offsets.last().ok_or(Error::BatchInvalid { reason: "expected one offset more than values" })?;
        if !offsets.is_sorted() {
            return Err(Error::BatchInvalid { reason: "the offsets decrease" });
        }
        if last > data.as_ref().len() {
            return Err(Error::BatchInvalid { reason: "an offset lies beyond the bytes" });
        }
        Ok(Self { data, offsets, offset_size })
    }

    /// Returns how many values it holds.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Tells whether it holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Iterates over the values.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.lent().iter()
    }

    /// Lends the bytes that the offsets cut.
    pub fn data(&self) -> &[u8] {
        self.data.as_ref()
    }

    /// Returns the offsets as they lie in memory, in the machine's byte order.
    pub fn offsets(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.offsets.len().saturating_mul(self.offset_size.bytes()));
        for offset in &self.offsets {
            match self.offset_size {
                OffsetSize::Four => bytes.extend(u32::try_from(*offset).unwrap_or(u32::MAX).to_ne_bytes()),
                OffsetSize::Eight => bytes.extend(u64::try_from(*offset).unwrap_or(u64::MAX).to_ne_bytes()),
            }
        }
        bytes
    }

    /// Returns how large an offset is.
    pub fn offset_size(&self) -> OffsetSize {
        self.offset_size
    }

    /// Returns the text form of tokens: base64url (RFC 4648, section 5), without padding.
    ///
    /// # Errors
    /// `batch_invalid` when the texts need larger offsets.
    pub fn to_text(&self) -> Result<Batch, Error> {
        let values = self.lent();
        let size = values.size().div_ceil(3).saturating_add(values.len()).saturating_mul(4);
        let mut texts = Batch::with_room(values.len(), size, self.offset_size);
        for value in values.iter() {
            texts.push(|out| {
                out.extend_from_slice(base64::encode_url(value).as_bytes());
                Ok(())
            })?;
        }
        Ok(texts)
    }

    /// Reads the text form of tokens. What is none comes out empty, which opens as a record that was cut short.
    ///
    /// # Errors
    /// Never in practice: tokens are shorter than their texts.
    pub fn from_text(&self) -> Result<Batch, Error> {
        let values = self.lent();
        let mut tokens = Batch::with_room(values.len(), values.size(), self.offset_size);
        for text in values.iter() {
            tokens.push(|out| {
                out.append(&mut base64::decode_url(text).unwrap_or_default());
                Ok(())
            })?;
        }
        Ok(tokens)
    }

    /// Goes over to other memory with the same bytes.
    pub(crate) fn map<E>(self, change: impl FnOnce(D) -> E) -> Batch<E> {
        Batch { data: change(self.data), offsets: self.offsets, offset_size: self.offset_size }
    }

    pub(super) fn lent(&self) -> Values<'_> {
        Values { data: self.data.as_ref(), offsets: &self.offsets, offset_size: self.offset_size }
    }
}

impl Batch {
    /// Puts values behind each other.
    pub fn from_values<V: AsRef<[u8]>>(values: impl IntoIterator<Item = V>) -> Self {
        let mut batch = Self::with_room(0, 0, OffsetSize::Eight);
        for value in values {
            batch.data.extend_from_slice(value.as_ref());
            batch.offsets.push(batch.data.len());
        }
        batch
    }

    /// Makes one of zeros, whose values have these sizes.
    pub(super) fn zeroed(sizes: impl ExactSizeIterator<Item = usize>, offset_size: OffsetSize) -> Result<Self, Error> {
        let mut offsets = Vec::with_capacity(sizes.len().saturating_add(1));
        let mut end = 0_usize;
        offsets.push(end);
        for size in sizes {
            end = end.saturating_add(size);
            offsets.push(end);
        }
        check_end(end, offset_size)?;
        Ok(Self { data: vec![0; end], offsets, offset_size })
    }

    /// Lends the values one after the other, to be written.
    pub(super) fn slots(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let mut rest = self.data.as_mut_slice();
        self.offsets
            .array_windows()
            .map(move |[start, end]| rest.split_off_mut(..end.saturating_sub(*start)).unwrap_or_default())
    }

    /// Makes an empty one that has room for `values` of `size` bytes in all.
    pub(crate) fn with_room(values: usize, size: usize, offset_size: OffsetSize) -> Self {
        let mut offsets = Vec::with_capacity(values.saturating_add(1));
        offsets.push(0);
        Self { data: Vec::with_capacity(size), offsets, offset_size }
    }

    /// Appends the value that `write` appends to the bytes.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> Result<(), Error> {
        write(&mut self.data)?;
        self.offsets.push(self.data.len());
        check_end(self.data.len(), self.offset_size)
    }

    /// Overwrites the bytes.
    pub(crate) fn wipe(&mut self) {
        self.data.zeroize();
    }
}

impl<'a> Values<'a> {
    /// Returns how many there are.
    pub(super) fn len(self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Returns how many bytes they have in all.
    pub(super) fn size(self) -> usize {
        let first = self.offsets.first().copied().unwrap_or_default();
        self.offsets.last().copied().unwrap_or_default().saturating_sub(first)
    }

    pub(super) fn offset_size(self) -> OffsetSize {
        self.offset_size
    }

    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        self.offsets.array_windows().map(move |[start, end]| self.data.get(*start..*end).unwrap_or_default())
    }
}

fn check_end(end: usize, offset_size: OffsetSize) -> Result<(), Error> {
    match offset_size {
        OffsetSize::Four if end > MAX_FOUR => {
            Err(Error::BatchInvalid { reason: "what comes out needs offsets of 8 bytes" })
        }
        _ => Ok(()),
    }
}

/// Reads an offset of 4 or 8 bytes. One that no `usize` holds lies beyond any bytes.
fn read_offset(bytes: &[u8]) -> usize {
    let number = match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
        (Some(eight), _) => u64::from_ne_bytes(*eight),
        (None, Some(four)) => u64::from(u32::from_ne_bytes(*four)),
        (None, None) => u64::MAX,
    };
    usize::try_from(number).unwrap_or(usize::MAX)
}
