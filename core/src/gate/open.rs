//! Opening: request, permit, bytes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::caller::Caller;
use super::collection::Collection;
use super::range::RangeOpener;
use super::senders::{PayloadWatch, Senders, Verified};
use super::{Outcome, obligations};
use crate::document::{Decryptor, FileKey, Flow, Header, Part, Reader, Unwrap, WRONG_SIZE, Watch};
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::policy::{Decision, Obligation};
use crate::privacy::{Operators, Transformer};
use crate::release::Released;

/// Asks whether a document may be opened.
#[derive(Debug)]
pub struct OpenRequest {
    caller: Caller,
    header: Header,
    sender: Option<Verified>,
    request: Vec<u8>,
}

/// Allows opening one document. Only an allowing decision whose obligations can be carried out makes it.
#[derive(Debug)]
pub struct OpenPermit {
    decision: Decision,
    header: Header,
    sender: Option<Verified>,
    operators: Option<Operators>,
    released: Option<Released>,
}

/// Opens a document that comes in pieces.
///
/// # Security
/// As with [`Decryptor`], only [`Opener::finish`] shows that nothing is missing at the end, and that the payload is the
/// one that its sender signed.
pub struct Opener {
    decryptor: Decryptor,
    private: Option<PrivateRecord>,
    transformer: Option<Transformer>,
}

impl OpenRequest {
    /// Makes the request from what the caller says, what the document's label says and who signed it.
    ///
    /// # Errors
    /// `label_count` for a document without a label; `sender_missing`, `sender_untrusted` or `sender_signature` for one
    /// whose sender is not believed; `time_invalid`; `call_order` before the header is complete.
    pub fn new(caller: Caller, reader: &Reader, senders: &Senders) -> Result<Self, Error> {
        let header = reader.header()?.clone();
        let label = header.label().ok_or(Error::LabelCount { found: 0 })?;
        let sender = senders.verify(&header)?;
        caller.time()?;
        let request = caller.request_for("open", label.record(), sender.as_ref())?;
        Ok(Self { caller, header, sender, request })
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
            Obligation::RequireSignature {} => self.sender.is_some(),
            Obligation::RequireRecipients { .. }
            | Obligation::RestrictLabel { .. }
            | Obligation::Watermark {}
            | Obligation::Notify { .. }
            | Obligation::Filter { .. } => false,
        });
        Ok(match outcome {
            Outcome::Allowed(decision) => Outcome::Allowed(OpenPermit {
                decision,
                header: self.header,
                sender: self.sender,
                operators,
                released: None,
            }),
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

    /// Has the document opened by the key that an edge released, no identity being needed then. What the edge obliges to do to
    /// the text is done besides what this permit does.
    ///
    /// # Errors
    /// `release_invalid` for the key of another document, or where the two contradict each other.
    pub fn by_release(mut self, released: &Released) -> Result<Self, Error> {
        released.file_key(&self.header)?;
        if let Some(more) = released.operators()
            && !obligations::add_operators(&mut self.operators, more)
        {
            return Err(Error::ReleaseInvalid { reason: "its obligations contradict those of the policy here" });
        }
        self.released = Some(released.clone());
        Ok(self)
    }

    /// Goes over to the plaintext of the document that the permit is for.
    ///
    /// # Errors
    /// `no_identity`, `header_mac`, `header_malformed`, `private_malformed`; `sender_signature` for a payload under
    /// another file key than the signed one; `decision_mismatch` for another document.
    pub fn open(self, reader: &mut Reader, identities: &[&dyn Unwrap]) -> Result<Opener, Error> {
        let (file_key, private) = self.unwrap(reader, identities)?;
        let watch = self.watch().map(|watch| Box::new(watch) as Box<dyn Watch>);
        let decryptor = reader.decryptor_under(&file_key, watch)?;
        Ok(Opener { decryptor, private, transformer: self.operators.map(Transformer::new) })
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
    ) -> Result<RangeOpener, Error> {
        if self.operators.is_some() {
            return Err(Error::RangeUnavailable { reason: "its text must be transformed from the beginning" });
        }
        let (file_key, private) = self.unwrap(reader, identities)?;
        let ranges = reader.range_decryptor_under(&file_key, document_size)?;
        let payload = u64::try_from(self.header.as_bytes().len()).unwrap_or(u64::MAX);
        let sender = self.sender.as_ref().map(|verified| verified.sender.clone());
        Ok(RangeOpener::new(ranges, (payload, document_size), sender, private))
    }

    /// Goes over to the records of the collection that the permit is for, whose document the reader has taken whole.
    ///
    /// # Errors
    /// As [`OpenPermit::open`] and [`record::Collection::read`](crate::record::Collection::read).
    pub fn open_collection(self, reader: &mut Reader, identities: &[&dyn Unwrap]) -> Result<Collection, Error> {
        let (file_key, private) = self.unwrap(reader, identities)?;
        let watch = self.watch().map(|watch| Box::new(watch) as Box<dyn Watch>);
        Collection::read(reader, &file_key, watch, private, self.operators)
    }

    /// Unwraps the file key of the document that the permit is for.
    fn unwrap(&self, reader: &Reader, identities: &[&dyn Unwrap]) -> Result<(FileKey, Option<PrivateRecord>), Error> {
        // The bytes are all that a header says.
        if reader.header()?.as_bytes() != self.header.as_bytes() {
            return Err(Error::DecisionMismatch);
        }
        let file_key = match &self.released {
            Some(released) => released.file_key(&self.header)?,
            None => reader.file_key(identities)?,
        };
        if let Some(verified) = &self.sender {
            verified.sender.check_key(&file_key)?;
        }
        let private = self.header.private(&file_key)?;
        Ok((file_key, private))
    }

    fn watch(&self) -> Option<PayloadWatch> {
        self.sender.as_ref().map(|verified| PayloadWatch::new(verified.sender.clone()))
    }
}

impl Opener {
    /// Lends the private part of the label, if there is one.
    pub fn private(&self) -> Option<&PrivateRecord> {
        self.private.as_ref()
    }

    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// `payload_corrupt`, `armor_malformed`, `sender_signature`; `not_text` for a document that must be transformed and is not text.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.take(Part::More(bytes))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`Opener::push`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.take(Part::Last(&[]))
    }

    /// Returns how many bytes come out for as many of the document, before any was pushed, where nothing else tells.
    pub fn output_size(&self, document: u64) -> Option<u64> {
        self.decryptor.output_size(document).filter(|_| self.transformer.is_none())
    }
}

impl Flow for Opener {
    fn set_threads(&mut self, threads: usize) {
        self.decryptor.set_threads(threads);
    }

    fn ready(&self, part: Part<'_>) -> Option<usize> {
        if self.transformer.is_some() { None } else { self.decryptor.ready(part) }
    }

    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        // What must be transformed tells no size: there is no way around that here.
        if self.ready(part) != Some(out.len()) {
            return Err(WRONG_SIZE);
        }
        self.decryptor.take_into(part, out)
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        let plaintext = self.decryptor.take(part)?;
        let Some(transformer) = &mut self.transformer else { return Ok(plaintext) };
        let mut text = transformer.push(&plaintext)?;
        if part.is_last() {
            text.append(&mut transformer.finish()?);
        }
        Ok(text)
    }
}
