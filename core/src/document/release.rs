//! A header for one caller, made of the old one: `spec/release.md`, "Answer".

#[cfg(feature = "release")]
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::header::Header;
#[cfg(feature = "release")]
use super::header::wrap_all;
#[cfg(feature = "release")]
use super::keys::FileKey;
#[cfg(feature = "release")]
use super::recipient::Wrap;
use super::stanza::Stanza;
use crate::error::Error;
#[cfg(feature = "release")]
use crate::rng::Entropy;

/// Type of the stanza that names the request and the old header.
pub const RELEASE_STANZA: &str = "sealwright.dev/release";

const RELEASE_VERSION: &str = "v1";

/// Writes the header that gives a file key to `recipient` alone, in answer to a request.
#[cfg(feature = "release")]
pub(crate) fn release(
    header: &Header,
    file_key: &FileKey,
    recipient: &dyn Wrap,
    request_id: &str,
    entropy: &mut dyn Entropy,
) -> Result<Header, Error> {
    let (described, _) = header.split();
    let stanza = stanza(header, request_id);
    let recipients = wrap_all(&[recipient], described.len().saturating_add(1), file_key, entropy)?;
    let stanzas: Vec<&Stanza> = described.iter().chain([&stanza]).chain(&recipients).collect();
    Header::write(&stanzas, file_key)
}

/// Checks that a header answers that request for the old header, as far as that can be told without its key.
pub(crate) fn check_release(released: &Header, header: &Header, request_id: &str) -> Result<(), Error> {
    let (described, rest) = released.split();
    let answers = described == header.split().0 && matches!(rest, [first, _] if first == &stanza(header, request_id));
    if answers {
        Ok(())
    } else {
        Err(Error::ReleaseInvalid { reason: "a header in it is not made of the one that was sent" })
    }
}

fn stanza(header: &Header, request_id: &str) -> Stanza {
    Stanza::new(RELEASE_STANZA, &[RELEASE_VERSION, request_id], Sha256::digest(header.as_bytes()).to_vec())
}
