//! The edge's identities, read when a document is for one of their kind: making a hybrid one ready takes as long as using it.

use std::sync::OnceLock;

use sealwright_core::document::{FileKey, Identity, Stanza, Unwrap};
use sealwright_core::error::Error;
use zeroize::Zeroizing;

use crate::environment::variable;

/// Begins the text of every hybrid identity, and of no other.
const HYBRID_PREFIX: &str = "AGE-SECRET-KEY-PQ-1";

/// The stanzas that are for X25519 and for hybrid identities.
const KINDS: [&str; 2] = ["X25519", "mlkem768x25519"];

/// Unwraps by what the host lends: `SEALWRIGHT_IDENTITIES`, an identity file.
#[derive(Default)]
pub(crate) struct Lent([OnceLock<Result<Vec<Identity>, Error>>; 2]);

impl Unwrap for Lent {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
        for (kind, identities) in KINDS.iter().zip(&self.0) {
            if !stanzas.iter().any(|stanza| stanza.kind() == *kind) {
                continue;
            }
            for identity in identities.get_or_init(|| read(kind)).as_ref().map_err(Clone::clone)? {
                if let Some(key) = identity.unwrap(stanzas)? {
                    return Ok(Some(key));
                }
            }
        }
        Ok(None)
    }
}

fn read(kind: &str) -> Result<Vec<Identity>, Error> {
    let text = Zeroizing::new(variable("SEALWRIGHT_IDENTITIES").unwrap_or_default());
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter(|line| line.starts_with(HYBRID_PREFIX) == (kind != "X25519")).map(Identity::parse).collect()
}
