//! Opening under a policy.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Flow;
use crate::error::Error;
use crate::gate::{self, Caller, OpenPermit};
use crate::label::PrivateRecord;
use crate::policy::Decision;

use super::document::{Identity, Reader, unwraps};
use super::into_text;
use super::record::Collection;
use super::release::ReleaseRequest;
use super::seal::{DECIDED, NOT_ALLOWED, admitted};
use super::sender::Senders;

/// Asks whether a document may be opened.
pub struct OpenRequest {
    request: Option<gate::OpenRequest>,
    text: String,
    permit: Option<OpenPermit>,
}

/// Gives out what a decision leaves of a document.
pub struct Opener(gate::Opener);

/// Gives out ranges of what a decision allows.
pub struct RangeOpener(gate::RangeOpener);

impl OpenRequest {
    /// Makes the request of a caller, given as JSON, for the document of a reader, if its sender is believed.
    ///
    /// # Errors
    /// As [`gate::OpenRequest::new`]; `json_invalid`.
    pub fn new(caller_json: &str, reader: &Reader, senders: &Senders) -> Result<Self, Error> {
        let request = gate::OpenRequest::new(Caller::from_bytes(caller_json.as_bytes())?, &reader.0, &senders.0)?;
        let text = into_text(request.request().to_vec());
        Ok(Self { request: Some(request), text, permit: None })
    }

    /// Returns the canonical AuthZEN request.
    pub fn request(&self) -> String {
        self.text.clone()
    }

    /// Takes the decision of the policy with that digest on the request, and returns it as the gate leaves it: a refusal if
    /// an obligation cannot be carried out.
    ///
    /// # Errors
    /// As [`gate::OpenRequest::permit`]; `decision_invalid`; `call_order` the second time.
    pub fn admit(&mut self, decision_json: &str, policy_digest: &str) -> Result<String, Error> {
        let request = self.request.take().ok_or(DECIDED)?;
        let decision = Decision::danger_from_evaluator(decision_json.as_bytes(), policy_digest, request.request())?;
        admitted(request.permit(decision, policy_digest)?, OpenPermit::decision, &mut self.permit)
    }

    /// Has the document opened by the key that an edge released for the header at that place of a request, no identity being
    /// needed then. What the edge obliges to do to the text is done too.
    ///
    /// # Errors
    /// As [`OpenPermit::by_release`]; `call_order` without an allowing decision.
    pub fn by_release(&mut self, request: &ReleaseRequest, index: usize) -> Result<(), Error> {
        let released = request.released(index)?;
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        self.permit = Some(permit.by_release(released)?);
        Ok(())
    }

    /// Goes over to the plaintext that the decision allows.
    ///
    /// # Errors
    /// As [`OpenPermit::open`]; `call_order` without an allowing decision.
    pub fn opener(&mut self, reader: &mut Reader, identities: &[&Identity]) -> Result<Opener, Error> {
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        permit.open(&mut reader.0, &unwraps(identities)).map(Opener)
    }

    /// Goes over to the records that the decision allows. The reader has taken the whole document.
    ///
    /// # Errors
    /// As [`OpenPermit::open_collection`]; `call_order` without an allowing decision.
    pub fn collection(&mut self, reader: &mut Reader, identities: &[&Identity]) -> Result<Collection, Error> {
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        permit.open_collection(&mut reader.0, &unwraps(identities)).map(Collection)
    }

    /// Goes over to reading by ranges what the decision allows. The document has `document_size` bytes.
    ///
    /// # Errors
    /// As [`OpenPermit::open_ranges`]; `call_order` without an allowing decision.
    pub fn range_opener(
        &self,
        reader: &Reader,
        identities: &[&Identity],
        document_size: u64,
    ) -> Result<RangeOpener, Error> {
        let permit = self.permit.as_ref().ok_or(NOT_ALLOWED)?;
        permit.open_ranges(&reader.0, &unwraps(identities), document_size).map(RangeOpener)
    }
}

impl Opener {
    /// Returns the label's private part, as [`PrivateRecord`], if there is one.
    ///
    /// # Errors
    /// Never in practice: it was as small when it was sealed.
    pub fn private(&self) -> Result<Option<String>, Error> {
        private_text(self.0.private())
    }

    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// As [`gate::Opener::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.push(bytes)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`gate::Opener::finish`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.0.finish()
    }

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }

    /// Lends what the document goes through, for hosts that make room themselves.
    pub fn flow(&mut self) -> &mut dyn Flow {
        &mut self.0
    }
}

impl RangeOpener {
    /// Returns the label's private part, as [`PrivateRecord`], if there is one.
    ///
    /// # Errors
    /// Never in practice: it was as small when it was sealed.
    pub fn private(&self) -> Result<Option<String>, Error> {
        private_text(self.0.private())
    }

    /// Returns which part of the document must be verified before any range is given out: first byte, one past the last.
    pub fn unverified(&self) -> Option<(u64, u64)> {
        self.0.unverified()
    }

    /// Takes more of that part, in its order.
    pub fn verify(&mut self, bytes: &[u8]) {
        self.0.verify(bytes);
    }

    /// Ends that part.
    ///
    /// # Errors
    /// `sender_signature`.
    pub fn verified(&mut self) -> Result<(), Error> {
        self.0.verified()
    }

    /// Has each range verified by itself, by the document's outboard: see [`OutboardWriter`](super::OutboardWriter).
    ///
    /// # Errors
    /// `sender_signature`.
    pub fn verify_by(&mut self, outboard: &[u8]) -> Result<(), Error> {
        self.0.verify_by(outboard)
    }

    /// Returns the size of the plaintext, in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Returns where the last chunk stands: first byte, one past the last.
    pub fn last_chunk_range(&self) -> (u64, u64) {
        self.0.last_chunk_range()
    }

    /// Authenticates the last chunk, and with it the size.
    ///
    /// # Errors
    /// `payload_corrupt`.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Error> {
        self.0.authenticate(last_chunk)
    }

    /// Returns which part of the document holds the plaintext `start..end`: first byte, one past the last.
    ///
    /// # Errors
    /// `range_invalid`.
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<(u64, u64), Error> {
        self.0.ciphertext_range(start, end)
    }

    /// Decrypts the plaintext `start..end` from that part of the document.
    ///
    /// # Errors
    /// As [`gate::RangeOpener::decrypt`].
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.decrypt(start, end, ciphertext)
    }

    /// Returns how many bytes the plaintext `start..end` has.
    ///
    /// # Errors
    /// As [`gate::RangeOpener::range_size`].
    pub fn range_size(&self, start: u64, end: u64) -> Result<usize, Error> {
        self.0.range_size(start, end)
    }

    /// Decrypts as [`RangeOpener::decrypt`] does, into `out`, which has the range's size.
    ///
    /// # Errors
    /// As [`gate::RangeOpener::decrypt_into`].
    pub fn decrypt_into(&self, start: u64, end: u64, ciphertext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.0.decrypt_into(start, end, ciphertext, out)
    }

    /// Allows that many threads, the caller's among them, to work at once on one range.
    pub fn set_threads(&mut self, threads: usize) {
        self.0.set_threads(threads);
    }
}

pub(super) fn private_text(private: Option<&PrivateRecord>) -> Result<Option<String>, Error> {
    private.map(|record| record.to_bytes().map(into_text)).transpose()
}
