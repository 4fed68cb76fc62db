//! The hybrid recipient, safe against quantum computers too: `spec/document.md`, "The hybrid stanza".

mod kem;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;

use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, HpkeError, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use self::kem::{Expanded, MlKem768X25519, PrivateKey};
use super::keys::{FILE_KEY_SIZE, FileKey, HYBRID_INFO, WRAPPED_KEY_SIZE};
use super::stanza::{HYBRID_STANZA, Stanza};
use super::x25519;
use crate::encoding::base64;
use crate::error::Error;
use crate::rng::Entropy;

/// Size of a public key, in bytes: ML-KEM-768's, then X25519's.
const PUBLIC_KEY_SIZE: usize = ML_KEM_KEY_SIZE + POINT_SIZE;
const ML_KEM_KEY_SIZE: usize = 1184;
const POINT_SIZE: usize = 32;
/// Size of an encapsulated key, in bytes: ML-KEM-768's ciphertext, then an X25519 share.
const ENCAPSULATED_SIZE: usize = 1120;

/// Is a public key, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PublicKey(Box<[u8; PUBLIC_KEY_SIZE]>);

/// Is a secret key, expanded from its seed once: that costs as much as using it.
pub(super) struct SecretKey(Arc<Expanded>);

impl PublicKey {
    /// Takes a public key; nothing when ML-KEM refuses its part (FIPS 203, 7.2) or X25519's is a point of low order.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        <XWing as Kem>::PublicKey::from_bytes(bytes).ok()?;
        let key = Self(bytes.to_vec().try_into().ok()?);
        (!x25519::is_of_low_order(&key.point())).then_some(key)
    }

    fn join(ml_kem: &[u8; ML_KEM_KEY_SIZE], point: &[u8; POINT_SIZE]) -> Self {
        let mut key = Box::new([0; PUBLIC_KEY_SIZE]);
        let (first, second) = key.split_at_mut(ML_KEM_KEY_SIZE);
        first.copy_from_slice(ml_kem);
        second.copy_from_slice(point);
        Self(key)
    }

    /// Lends the bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Returns the part that is X25519's.
    fn point(&self) -> [u8; POINT_SIZE] {
        self.0.last_chunk().copied().unwrap_or_default()
    }

    /// Returns the stanza that carries `file_key`; nothing when the key is none.
    pub(super) fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Option<Stanza>, Error> {
        let mut body = Vec::with_capacity(WRAPPED_KEY_SIZE);
        body.extend_from_slice(file_key.expose());
        let mut lent = Lent { entropy, failed: false };
        let sealed = hpke::single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, MlKem768X25519>(
            &OpModeS::Base,
            self,
            HYBRID_INFO,
            body.as_mut_slice().into(),
            &[],
            &mut lent,
        );
        if lent.failed {
            return Err(Error::EntropyUnavailable);
        }
        let Ok((encapsulated, tag)) = sealed else { return Ok(None) };
        body.extend_from_slice(&tag.to_bytes());
        Ok(Some(Stanza::new(HYBRID_STANZA, &[&base64::encode(&encapsulated.to_bytes())], body)))
    }
}

impl SecretKey {
    /// Takes any 32 bytes for a seed.
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        Self(Arc::new(Expanded::new(seed)))
    }

    /// Lends the seed.
    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.seed()
    }

    /// Lends the public half.
    pub(super) fn public(&self) -> &PublicKey {
        self.0.public()
    }

    /// Returns the file key that a stanza of this type carries, if it is for this key.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let [encapsulated] = stanza.args() else {
            return Err(malformed("a `mlkem768x25519` stanza must have one argument"));
        };
        let encapsulated: [u8; ENCAPSULATED_SIZE] = base64::decode_array(encapsulated.as_bytes())
            .ok_or(malformed("the key of a `mlkem768x25519` stanza is not canonical base64 of 1120 bytes"))?;
        let wrapped = stanza
            .body()
            .try_into()
            .map_err(|_| malformed("the body of a `mlkem768x25519` stanza must have 32 bytes"))?;
        match self.open(&encapsulated, wrapped) {
            Ok(file_key) => Ok(Some(file_key)),
            Err(HpkeError::OpenError) => Ok(None),
            Err(_) => Err(malformed("the share of a `mlkem768x25519` stanza is a point of low order")),
        }
    }

    fn open(&self, encapsulated: &[u8], wrapped: &[u8; WRAPPED_KEY_SIZE]) -> Result<FileKey, HpkeError> {
        let mut buffer = Zeroizing::new(*wrapped);
        let (key, tag) = buffer.split_first_chunk_mut::<FILE_KEY_SIZE>().ok_or(HpkeError::OpenError)?;
        hpke::single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, MlKem768X25519>(
            &OpModeR::Base,
            &PrivateKey(Arc::clone(&self.0)),
            &<XWing as Kem>::EncappedKey::from_bytes(encapsulated)?,
            HYBRID_INFO,
            key.as_mut_slice().into(),
            &[],
            &AeadTag::from_bytes(tag)?,
        )?;
        Ok(FileKey::take(key))
    }
}

/// Lends the host's randomness to a library that cannot be told that it failed.
///
/// INVARIANT: what was made while it failed is thrown away.
struct Lent<'a> {
    entropy: &'a mut dyn Entropy,
    failed: bool,
}

impl TryRng for Lent<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.failed |= self.entropy.fill(bytes).is_err();
        Ok(())
    }
}

impl TryCryptoRng for Lent<'_> {}

#[cfg(test)]
mod tests;
