//! Who can decrypt a document.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::header::Header;
#[cfg(feature = "pq")]
use super::hybrid;
use super::keys::FileKey;
use super::recipient::{Recipient, lines_of};
#[cfg(feature = "pq")]
use super::stanza::HYBRID_STANZA;
use super::stanza::Stanza;
use super::x25519::{self, X25519_STANZA};
use crate::encoding::bech32;
use crate::error::Error;
use crate::rng::{self, Entropy};

const X25519_PREFIX: &str = "AGE-SECRET-KEY-";
const HYBRID_PREFIX: &str = "AGE-SECRET-KEY-PQ-";

/// Unwraps file keys. The secret behind it may live elsewhere.
pub trait Unwrap {
    /// Returns the file key that one of the stanzas carries, if one is for this identity.
    ///
    /// # Errors
    /// `header_malformed` for a stanza of this identity's type that breaks its form.
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error>;
}

/// Returns the file key that one of the identities unwraps, once it holds for the whole header.
pub(crate) fn unwrap(header: &Header, identities: &[&dyn Unwrap]) -> Result<FileKey, Error> {
    for identity in identities {
        if let Some(file_key) = identity.unwrap(header.stanzas())? {
            return header.verify(file_key);
        }
    }
    Err(Error::NoIdentity)
}

/// Is a secret key: X25519, written `AGE-SECRET-KEY-1…`, or hybrid, written `AGE-SECRET-KEY-PQ-1…`.
pub struct Identity {
    key: Key,
    recipient: Recipient,
}

enum Key {
    X25519(x25519::SecretKey),
    #[cfg(feature = "pq")]
    Hybrid(hybrid::SecretKey),
}

impl Identity {
    /// Makes a fresh X25519 identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        Ok(Self::of_x25519(&Zeroizing::new(rng::random(entropy)?)))
    }

    /// Makes a fresh hybrid identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    #[cfg(feature = "pq")]
    pub fn generate_pq(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        Ok(Self::of_hybrid(&Zeroizing::new(rng::random(entropy)?)))
    }

    /// Reads an identity's text.
    ///
    /// # Errors
    /// `identity_invalid`, for a hybrid one too in a build without the feature `pq`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::IdentityInvalid { reason };
        let (prefix, bytes) = bech32::decode(text).ok_or(invalid("it is not Bech32"))?;
        let secret = bytes.as_slice().try_into().map_err(|_| invalid("it does not hold 32 bytes"));
        match prefix {
            X25519_PREFIX => secret.map(Self::of_x25519),
            #[cfg(feature = "pq")]
            HYBRID_PREFIX => secret.map(Self::of_hybrid),
            #[cfg(not(feature = "pq"))]
            HYBRID_PREFIX => Err(invalid(super::recipient::NOT_IN_THIS_BUILD)),
            _ => Err(invalid("it begins with neither `AGE-SECRET-KEY-1` nor `AGE-SECRET-KEY-PQ-1`")),
        }
    }

    fn of_x25519(secret: &[u8; 32]) -> Self {
        let key = x25519::SecretKey::new(*secret);
        Self { recipient: Recipient::of_x25519(key.public()), key: Key::X25519(key) }
    }

    #[cfg(feature = "pq")]
    fn of_hybrid(seed: &[u8; 32]) -> Self {
        let key = hybrid::SecretKey::new(seed);
        Self { recipient: Recipient::of_hybrid(key.public().clone()), key: Key::Hybrid(key) }
    }

    /// Returns the public half.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Lends the secret.
    pub(crate) fn secret(&self) -> &[u8; 32] {
        match &self.key {
            Key::X25519(key) => key.expose(),
            #[cfg(feature = "pq")]
            Key::Hybrid(key) => key.expose(),
        }
    }

    /// Returns the secret's text, wiped when dropped.
    pub fn reveal(&self) -> Zeroizing<String> {
        let prefix = match &self.key {
            Key::X25519(_) => X25519_PREFIX,
            #[cfg(feature = "pq")]
            Key::Hybrid(_) => HYBRID_PREFIX,
        };
        bech32::encode_upper(prefix, self.secret())
    }
}

impl Unwrap for Identity {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
        for stanza in stanzas {
            let unwrapped = match &self.key {
                Key::X25519(key) if stanza.kind() == X25519_STANZA => key.unwrap(stanza)?,
                #[cfg(feature = "pq")]
                Key::Hybrid(key) if stanza.kind() == HYBRID_STANZA => key.unwrap(stanza)?,
                _ => None,
            };
            if unwrapped.is_some() {
                return Ok(unwrapped);
            }
        }
        Ok(None)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity({})", self.recipient)
    }
}

/// Reads an identity file: one identity a line, `#` comments and empty lines.
///
/// # Errors
/// `identity_invalid` for the first line that is none, or when there is none at all.
pub fn parse_identities(text: &str) -> Result<Vec<Identity>, Error> {
    let identities = lines_of(text).map(Identity::parse).collect::<Result<Vec<_>, _>>()?;
    if identities.is_empty() {
        return Err(Error::IdentityInvalid { reason: "the file holds no identity" });
    }
    Ok(identities)
}
