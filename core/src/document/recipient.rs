//! Whom a document is encrypted to.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::keys::{self, FileKey};
use super::stanza::Stanza;
use crate::encoding::base64;
use crate::error::Error;
use crate::rng::{self, Entropy};

/// Type of an X25519 stanza.
pub(super) const X25519_STANZA: &str = "X25519";

const RECIPIENT_HRP: Hrp = Hrp::parse_unchecked("age");

/// Wraps file keys for somebody.
pub trait Wrap {
    /// Returns the stanza that carries `file_key` to them.
    ///
    /// # Errors
    /// `entropy_unavailable`; `recipient_invalid` for a public key that agrees on no secret.
    fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Stanza, Error>;
}

/// Is an X25519 public key, written `age1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(pub(super) [u8; 32]);

impl Recipient {
    /// Reads a recipient's text.
    ///
    /// # Errors
    /// `recipient_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::RecipientInvalid { value: text.chars().take(100).collect(), reason };
        let decoded = CheckedHrpstring::new::<Bech32>(text).map_err(|_| invalid("it is not Bech32"))?;
        if text.starts_with(|first: char| first.is_ascii_uppercase()) || decoded.hrp() != RECIPIENT_HRP {
            return Err(invalid("it does not begin with `age1`"));
        }
        bytes_of(&decoded).map(Self).ok_or(invalid("it does not hold 32 bytes"))
    }
}

/// Returns the 32 bytes of a Bech32 string whose padding is canonical.
pub(super) fn bytes_of(decoded: &CheckedHrpstring<'_>) -> Option<[u8; 32]> {
    decoded.validate_segwit_padding().ok()?;
    let bytes = Zeroizing::new(decoded.byte_iter().collect::<Vec<u8>>());
    bytes.as_slice().try_into().ok()
}

impl Wrap for Recipient {
    fn wrap(&self, file_key: &FileKey, entropy: &mut dyn Entropy) -> Result<Stanza, Error> {
        let ephemeral = StaticSecret::from(rng::random(entropy)?);
        let share = PublicKey::from(&ephemeral);
        let shared = ephemeral.diffie_hellman(&PublicKey::from(self.0));
        if !shared.was_contributory() {
            return Err(Error::RecipientInvalid { value: self.to_string(), reason: "it is a point of low order" });
        }
        let wrap_key = keys::x25519_wrap_key(shared.as_bytes(), share.as_bytes(), &self.0);
        let body = keys::wrap(&wrap_key, file_key)?;
        Ok(Stanza::new(X25519_STANZA, &[&base64::encode(share.as_bytes())], body))
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
        bech32::encode_lower_to_fmt::<Bech32, _>(formatter, RECIPIENT_HRP, &self.0).map_err(|_| fmt::Error)
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
