//! Sealing under a policy.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Flow;
use crate::error::Error;
use crate::gate::{self, Caller, Outcome, Proposal, SealPermit};
use crate::label::{LabelRecord, PolicyRef, PrivateRecord};
use crate::policy::Decision;
use crate::rng::Entropy;

use super::document::Recipient;
use super::into_text;
use super::record::Collection;
use super::sender::Signer;

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
    /// Makes the request of a caller for a document and a policy. Caller, label, private part and policy are JSON.
    ///
    /// # Errors
    /// As [`gate::SealRequest::new`]; `json_invalid`.
    #[expect(clippy::too_many_arguments, reason = "handles and texts cross, records of handles do not")]
    pub fn new(
        caller_json: &str,
        label_json: &str,
        private_json: Option<&str>,
        recipients: &[&Recipient],
        signer: Option<&Signer>,
        scan: &Scan,
        policy_json: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let proposal = Proposal {
            label: LabelRecord::from_bytes(label_json.as_bytes())?,
            private: private_json.map(|text| PrivateRecord::from_bytes(text.as_bytes())).transpose()?,
            recipients: recipients.iter().map(|recipient| recipient.0.clone()).collect(),
            signer: signer.map(|signer| signer.0.clone()),
        };
        let caller = Caller::from_bytes(caller_json.as_bytes())?;
        let policy = PolicyRef::from_bytes(policy_json.as_bytes())?;
        let request = gate::SealRequest::new(caller, proposal, scan.0.clone(), policy, entropy)?;
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

    /// Goes over to a collection, whose values come later: the request's scan must be [`Scan::unscanned`].
    ///
    /// # Errors
    /// As [`gate::Collection::create`]; `call_order` without an allowing decision.
    pub fn collection(&mut self, entropy: &mut dyn Entropy) -> Result<Collection, Error> {
        let permit = self.permit.take().ok_or(NOT_ALLOWED)?;
        gate::Collection::create(permit, entropy).map(Collection)
    }
}

impl Sealer {
    /// Returns the label that the document carries, as [`LabelRecord`](crate::label::LabelRecord).
    pub fn label(&self) -> String {
        self.label.clone()
    }

    /// Returns how many bytes [`Sealer::header`] will have: 0 where the header comes first.
    pub fn header_size(&self) -> u32 {
        u32::try_from(self.sealer.header_size()).unwrap_or(u32::MAX)
    }

    /// Returns what stands before the payload: before the first push, to store it apart, or once a signed document is
    /// finished.
    ///
    /// # Errors
    /// As [`gate::Sealer::header`].
    pub fn header(&mut self) -> Result<Vec<u8>, Error> {
        self.sealer.header()
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

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.sealer.output_size(input)
    }

    /// Returns how many bytes the document has whose plaintext is all there. None where only making it shows that.
    pub fn whole_size(&self, plaintext: &[u8]) -> Option<usize> {
        self.sealer.whole_size(plaintext)
    }

    /// Seals all of the plaintext and fills `out`, which has the size that [`Sealer::whole_size`] told, with the document.
    ///
    /// # Errors
    /// As [`gate::Sealer::whole_into`].
    pub fn whole_into(&mut self, plaintext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.sealer.whole_into(plaintext, out)
    }

    /// Seals all of the plaintext and returns the document.
    ///
    /// # Errors
    /// As [`gate::Sealer::whole`].
    pub fn whole(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.sealer.whole(plaintext)
    }

    /// Lends what the document goes through, for hosts that make room themselves.
    pub fn flow(&mut self) -> &mut dyn Flow {
        &mut self.sealer
    }
}

pub(super) const DECIDED: Error = Error::CallOrder { reason: "the request was decided" };
pub(super) const NOT_ALLOWED: Error = Error::CallOrder { reason: "no decision allows it" };

/// Keeps a permit, and returns the text of the decision either way.
pub(super) fn admitted<P>(
    outcome: Outcome<P>,
    decision: fn(&P) -> &Decision,
    kept: &mut Option<P>,
) -> Result<String, Error> {
    match outcome {
        Outcome::Denied(decision) => decision.to_bytes().map(into_text),
        Outcome::Allowed(permit) => {
            let text = decision(&permit).to_bytes().map(into_text)?;
            *kept = Some(permit);
            Ok(text)
        }
    }
}
