//! Sealing: request, permit, bytes.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::Value;

use super::caller::Caller;
use super::scan::Scan;
use super::{Outcome, obligations, senders};
use crate::document::{
    self, Encryptor, Flow, Part, PayloadDigest, PayloadHasher, Recipient, SignedEncryptor, Signer, WRONG_SIZE, Wrap,
};
use crate::encoding::hex;
use crate::error::Error;
use crate::label::{Label, LabelRecord, PolicyRef, PrivateRecord};
use crate::policy::{Decision, Obligation};
use crate::privacy::{Operators, Transformer};
use crate::rng::{self, Entropy};

/// Says what is to be sealed.
#[derive(Debug)]
pub struct Proposal {
    /// What policies and storage will know of it.
    pub label: LabelRecord,
    /// What only those who open it will know of it.
    pub private: Option<PrivateRecord>,
    /// Who will be able to open it.
    pub recipients: Vec<Recipient>,
    /// Who signs it.
    pub signer: Option<Arc<Signer>>,
}

/// Asks whether a document may be sealed.
#[derive(Debug)]
pub struct SealRequest {
    caller: Caller,
    proposal: Proposal,
    scan: Scan,
    policy: PolicyRef,
    request: Vec<u8>,
}

/// Allows one sealing. Only an allowing decision whose obligations can be carried out makes it.
#[derive(Debug)]
pub struct SealPermit {
    decision: Decision,
    pub(super) label: Label,
    pub(super) private: Option<PrivateRecord>,
    pub(super) recipients: Vec<Recipient>,
    pub(super) signer: Option<Arc<Signer>>,
    operators: Option<Operators>,
    pub(super) digest: Option<PayloadDigest>,
}

/// Seals a document whose plaintext comes in pieces.
///
/// A signed document's header is known last, though it stands first: what comes out is then the payload, and
/// [`Sealer::header`] has the header.
pub struct Sealer {
    writer: Writer,
    transformer: Option<Transformer>,
    seen: PayloadHasher,
    expected: Option<PayloadDigest>,
}

impl Proposal {
    /// Proposes a document with nothing private in its label, and unsigned.
    pub fn new(label: LabelRecord, recipients: Vec<Recipient>) -> Self {
        Self { label, private: None, recipients, signer: None }
    }
}

enum Writer {
    Unsigned(Encryptor),
    Signed { encryptor: SignedEncryptor, signer: Arc<Signer>, armored: Option<Vec<u8>> },
}

impl SealRequest {
    /// Makes the request from what the caller says, what the label will say and what a scan found.
    ///
    /// The gate sets `document_id` (random) and `created_at` (`context.time`) where the label has none.
    ///
    /// # Errors
    /// `label_field_reserved`, `label_malformed`, `label_too_large`, `time_invalid`, `no_recipients`,
    /// `entropy_unavailable`.
    pub fn new(
        caller: Caller,
        proposal: Proposal,
        scan: Scan,
        policy: PolicyRef,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        if proposal.recipients.is_empty() {
            return Err(Error::NoRecipients);
        }
        let label = complete(proposal.label, &caller, entropy)?;
        let proposal = Proposal { label, ..proposal };
        let mut properties = proposal.label.to_members();
        properties.insert("findings".to_owned(), scan.findings.to_value());
        let sender = proposal.signer.as_ref().map(|signer| signer.verifier());
        properties.insert("sender".to_owned(), senders::fact(sender));
        let texts = proposal.recipients.iter().map(|recipient| Value::String(recipient.to_string()));
        properties.insert("recipients".to_owned(), texts.collect());
        let request = caller.request("seal", &proposal.label.document_id, properties)?;
        Ok(Self { caller, proposal, scan, policy, request })
    }

    /// Lends the canonical AuthZEN request.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Names the policy that must decide.
    pub fn policy(&self) -> &PolicyRef {
        &self.policy
    }

    /// Turns an allowing decision into a permit, once every obligation is met.
    ///
    /// # Errors
    /// `decision_mismatch` for the decision of another request or policy; `label_malformed` or `label_too_large` when the
    /// label no longer fits.
    pub fn permit(self, decision: Decision) -> Result<Outcome<SealPermit>, Error> {
        decision.check(&self.policy.digest, &self.request)?;
        let now = self.caller.time()?;
        let Proposal { mut label, private, recipients, signer } = self.proposal;
        let mut operators: Option<Operators> = None;
        let outcome = obligations::carry_out(decision, &mut |obligation| match obligation {
            Obligation::Transform { operators: more } => {
                self.scan.findings.scanned && obligations::add_operators(&mut operators, more)
            }
            Obligation::RequireRecipients { recipients: required } => {
                obligations::has_recipients(&recipients, required)
            }
            Obligation::RequireSignature {} => signer.is_some(),
            Obligation::RestrictLabel { purposes, retain_until } => {
                obligations::restrict_label(&mut label, purposes.as_ref(), retain_until.as_ref());
                true
            }
            Obligation::Expire { at } => obligations::holds_until(now.as_ref(), at),
            Obligation::Watermark {} | Obligation::Notify { .. } | Obligation::Filter { .. } => false,
        });
        let decision = match outcome {
            Outcome::Allowed(decision) => decision,
            Outcome::Denied(decision) => return Ok(Outcome::Denied(decision)),
        };
        label.transforms = operators.as_ref().map(|operators| obligations::transformed(&self.scan.findings, operators));
        label.policy = Some(self.policy);
        let label = Label::from_record(label)?;
        let digest = self.scan.digest;
        Ok(Outcome::Allowed(SealPermit { decision, label, private, recipients, signer, operators, digest }))
    }
}

impl SealPermit {
    /// Lends the decision behind it.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Lends the label that the document will carry.
    pub fn label(&self) -> &Label {
        &self.label
    }
}

impl Sealer {
    /// Begins a document under a permit.
    ///
    /// # Errors
    /// `too_many_recipients`, `recipients_mixed`, `header_too_large`, `entropy_unavailable`.
    pub fn new(permit: SealPermit, armor: bool, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        let recipients: Vec<&dyn Wrap> = permit.recipients.iter().map(|recipient| recipient as &dyn Wrap).collect();
        let (label, private) = (Some(&permit.label), permit.private.as_ref());
        let writer = match permit.signer {
            None => Writer::Unsigned(Encryptor::new(&recipients, label, private, armor, entropy)?),
            Some(signer) => Writer::Signed {
                encryptor: SignedEncryptor::new(&recipients, label, private, &signer, entropy)?,
                signer,
                armored: armor.then(Vec::new),
            },
        };
        Ok(Self {
            writer,
            transformer: permit.operators.map(Transformer::new),
            seen: PayloadHasher::default(),
            expected: permit.digest,
        })
    }

    /// Returns how many bytes [`Sealer::header`] will have, so that a sink that seeks can leave room for them.
    pub fn header_size(&self) -> usize {
        match &self.writer {
            Writer::Signed { encryptor, armored: None, .. } => encryptor.header_size(),
            Writer::Signed { .. } | Writer::Unsigned(_) => 0,
        }
    }

    /// Returns what stands before the payload. A signed document's header is known when it is finished; any other's may be
    /// taken out before the first push, and is part of what comes out otherwise. Armored, a document comes out whole.
    ///
    /// # Errors
    /// `call_order` for a signed document before [`Sealer::finish`].
    pub fn header(&mut self) -> Result<Vec<u8>, Error> {
        match &mut self.writer {
            Writer::Unsigned(encryptor) => Ok(encryptor.take_header()),
            Writer::Signed { encryptor, signer, armored: None } => encryptor.header(signer),
            Writer::Signed { .. } => Ok(Vec::new()),
        }
    }

    /// Takes more plaintext and returns what of the document is ready.
    ///
    /// # Errors
    /// `not_text` for a source that was to be transformed and turns out not to be text; `call_order` after
    /// [`Sealer::finish`].
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.take(Part::More(plaintext))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `source_changed` when the plaintext is not the one that was scanned; what was returned before is then a document
    /// cut short, which nobody can open whole.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.take(Part::Last(&[]))
    }

    /// Returns how many bytes come out for as many of plaintext, before any was pushed, where nothing else tells.
    pub fn output_size(&self, plaintext: u64) -> Option<u64> {
        match (&self.transformer, &self.writer) {
            (None, Writer::Unsigned(encryptor)) => encryptor.output_size(plaintext),
            _ => None,
        }
    }

    /// Returns how many bytes the document has whose plaintext is all there. None where only making it shows that.
    pub fn whole_size(&self, plaintext: &[u8]) -> Option<usize> {
        self.ready(Part::Last(plaintext)).map(|size| size.saturating_add(self.header_size()))
    }

    /// Seals all of the plaintext and fills `out`, which has the size that [`Sealer::whole_size`] told, with the document.
    ///
    /// # Errors
    /// As [`Sealer::finish`]; `call_order` for another size.
    pub fn whole_into(&mut self, plaintext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let (header, rest) = out.split_at_mut_checked(self.header_size()).ok_or(WRONG_SIZE)?;
        self.take_into(Part::Last(plaintext), rest)?;
        if !header.is_empty() {
            let signed = self.header()?;
            header.get_mut(..signed.len()).ok_or(WRONG_SIZE)?.copy_from_slice(&signed);
        }
        Ok(())
    }

    /// Seals all of the plaintext and returns the document.
    ///
    /// # Errors
    /// As [`Sealer::finish`].
    pub fn whole(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let Some(size) = self.whole_size(plaintext) else { return self.whole_of_unknown_size(plaintext) };
        let mut document = vec![0; size];
        self.whole_into(plaintext, &mut document)?;
        Ok(document)
    }

    fn whole_of_unknown_size(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let mut rest = self.take(Part::Last(plaintext))?;
        let mut document = self.header()?;
        document.append(&mut rest);
        Ok(document)
    }

    /// Holds the plaintext to what was scanned.
    fn compare(&mut self, part: Part<'_>) -> Result<(), Error> {
        let Some(expected) = &self.expected else { return Ok(()) };
        self.seen.push(part.bytes());
        if part.is_last() && self.seen.finish() != *expected { Err(Error::SourceChanged) } else { Ok(()) }
    }
}

impl Flow for Sealer {
    fn set_threads(&mut self, threads: usize) {
        self.writer.encryptor().set_threads(threads);
    }

    fn ready(&self, part: Part<'_>) -> Option<usize> {
        match &self.writer {
            _ if self.transformer.is_some() => None,
            Writer::Unsigned(encryptor) => encryptor.ready(part),
            Writer::Signed { encryptor, armored: None, .. } => encryptor.ready(part),
            Writer::Signed { .. } => None,
        }
    }

    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        // What must be transformed or armored tells no size: there is no way around that here.
        if self.ready(part) != Some(out.len()) {
            return Err(WRONG_SIZE);
        }
        self.compare(part)?;
        self.writer.encryptor().take_into(part, out)
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        self.compare(part)?;
        let Some(transformer) = &mut self.transformer else { return self.writer.take(part) };
        let mut text = transformer.push(part.bytes())?;
        match part {
            Part::More(_) => self.writer.take(Part::More(&text)),
            Part::Last(_) => {
                text.append(&mut transformer.finish()?);
                self.writer.take(Part::Last(&text))
            }
        }
    }
}

impl Writer {
    fn encryptor(&mut self) -> &mut dyn Flow {
        match self {
            Self::Unsigned(encryptor) => encryptor,
            Self::Signed { encryptor, .. } => encryptor,
        }
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        match self {
            Self::Unsigned(encryptor) => encryptor.take(part),
            Self::Signed { encryptor, armored: None, .. } => encryptor.take(part),
            Self::Signed { encryptor, signer, armored: Some(held) } => {
                held.append(&mut encryptor.take(part)?);
                match part {
                    Part::More(_) => Ok(Vec::new()),
                    Part::Last(_) => Ok(document::armored(&[&encryptor.header(signer)?, held])),
                }
            }
        }
    }
}

fn complete(mut label: LabelRecord, caller: &Caller, entropy: &mut dyn Entropy) -> Result<LabelRecord, Error> {
    if label.policy.is_some() {
        return Err(Error::LabelFieldReserved { field: "policy" });
    }
    if label.transforms.is_some() {
        return Err(Error::LabelFieldReserved { field: "transforms" });
    }
    if label.document_id.is_empty() {
        label.document_id = hex::encode(&rng::random::<16>(entropy)?);
    }
    let now = caller.time()?;
    label.created_at = label.created_at.or(now);
    Ok(Label::from_record(label)?.record().clone())
}
