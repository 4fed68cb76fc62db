//! Whom a gate believes: the keys of trusted senders, or that unsigned documents may be opened.

use alloc::vec::Vec;

use serde_json::Value;

use crate::document::{Header, PayloadHasher, Sender, VerifierKey, Watch};
use crate::encoding::members::{object, text};
use crate::error::Error;

/// Says whose documents may be opened. By default, nobody's.
#[derive(Debug, Clone, Default)]
pub struct Senders {
    trusted: Vec<VerifierKey>,
    allow_unsigned: bool,
}

/// Is a sender whose signature over a header was verified.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    key: VerifierKey,
    pub(crate) sender: Sender,
}

impl Senders {
    /// Trusts the holders of these keys.
    pub fn trusted(keys: Vec<VerifierKey>) -> Self {
        Self { trusted: keys, allow_unsigned: false }
    }

    /// Allows documents that nobody signed, or somebody else: the policy sees that they have no sender.
    #[must_use]
    pub fn or_unsigned(self) -> Self {
        Self { allow_unsigned: true, ..self }
    }

    /// Verifies the signature of a header as far as it can be without key and payload.
    pub(crate) fn verify(&self, header: &Header) -> Result<Option<Verified>, Error> {
        let Some(sender) = header.sender() else {
            return if self.allow_unsigned { Ok(None) } else { Err(Error::SenderMissing) };
        };
        let mut known = self.trusted.iter().filter(|key| key.key_id() == sender.key_id()).peekable();
        if known.peek().is_none() {
            let untrusted = Error::SenderUntrusted { key_id: sender.key_id().chars().take(150).collect() };
            return if self.allow_unsigned { Ok(None) } else { Err(untrusted) };
        }
        let key = known.find(|key| sender.verify(header, key).is_ok()).ok_or(Error::SenderSignature)?;
        Ok(Some(Verified { key: key.clone(), sender: sender.clone() }))
    }
}

/// Returns what the policy sees of a sender: `{"verified": false}`, or who it is.
pub(super) fn fact(key: Option<&VerifierKey>) -> Value {
    object(match key {
        None => [("verified", Some(Value::Bool(false)))].into(),
        Some(key) => {
            [("verified", Some(Value::Bool(true))), ("name", text(key.name())), ("key_id", text(&key.key_id()))].into()
        }
    })
}

impl Verified {
    /// Lends the sender's key.
    pub(crate) fn key(&self) -> &VerifierKey {
        &self.key
    }
}

/// Compares a payload that passes with the signed one.
pub(super) struct PayloadWatch {
    hasher: PayloadHasher,
    sender: Sender,
}

impl PayloadWatch {
    /// Begins before the payload.
    pub(super) fn new(sender: Sender) -> Self {
        Self { hasher: PayloadHasher::default(), sender }
    }
}

impl Watch for PayloadWatch {
    fn see(&mut self, bytes: &[u8]) {
        self.hasher.push(bytes);
    }

    fn end(&mut self) -> Result<(), Error> {
        self.hasher.check(self.sender.payload())
    }
}
