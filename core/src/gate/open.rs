//! Opening: request, permit, bytes.

use alloc::vec::Vec;

use super::caller::Caller;
use super::{Outcome, obligations};
use crate::document::{Decryptor, Header, RangeDecryptor, Reader, Unwrap};
use crate::error::Error;
use crate::label::Label;
use crate::policy::{Decision, Obligation};
use crate::privacy::{Operators, Transformer};

/// Asks whether a document may be opened.
#[derive(Debug)]
pub struct OpenRequest {
    caller: Caller,
    header: Header,
    request: Vec<u8>,
}

/// Allows opening one document. Only an allowing decision whose obligations can be carried out makes it.
#[derive(Debug)]
pub struct OpenPermit {
    decision: Decision,
    header: Header,
    operators: Option<Operators>,
}

/// Opens a document that comes in pieces.
///
/// # Security
/// As with [`Decryptor`], only [`Opener::finish`] shows that nothing is missing at the end.
pub struct Opener {
    decryptor: Decryptor,
    transformer: Option<Transformer>,
}

impl OpenRequest {
    /// Makes the request from what the caller says and what the document's label says.
    ///
    /// # Errors
    /// `label_count` for a document without a label; `time_invalid`; `call_order` before the header is complete.
    pub fn new(caller: Caller, reader: &Reader) -> Result<Self, Error> {
        let header = reader.header()?.clone();
        let label = header.label().ok_or(Error::LabelCount { found: 0 })?;
        caller.time()?;
        let request = caller.request("open", &label.record().document_id, label.record().to_members())?;
        Ok(Self { caller, header, request })
    }

    /// Lends the canonical AuthZEN request.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Turns an allowing decision into a permit, once every obligation is met.
    ///
    /// # Errors
    /// `decision_mismatch` for the decision of another request or policy.
    pub fn permit(self, decision: Decision, policy_digest: &str) -> Result<Outcome<OpenPermit>, Error> {
        decision.check(policy_digest, &self.request)?;
        let now = self.caller.time()?;
        let mut operators: Option<Operators> = None;
        let outcome = obligations::carry_out(decision, &mut |obligation| match obligation {
            Obligation::Transform { operators: more } => obligations::add_operators(&mut operators, more),
            Obligation::Expire { at } => obligations::holds_until(now.as_ref(), at),
            Obligation::RequireRecipients { .. }
            | Obligation::RestrictLabel { .. }
            | Obligation::RequireSignature {}
            | Obligation::Watermark {}
            | Obligation::Notify { .. }
            | Obligation::Filter { .. } => false,
        });
        Ok(match outcome {
            Outcome::Allowed(decision) => Outcome::Allowed(OpenPermit { decision, header: self.header, operators }),
            Outcome::Denied(decision) => Outcome::Denied(decision),
        })
    }
}

impl OpenPermit {
    /// Lends the decision behind it.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Lends the document's label.
    pub fn label(&self) -> Option<&Label> {
        self.header.label()
    }

    /// Goes over to the plaintext of the document that the permit is for.
    ///
    /// # Errors
    /// `no_identity`, `header_mac`, `header_malformed`; `decision_mismatch` for another document.
    pub fn open(self, reader: &mut Reader, identities: &[&dyn Unwrap]) -> Result<Opener, Error> {
        self.check(reader)?;
        let decryptor = reader.decryptor(identities)?;
        Ok(Opener { decryptor, transformer: self.operators.map(Transformer::new) })
    }

    /// Goes over to reading the document that the permit is for by ranges. It has `document_size` bytes.
    ///
    /// # Errors
    /// As [`OpenPermit::open`]; `range_unavailable` for an armored document, or where the text must be transformed.
    pub fn open_ranges(
        &self,
        reader: &Reader,
        identities: &[&dyn Unwrap],
        document_size: u64,
    ) -> Result<RangeDecryptor, Error> {
        self.check(reader)?;
        if self.operators.is_some() {
            return Err(Error::RangeUnavailable { reason: "its text must be transformed from the beginning" });
        }
        reader.range_decryptor(identities, document_size)
    }

    fn check(&self, reader: &Reader) -> Result<(), Error> {
        // The bytes are all that a header says.
        if reader.header()?.as_bytes() == self.header.as_bytes() { Ok(()) } else { Err(Error::DecisionMismatch) }
    }
}

impl Opener {
    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// `payload_corrupt`, `armor_malformed`; `not_text` for a document that must be transformed and is not text.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let plaintext = self.decryptor.push(bytes)?;
        self.transform(plaintext)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`Opener::push`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let plaintext = self.decryptor.finish()?;
        let mut out = self.transform(plaintext)?;
        if let Some(transformer) = &mut self.transformer {
            out.append(&mut transformer.finish()?);
        }
        Ok(out)
    }

    fn transform(&mut self, plaintext: Vec<u8>) -> Result<Vec<u8>, Error> {
        match &mut self.transformer {
            None => Ok(plaintext),
            Some(transformer) => transformer.push(&plaintext),
        }
    }
}
