//! The part of the label that storage must not read: `spec/document.md`, "Private part".

use super::keys::{self, FileKey, SALT_SIZE, TAG_SIZE};
use super::stanza::Stanza;
use crate::error::Error;
use crate::label::{Label, MAX_PRIVATE_SIZE, PrivateRecord};
use crate::rng::{self, Entropy};

/// Type of the stanza that carries the private part.
pub const PRIVATE_STANZA: &str = "sealwright.dev/private";

const PRIVATE_VERSION: &str = "v1";

/// Returns the stanza of a private part that stands behind `label`.
pub(super) fn write(
    record: &PrivateRecord,
    label: &Label,
    file_key: &FileKey,
    entropy: &mut dyn Entropy,
) -> Result<Stanza, Error> {
    let salt = rng::random::<SALT_SIZE>(entropy)?;
    let mut body = salt.to_vec();
    let key = keys::private_key(file_key, &salt);
    body.append(&mut keys::encrypt_private(&key, label.as_bytes(), &record.to_bytes()?)?);
    Ok(Stanza::new(PRIVATE_STANZA, &[PRIVATE_VERSION], body))
}

/// Checks what can be checked without a key.
pub(super) fn check(stanza: &Stanza) -> Result<(), Error> {
    let malformed = |reason| Err(Error::HeaderMalformed { reason });
    if stanza.args() != [PRIVATE_VERSION] {
        return malformed("the version of a `sealwright.dev/private` stanza is not `v1`");
    }
    match stanza.body().len().checked_sub(SALT_SIZE.saturating_add(TAG_SIZE)) {
        Some(size) if size <= MAX_PRIVATE_SIZE => Ok(()),
        _ => malformed("the body of a `sealwright.dev/private` stanza has a size that no private part has"),
    }
}

/// Reads the private part of a header whose MAC was verified under `file_key`.
pub(super) fn read(body: &[u8], label: &[u8], file_key: &FileKey) -> Result<PrivateRecord, Error> {
    let decrypted = body
        .split_first_chunk()
        .and_then(|(salt, sealed)| keys::decrypt_private(&keys::private_key(file_key, salt), label, sealed));
    PrivateRecord::from_canonical(&decrypted.ok_or(Error::HeaderMac)?)
}
