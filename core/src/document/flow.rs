//! What a document goes through in parts, from its beginning to its end.

use alloc::vec::Vec;

use crate::error::Error;

/// Is a part of what goes through.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// There is more to come.
    More(&'a [u8]),
    /// Nothing follows it.
    Last(&'a [u8]),
}

/// Takes parts in and gives out what is ready.
///
/// A host that wants no copy asks for the size, makes room and has it filled: `ready`, then `take_into`.
pub trait Flow: Send {
    /// Allows that many threads, the caller's among them, to work at once on one part. At first it is one.
    ///
    /// What comes out does not depend on it. Threads are made where a part is long enough to pay for them, and end with the
    /// call; targets that have none do without.
    fn set_threads(&mut self, threads: usize);

    /// Tells how many bytes come out when `part` goes in: of a part that fails, fewer. None where only doing it shows that.
    fn ready(&self, part: Part<'_>) -> Option<usize>;

    /// Takes a part and fills `out`, which has the size that [`Flow::ready`] told for it.
    ///
    /// # Errors
    /// As [`Flow::take`]; `out` is then all zeros. `call_order` for another size.
    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error>;

    /// Takes a part and returns what is ready.
    ///
    /// # Errors
    /// Those of whatever it is; `call_order` behind the last part.
    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error>;
}

/// Says that a buffer was made for something else.
pub(crate) const WRONG_SIZE: Error = Error::CallOrder { reason: "the buffer has not the size that was told" };

/// Says that the last part is behind.
pub(crate) const FINISHED: Error = Error::CallOrder { reason: "the document is finished" };

impl<'a> Part<'a> {
    /// Lends the bytes.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Self::More(bytes) | Self::Last(bytes) => bytes,
        }
    }

    /// Tells whether it is the last part.
    pub fn is_last(self) -> bool {
        matches!(self, Self::Last(_))
    }
}
