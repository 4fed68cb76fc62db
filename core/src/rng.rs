//! Randomness, lent by the host.

use rand_core::TryCryptoRng;

use crate::error::Error;

/// Fills buffers with cryptographically secure random bytes.
///
/// Every `rand_core` generator marked as cryptographic is one; bindings lend the operating system's.
pub trait Entropy {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// `entropy_unavailable` when the source fails; nothing in the buffer may then be used.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

impl<R: TryCryptoRng + ?Sized> Entropy for R {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.try_fill_bytes(bytes).map_err(|_| Error::EntropyUnavailable)
    }
}

/// Returns `N` fresh random bytes.
pub(crate) fn random<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
