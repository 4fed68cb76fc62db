//! What a program says of itself. A reader without an engine reads that much.

use alloc::borrow::ToOwned;
use alloc::string::String;

use sha2::{Digest, Sha256};

use super::bytes::Bytes;
use super::{FIRST_LINE, malformed};
use crate::encoding::hex;
use crate::error::Error;

/// Holds the policy that a program was compiled from, as far as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) revision: String,
    pub(crate) entrypoint: String,
    /// The policy's digest, in hexadecimal.
    pub(crate) digest: String,
}

impl Header {
    /// Reads the header of a program whose checksum holds. Returns what follows it too.
    ///
    /// # Errors
    /// `program_malformed`.
    pub(super) fn split(program: &[u8]) -> Result<(Self, Bytes<'_>), Error> {
        let rest = program.strip_prefix(FIRST_LINE).ok_or_else(|| malformed("it does not begin as one"))?;
        let (_, checksum) = program.split_last_chunk::<32>().ok_or_else(|| malformed("it is cut short"))?;
        let (body, _) = rest.split_last_chunk::<32>().ok_or_else(|| malformed("it is cut short"))?;
        if Sha256::new_with_prefix(FIRST_LINE).chain_update(body).finalize().as_slice() != checksum {
            return Err(malformed("its checksum does not hold"));
        }
        let mut bytes = Bytes::new(body);
        let digest = hex::encode(bytes.take(32)?);
        let (name, revision, entrypoint) = (bytes.text()?, bytes.text()?, bytes.text()?);
        let header =
            Self { name: name.to_owned(), revision: revision.to_owned(), entrypoint: entrypoint.to_owned(), digest };
        Ok((header, bytes))
    }

    /// Reads the header alone.
    ///
    /// # Errors
    /// `program_malformed`.
    #[cfg(feature = "bundle")]
    pub(crate) fn of(program: &[u8]) -> Result<Self, Error> {
        Self::split(program).map(|(header, _)| header)
    }
}
