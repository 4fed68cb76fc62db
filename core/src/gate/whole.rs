//! The gate in one call, where the policy engine is at hand.

use alloc::vec::Vec;

use super::Outcome;
use super::caller::Caller;
use super::open::OpenRequest;
use super::scan::Scanner;
use super::seal::{Proposal, SealRequest, Sealer};
use super::senders::Senders;
use crate::document::{Flow, Part, Reader, Unwrap};
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::policy::{Decision, Policy};
use crate::rng::Entropy;

/// Seals and opens whole documents under one policy.
#[derive(Debug, Clone)]
pub struct Gate {
    policy: Policy,
}

/// Holds a sealed document.
#[derive(Debug)]
pub struct Sealed {
    /// The document: an age v1 file.
    pub document: Vec<u8>,
    /// The label that it carries.
    pub label: Label,
    /// The decision that allowed it.
    pub decision: Decision,
}

/// Holds an opened document.
#[derive(Debug)]
pub struct Opened {
    /// The plaintext, transformed where the policy asks for it.
    pub plaintext: Vec<u8>,
    /// The label that the document carries.
    pub label: Label,
    /// The label's private part, if there is one.
    pub private: Option<PrivateRecord>,
    /// The decision that allowed it.
    pub decision: Decision,
}

impl Gate {
    /// Puts a gate under a policy.
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// Lends the policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Scans, decides, transforms and encrypts.
    ///
    /// # Errors
    /// As [`SealRequest::new`], [`Policy::decide`] and [`SealRequest::permit`]. Nothing is sealed then.
    pub fn seal(
        &self,
        caller: Caller,
        proposal: Proposal,
        plaintext: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Outcome<Sealed>, Error> {
        let mut scanner = Scanner::new();
        scanner.push(plaintext);
        let policy = self.policy.reference().clone();
        let request = SealRequest::new(caller, proposal, scanner.finish(), policy, entropy)?;
        let decision = self.policy.decide(request.request())?;
        let permit = match request.permit(decision)? {
            Outcome::Allowed(permit) => permit,
            Outcome::Denied(decision) => return Ok(Outcome::Denied(decision)),
        };
        let (label, decision) = (permit.label().clone(), permit.decision().clone());
        let document = Sealer::new(permit, false, entropy)?.whole(plaintext)?;
        Ok(Outcome::Allowed(Sealed { document, label, decision }))
    }

    /// Decides, unwraps, decrypts and transforms.
    ///
    /// # Errors
    /// As [`Reader::push`], [`OpenRequest::new`], [`Policy::decide`] and [`Opener::finish`](super::Opener::finish).
    /// Nothing of the plaintext comes out then.
    pub fn open(
        &self,
        caller: Caller,
        document: &[u8],
        identities: &[&dyn Unwrap],
        senders: &Senders,
    ) -> Result<Outcome<Opened>, Error> {
        let (mut reader, rest) = Reader::split(document)?;
        let request = OpenRequest::new(caller, &reader, senders)?;
        let decision = self.policy.decide(request.request())?;
        let permit = match request.permit(decision, &self.policy.reference().digest)? {
            Outcome::Allowed(permit) => permit,
            Outcome::Denied(decision) => return Ok(Outcome::Denied(decision)),
        };
        let decision = permit.decision().clone();
        let label = permit.label().cloned().ok_or(Error::LabelCount { found: 0 })?;
        let mut opener = permit.open(&mut reader, identities)?;
        let private = opener.private().cloned();
        let plaintext = opener.take(Part::Last(rest))?;
        Ok(Outcome::Allowed(Opened { plaintext, label, private, decision }))
    }
}
