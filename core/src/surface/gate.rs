//! Sealing and opening under a policy.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::gate::{self, Caller, OpenPermit, Outcome, SealPermit};
use crate::label::{LabelRecord, PolicyRef};
use crate::policy::Decision;
use crate::rng::Entropy;

use super::document::{Identity, RangeDecryptor, Reader, Recipient, unwraps};
use super::into_text;

/// Looks through a source before it is sealed.
#[derive(Default)]
pub struct Scanner(gate::Scanner);

/// Holds what a scan found.
#[derive(Clone)]
pub struct Scan(gate::Scan);

/// Asks whether a document may be sealed.
pub struct SealRequest {
    request: Option<gate::SealRequest>,
    text: String,
    permit: Option<SealPermit>,
}

/// Seals a document.
pub struct Sealer {
    sealer: gate::Sealer,
    label: String,
}

/// Asks whether a document may be opened.
pub struct OpenRequest {
    request: Option<gate::OpenRequest>,
    text: String,
    permit: Option<OpenPermit>,
}

/// Gives out what a decision leaves of a document.
pub struct Opener(gate::Opener);

impl Scanner {
    /// Begins a source.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the source.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Ends the source.
    pub fn finish(&mut self) -> Scan {
        Scan(core::mem::take(&mut self.0).finish())
    }
}

impl Scan {
    /// Stands for a source that cannot be read twice.
    pub fn unscanned() -> Self {
        Self(gate::Scan::unscanned())
    }

    /// Returns the findings, as [`Findings`](crate::privacy::Findings).
    ///
    /// # Errors
    /// Never in practice: findings are JSON.
    pub fn findings(&self) -> Result<String, Error> {
        Ok(into_text(self.0.findings().to_bytes()))
    }
}

impl SealRequest {
    /// Makes the request of a caller for a label and a policy, all given as JSON.
    ///
    /// # Errors
    /// As [`gate::SealRequest::new`]; `json_invalid`.
    pub fn new(
        caller_json: &str,
        label_json: &str,
        recipients: &[&Recipient],
        scan: &Scan,
        policy_json: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let request = gate::SealRequest::new(
            Caller::from_bytes(caller_json.as_bytes())?,
            LabelRecord::from_bytes(label_json.as_bytes())?,
            recipients.iter().map(|recipient| recipient.0.clone()).collect(),
            scan.0.clone(),
            PolicyRef::from_bytes(policy_json.as_bytes())?,
            entropy,
        )?;
        let text = into_text(request.request().to_vec());
        Ok(Self { request: Some(request), text, permit: None })
    }

    /// Returns the canonical AuthZEN request.
    pub fn request(&self) -> String {
        self.text.clone()
    }

    /// Takes the decision on the request and returns it as the gate leaves it: a refusal if an obligation cannot be
    /// carried out.
    ///
    /// # Errors
    /// As [`gate::SealRequest::permit`]; `decision_invalid`; `call_order` the second time.
    pub fn admit(&mut self, decision_json: &str) -> Result<String, Error> {
        let request = self.request.take().ok_or(DECIDED)?;
        let digest = request.policy().digest.clone();
        let decision = Decision::danger_from_evaluator(decision_json.as_bytes(), &digest, request.request())?;
        admitted(request.permit(decision)?, SealPermit::decision, &mut self.permit)
    }

    /// Goes over to sealing.
    ///
    /// # Errors
    /// As [`gate::Sealer::new`]; `call_order` without an allowing decision.
    pub fn sealer(&mut self, armor: bool, entropy: &mut dyn Entropy) -> Result<Sealer, Error> {
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        let label = into_text(permit.label().as_bytes().to_vec());
        Ok(Sealer { sealer: gate::Sealer::new(permit, armor, entropy)?, label })
    }
}

impl Sealer {
    /// Returns the label that the document carries, as [`LabelRecord`](crate::label::LabelRecord).
    pub fn label(&self) -> String {
        self.label.clone()
    }

    /// Takes more plaintext and returns what of the document is ready.
    ///
    /// # Errors
    /// As [`gate::Sealer::push`].
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.sealer.push(plaintext)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`gate::Sealer::finish`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.sealer.finish()
    }
}

impl OpenRequest {
    /// Makes the request of a caller, given as JSON, for the document of a reader.
    ///
    /// # Errors
    /// As [`gate::OpenRequest::new`]; `json_invalid`.
    pub fn new(caller_json: &str, reader: &Reader) -> Result<Self, Error> {
        let request = gate::OpenRequest::new(Caller::from_bytes(caller_json.as_bytes())?, &reader.0)?;
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

    /// Goes over to the plaintext that the decision allows.
    ///
    /// # Errors
    /// As [`OpenPermit::open`]; `call_order` without an allowing decision.
    pub fn opener(&mut self, reader: &mut Reader, identities: &[&Identity]) -> Result<Opener, Error> {
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        permit.open(&mut reader.0, &unwraps(identities)).map(Opener)
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
    ) -> Result<RangeDecryptor, Error> {
        let permit = self.permit.as_ref().ok_or(NOT_ALLOWED)?;
        permit.open_ranges(&reader.0, &unwraps(identities), document_size).map(RangeDecryptor)
    }
}

impl Opener {
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
}

const DECIDED: Error = Error::CallOrder { reason: "the request was decided" };
const NOT_ALLOWED: Error = Error::CallOrder { reason: "no decision allows it" };

/// Keeps a permit, and returns the text of the decision either way.
fn admitted<P>(outcome: Outcome<P>, decision: fn(&P) -> &Decision, kept: &mut Option<P>) -> Result<String, Error> {
    match outcome {
        Outcome::Denied(decision) => decision.to_bytes().map(into_text),
        Outcome::Allowed(permit) => {
            let text = decision(&permit).to_bytes().map(into_text)?;
            *kept = Some(permit);
            Ok(text)
        }
    }
}
