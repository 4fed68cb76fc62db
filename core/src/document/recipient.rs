//! Whom a document is encrypted to.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

#[cfg(feature = "pq")]
use super::hybrid;
use super::keys::FileKey;
use super::stanza::{HYBRID_STANZA, Stanza};
use super::x25519;
use crate::encoding::bech32;
use crate::error::Error;
use crate::rng::Entropy;

const X25519_PREFIX: &str = "age";
const HYBRID_PREFIX: &str = "age1pq";

/// What builds without the feature `pq` say of a hybrid recipient or identity.
#[cfg(not(feature = "pq"))]
pub(super) const NOT_IN_THIS_BUILD: &str = "this build has no post-quantum recipients";

/// Wraps file keys for somebody.
pub trait Wrap {
    /// Returns the stanza that carries `file_key` to them.
    ///
    /// # Errors
    /// `entropy_unavailable`; `recipient_invalid` for a public key that agrees on no secret.
    fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Stanza, Error>;
}

/// Is a public key: X25519, written `age1…`, or hybrid, written `age1pq1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(Key);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    X25519(x25519::PublicKey),
    #[cfg(feature = "pq")]
    Hybrid(hybrid::PublicKey),
}

impl Recipient {
    /// Reads a recipient's text.
    ///
    /// # Errors
    /// `recipient_invalid`, for a hybrid one too in a build without the feature `pq`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::RecipientInvalid { value: text.to_owned(), reason };
        match bech32::decode(text) {
            None => Err(invalid("it is not Bech32")),
            Some((X25519_PREFIX, bytes)) => {
                bytes.as_slice().try_into().map(Self::of_x25519).map_err(|_| invalid("it does not hold 32 bytes"))
            }
            #[cfg(feature = "pq")]
            Some((HYBRID_PREFIX, bytes)) => hybrid::PublicKey::new(&bytes)
                .map(Self::of_hybrid)
                .ok_or_else(|| invalid("it does not hold keys of ML-KEM-768 and X25519")),
            #[cfg(not(feature = "pq"))]
            Some((HYBRID_PREFIX, _)) => Err(invalid(NOT_IN_THIS_BUILD)),
            Some(_) => Err(invalid("it begins with neither `age1` nor `age1pq1`")),
        }
    }

    /// Takes an X25519 public key.
    pub(super) fn of_x25519(key: [u8; 32]) -> Self {
        Self(Key::X25519(x25519::PublicKey(key)))
    }

    /// Takes a hybrid public key.
    #[cfg(feature = "pq")]
    pub(super) fn of_hybrid(key: hybrid::PublicKey) -> Self {
        Self(Key::Hybrid(key))
    }
}

impl Wrap for Recipient {
    fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Stanza, Error> {
        let wrapped = match &self.0 {
            Key::X25519(key) => key.wrap(file_key, entropy),
            #[cfg(feature = "pq")]
            Key::Hybrid(key) => key.wrap(file_key, entropy),
        };
        let reason = "it is a point of low order";
        wrapped?.ok_or_else(|| Error::RecipientInvalid { value: self.to_string(), reason })
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::X25519(key) => bech32::write_lower(formatter, X25519_PREFIX, &key.0),
            #[cfg(feature = "pq")]
            Key::Hybrid(key) => bech32::write_lower(formatter, HYBRID_PREFIX, key.as_bytes()),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Reads a recipients file: one recipient a line, `#` comments and empty lines.
///
/// # Errors
/// `recipient_invalid` for the first line that is none.
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>, Error> {
    lines_of(text).map(Recipient::parse).collect()
}

/// Returns the lines of a key file that hold a key.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Refuses to write stanzas for hybrid recipients beside others: `spec/document.md`, "What a writer MUST do".
///
/// # Errors
/// `recipients_mixed`.
pub(super) fn check_mix<'a>(mut stanzas: impl Iterator<Item = &'a Stanza> + Clone) -> Result<(), Error> {
    let is_hybrid = |stanza: &Stanza| stanza.kind() == HYBRID_STANZA;
    if stanzas.clone().any(is_hybrid) && !stanzas.all(is_hybrid) { Err(Error::RecipientsMixed) } else { Ok(()) }
}
