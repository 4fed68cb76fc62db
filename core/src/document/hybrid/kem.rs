//! The KEM of the hybrid recipient: MLKEM768-X25519, which is X-Wing (draft-connolly-cfrg-xwing-kem).
//!
//! Keys and encapsulation are those of `hpke`. Its decapsulation would expand the key anew for every stanza, and it takes a
//! share of low order, which age refuses. So section 5.4 of the draft is carried out here, over the same ML-KEM and X25519,
//! with the expanded key kept. Tests hold it to the draft's vectors and to what `hpke` gives.

use alloc::sync::Arc;

use hpke::kem::{SharedSecret, XWing};
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, HpkeError, Kem, Serializable};
use ml_kem::array::sizes::{U32, U1088, U1216};
use ml_kem::kem::{Decapsulate, KeyExport};
use ml_kem::ml_kem_768::DecapsulationKey;
use ml_kem::{FromSeed, MlKem768, Seed};
use sha3::{Digest, Sha3_256};
use shake::{ExtendableOutput, Shake256, Update, XofReader};
use subtle::{Choice, ConstantTimeEq};
use x25519_dalek::{PublicKey as Point, StaticSecret};
use zeroize::Zeroizing;

use super::PublicKey;
use crate::secret::Secret;

/// What X-Wing hashes last, a picture of its name.
const LABEL: &[u8; 6] = br"\.//^\";

/// Is `hpke`'s X-Wing, with a decapsulation that keeps the expanded key and refuses shares of low order.
pub(super) struct MlKem768X25519;

/// Is a key that `hpke` may clone: the secret itself is there once.
#[derive(Clone)]
pub(super) struct PrivateKey(pub(super) Arc<Expanded>);

/// Holds what a seed expands to.
pub(super) struct Expanded {
    seed: Secret<32>,
    ml_kem: DecapsulationKey,
    x25519: StaticSecret,
    public: PublicKey,
}

impl Expanded {
    /// Expands a seed.
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        let mut hash = Shake256::default();
        Update::update(&mut hash, seed);
        let mut expanded = hash.finalize_xof();
        let mut ml_kem = Zeroizing::new(Seed::default());
        expanded.read(ml_kem.as_mut_slice());
        let mut x25519 = Zeroizing::new([0; 32]);
        expanded.read(x25519.as_mut_slice());
        let (ml_kem, encapsulation) = MlKem768::from_seed(&ml_kem);
        let x25519 = StaticSecret::from(*x25519);
        let public = PublicKey::join(&encapsulation.to_bytes().0, Point::from(&x25519).as_bytes());
        Self { seed: Secret::take(&mut { *seed }), ml_kem, x25519, public }
    }

    /// Lends the seed.
    pub(super) fn seed(&self) -> &[u8; 32] {
        self.seed.expose()
    }

    /// Lends the public half.
    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }

    fn decapsulate(
        &self,
        encapsulated: &<XWing as Kem>::EncappedKey,
    ) -> Result<SharedSecret<MlKem768X25519>, HpkeError> {
        let encapsulated = encapsulated.to_bytes();
        let (ciphertext, share) = encapsulated.split_ref::<U1088>();
        let share = Point::from(share.0);
        let from_ml_kem = Zeroizing::new(self.ml_kem.decapsulate(ciphertext));
        let from_x25519 = self.x25519.diffie_hellman(&share);
        if !from_x25519.was_contributory() {
            return Err(HpkeError::DecapError);
        }
        let hash = Sha3_256::new()
            .chain_update(*from_ml_kem)
            .chain_update(from_x25519.as_bytes())
            .chain_update(share.as_bytes())
            .chain_update(self.public.point())
            .chain_update(LABEL);
        Ok(SharedSecret(hash.finalize()))
    }
}

impl Kem for MlKem768X25519 {
    type PublicKey = PublicKey;
    type PrivateKey = PrivateKey;
    type EncappedKey = <XWing as Kem>::EncappedKey;
    type NSecret = U32;
    const KEM_ID: u16 = XWing::KEM_ID;

    fn sk_to_pk(key: &PrivateKey) -> PublicKey {
        key.0.public.clone()
    }

    fn derive_keypair(ikm: &[u8]) -> (PrivateKey, PublicKey) {
        let expanded = Expanded::new(&XWing::derive_keypair(ikm).0.to_bytes().0);
        let public = expanded.public.clone();
        (PrivateKey(Arc::new(expanded)), public)
    }

    fn decap(
        key: &PrivateKey,
        sender: Option<&PublicKey>,
        encapsulated: &Self::EncappedKey,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        match sender {
            None => key.0.decapsulate(encapsulated),
            Some(_) => Err(HpkeError::DecapError),
        }
    }

    fn encap_with_rng(
        key: &PublicKey,
        sender: Option<(&PrivateKey, &PublicKey)>,
        random: &mut impl CryptoRng,
    ) -> Result<(SharedSecret<Self>, Self::EncappedKey), HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::EncapError);
        }
        let key = <XWing as Kem>::PublicKey::from_bytes(key.as_bytes())?;
        let (shared, encapsulated) = XWing::encap_with_rng(&key, None, random)?;
        Ok((SharedSecret(shared.0), encapsulated))
    }
}

impl Serializable for PrivateKey {
    type OutputSize = U32;

    fn write_exact(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.0.seed());
    }
}

impl Deserializable for PrivateKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let seed = bytes.try_into().map_err(|_| HpkeError::ValidationError)?;
        Ok(Self(Arc::new(Expanded::new(seed))))
    }
}

impl ConstantTimeEq for PrivateKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.seed().ct_eq(other.0.seed())
    }
}

impl Serializable for PublicKey {
    type OutputSize = U1216;

    fn write_exact(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.as_bytes());
    }
}

impl Deserializable for PublicKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        Self::new(bytes).ok_or(HpkeError::ValidationError)
    }
}
