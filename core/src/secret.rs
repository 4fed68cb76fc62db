//! Bytes that cannot be printed, cloned or serialized by accident.

use alloc::boxed::Box;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Holds a fixed-size secret, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Takes over the bytes of `source` and wipes it.
    pub fn take(source: &mut [u8; N]) -> Self {
        let mut held = Box::new([0; N]);
        held.copy_from_slice(source);
        source.zeroize();
        Self(held)
    }

    /// Lends the bytes. Copies made of them are the caller's to wipe.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_ref()).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}
