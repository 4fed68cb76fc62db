//! A passphrase as recipient and identity at once.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use core::fmt;

use zeroize::Zeroizing;

use super::identity::Unwrap;
use super::keys::{self, FileKey};
use super::recipient::Wrap;
use super::stanza::Stanza;
use crate::encoding::base64;
use crate::error::Error;
use crate::rng::{self, Entropy};

/// Type of a scrypt stanza.
pub(super) const SCRYPT_STANZA: &str = "scrypt";

/// The work that encrypting costs by default: 2^18, about a second.
const DEFAULT_LOG_N: u8 = 18;

/// The most work that decrypting accepts, so that a hostile header cannot cost minutes.
const MAX_LOG_N: u8 = 22;

/// Holds a passphrase. A document encrypted to one has no other recipient and no label.
pub struct Passphrase {
    text: Zeroizing<String>,
    log_n: u8,
}

impl Passphrase {
    /// Takes a passphrase at the default work factor.
    ///
    /// # Errors
    /// `passphrase_invalid` for an empty one.
    pub fn new(text: &str) -> Result<Self, Error> {
        Self::with_work_factor(text, DEFAULT_LOG_N)
    }

    /// Takes a passphrase at a work factor of `2^log_n`.
    ///
    /// # Errors
    /// `passphrase_invalid` for an empty one, or a work factor outside 1 to 22.
    pub fn with_work_factor(text: &str, log_n: u8) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::PassphraseInvalid { reason: "it is empty" });
        }
        if !(1..=MAX_LOG_N).contains(&log_n) {
            return Err(Error::PassphraseInvalid { reason: "its work factor is outside 1 to 22" });
        }
        Ok(Self { text: Zeroizing::new(text.to_owned()), log_n })
    }
}

impl Wrap for Passphrase {
    fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Stanza, Error> {
        let salt = rng::random::<16>(entropy)?;
        let wrap_key = keys::scrypt_wrap_key(self.text.as_bytes(), &salt, self.log_n)?;
        let body = keys::wrap(&wrap_key, file_key)?;
        Ok(Stanza::new(SCRYPT_STANZA, &[&base64::encode(&salt), &self.log_n.to_string()], body))
    }
}

impl Unwrap for Passphrase {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let Some(stanza) = stanzas.iter().find(|stanza| stanza.kind() == SCRYPT_STANZA) else {
            return Ok(None);
        };
        let [salt, log_n] = stanza.args() else {
            return Err(malformed("a `scrypt` stanza must have two arguments"));
        };
        let salt = base64::decode_array(salt.as_bytes())
            .ok_or(malformed("the salt of a `scrypt` stanza is not canonical base64 of 16 bytes"))?;
        let log_n = parse_log_n(log_n).ok_or(malformed("the work factor of a `scrypt` stanza is outside 1 to 22"))?;
        let wrapped =
            stanza.body().try_into().map_err(|_| malformed("the body of a `scrypt` stanza must have 32 bytes"))?;
        Ok(keys::unwrap(&keys::scrypt_wrap_key(self.text.as_bytes(), &salt, log_n)?, wrapped))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase(..)")
    }
}

/// Reads a canonical decimal within the accepted work factors.
fn parse_log_n(text: &str) -> Option<u8> {
    let log_n: u8 = text.parse().ok()?;
    ((1..=MAX_LOG_N).contains(&log_n) && log_n.to_string() == text).then_some(log_n)
}
