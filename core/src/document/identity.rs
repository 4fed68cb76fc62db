//! Who can decrypt a document.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::header::Header;
use super::keys::{self, FileKey};
use super::recipient::{Recipient, X25519_STANZA, bytes_of, lines_of};
use super::stanza::Stanza;
use crate::encoding::base64;
use crate::error::Error;
use crate::rng::{self, Entropy};

const IDENTITY_HRP: Hrp = Hrp::parse_unchecked("age-secret-key-");

/// Unwraps file keys. The secret behind it may live elsewhere.
pub trait Unwrap {
    /// Returns the file key that one of the stanzas carries, if one is for this identity.
    ///
    /// # Errors
    /// `header_malformed` for a stanza of this identity's type that breaks its form.
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error>;
}

/// Returns the file key that one of the identities unwraps, once it holds for the whole header.
pub(super) fn unwrap(header: &Header, identities: &[&dyn Unwrap]) -> Result<FileKey, Error> {
    for identity in identities {
        if let Some(file_key) = identity.unwrap(header.stanzas())? {
            return header.verify(file_key);
        }
    }
    Err(Error::NoIdentity)
}

/// Is an X25519 secret key, written `AGE-SECRET-KEY-1…`.
pub struct Identity {
    secret: StaticSecret,
    recipient: Recipient,
}

impl Identity {
    /// Makes a fresh identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        Ok(Self::from_secret(rng::random(entropy)?))
    }

    /// Reads an identity's text.
    ///
    /// # Errors
    /// `identity_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::IdentityInvalid { reason };
        let decoded = CheckedHrpstring::new::<Bech32>(text).map_err(|_| invalid("it is not Bech32"))?;
        if text.contains(|letter: char| letter.is_ascii_lowercase()) || decoded.hrp() != IDENTITY_HRP {
            return Err(invalid("it does not begin with `AGE-SECRET-KEY-1`"));
        }
        let bytes = Zeroizing::new(bytes_of(&decoded).ok_or(invalid("it does not hold 32 bytes"))?);
        Ok(Self::from_secret(*bytes))
    }

    fn from_secret(bytes: [u8; 32]) -> Self {
        let secret = StaticSecret::from(bytes);
        let recipient = Recipient(PublicKey::from(&secret).to_bytes());
        Self { secret, recipient }
    }

    /// Returns the public half.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Returns the secret's text, `AGE-SECRET-KEY-1…`, wiped when dropped.
    pub fn reveal(&self) -> Zeroizing<String> {
        // Bech32 of 32 bytes is within the code's length.
        Zeroizing::new(bech32::encode_upper::<Bech32>(IDENTITY_HRP, self.secret.as_bytes()).unwrap_or_default())
    }

    fn unwrap_stanza(&self, stanza: &Stanza) -> Result<Option<FileKey>, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let [share] = stanza.args() else {
            return Err(malformed("an `X25519` stanza must have one argument"));
        };
        let share: [u8; 32] = base64::decode_array(share.as_bytes())
            .ok_or(malformed("the share of an `X25519` stanza is not canonical base64 of 32 bytes"))?;
        let wrapped =
            stanza.body().try_into().map_err(|_| malformed("the body of an `X25519` stanza must have 32 bytes"))?;
        let shared = self.secret.diffie_hellman(&PublicKey::from(share));
        if !shared.was_contributory() {
            return Err(malformed("the share of an `X25519` stanza is a point of low order"));
        }
        Ok(keys::unwrap(&keys::x25519_wrap_key(shared.as_bytes(), &share, &self.recipient.0), wrapped))
    }
}

impl Unwrap for Identity {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
        for stanza in stanzas.iter().filter(|stanza| stanza.kind() == X25519_STANZA) {
            if let Some(file_key) = self.unwrap_stanza(stanza)? {
                return Ok(Some(file_key));
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
