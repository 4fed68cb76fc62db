//! Giving document keys to whom a policy admits.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;
use crate::identity::Identity;
use crate::policy::Policy;
use crate::reader::borrowed;
use crate::sender::Senders;

/// Gives document keys to whom its policy admits.
#[wasm_bindgen]
pub struct Releaser(surface::Releaser);

/// Compares a payload that passes with the signed one.
#[wasm_bindgen]
pub struct Receiver(surface::Receiver);

/// Digests a part that passes, and makes its receipt.
#[wasm_bindgen]
pub struct PartReceiver(surface::PartReceiver);

#[wasm_bindgen]
impl Releaser {
    /// Puts an edge's keys under a policy; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(
        policy: &Policy,
        identities: Vec<Identity>,
        senders: &Senders,
        configuration_json: &str,
    ) -> Result<Self, Failure> {
        let identities = borrowed(&identities);
        Ok(Self(surface::Releaser::new(&policy.0, &identities, &senders.0, configuration_json)?))
    }

    /// Replaces an issuer's keys by a JWK set.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = setIssuerKeys)]
    pub fn set_issuer_keys(&mut self, issuer: &str, keys_json: &str) -> Result<(), Failure> {
        Ok(self.0.set_issuer_keys(issuer, keys_json)?)
    }

    /// Returns who calls, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn authenticate(
        &mut self,
        authorization: Option<String>,
        proof: Option<String>,
        method: &str,
        url: &str,
        now: &str,
    ) -> Result<String, Failure> {
        Ok(self.0.authenticate(authorization.as_deref(), proof.as_deref(), method, url, now)?)
    }

    /// Answers a request for keys, as JSON with `status` and `body`.
    ///
    /// # Errors
    /// As the core's.
    pub fn release(&self, caller_json: &str, body: &[u8], now: &str) -> Result<String, Failure> {
        Ok(self.0.release(caller_json, body, now, &mut SysRng)?)
    }

    /// Answers AuthZEN's `evaluation`.
    ///
    /// # Errors
    /// As the core's.
    pub fn evaluate(&self, caller_json: &str, body: &[u8], now: &str) -> Result<String, Failure> {
        Ok(self.0.evaluate(caller_json, body, now)?)
    }

    /// Answers AuthZEN's `evaluations`.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = evaluateAll)]
    pub fn evaluate_all(&self, caller_json: &str, body: &[u8], now: &str) -> Result<String, Failure> {
        Ok(self.0.evaluate_all(caller_json, body, now)?)
    }

    /// Decides whether a caller may store or fetch an object.
    ///
    /// # Errors
    /// As the core's.
    pub fn admit(
        &self,
        caller_json: &str,
        action: &str,
        id: &str,
        header: &[u8],
        size: Option<u64>,
        now: &str,
    ) -> Result<String, Failure> {
        Ok(self.0.admit(caller_json, action, id, header, size, now)?)
    }

    /// Begins to look at the payload behind a header.
    ///
    /// # Errors
    /// As the core's.
    pub fn receiver(&self, header: &[u8]) -> Result<Receiver, Failure> {
        Ok(Receiver(self.0.receiver(header)?))
    }

    /// Lets an upload in parts begin.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = beginUpload)]
    pub fn begin_upload(
        &self,
        caller_json: &str,
        id: &str,
        header: &[u8],
        size: u64,
        upload: &str,
        now: &str,
    ) -> Result<String, Failure> {
        Ok(self.0.begin_upload(caller_json, id, header, size, upload, now)?)
    }

    /// Returns which upload a ticket is for, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn upload(&self, caller_json: &str, id: &str, ticket: &str, now: &str) -> Result<String, Failure> {
        Ok(self.0.upload(caller_json, id, ticket, now)?)
    }

    /// Begins to look at a part.
    ///
    /// # Errors
    /// As the core's.
    pub fn part(
        &self,
        caller_json: &str,
        id: &str,
        ticket: &str,
        number: u32,
        length: u64,
        now: &str,
    ) -> Result<PartReceiver, Failure> {
        Ok(PartReceiver(self.0.part(caller_json, id, ticket, number, length, now)?))
    }

    /// Decides anew whether a caller may store an object, all of whose parts are there.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = completeUpload)]
    pub fn complete_upload(
        &self,
        caller_json: &str,
        id: &str,
        ticket: &str,
        body: &[u8],
        now: &str,
    ) -> Result<String, Failure> {
        Ok(self.0.complete_upload(caller_json, id, ticket, body, now)?)
    }
}

#[wasm_bindgen]
impl Receiver {
    /// Takes more of the payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Ends the payload and returns its BLAKE3 digest in hexadecimal.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&self) -> Result<String, Failure> {
        Ok(self.0.finish()?)
    }
}

#[wasm_bindgen]
impl PartReceiver {
    /// Takes more of the part.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Ends the part.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&self) -> Result<(), Failure> {
        Ok(self.0.finish()?)
    }

    /// Returns the receipt of a part that ended.
    ///
    /// # Errors
    /// As the core's.
    pub fn receipt(&self, etag: &str) -> Result<String, Failure> {
        Ok(self.0.receipt(etag)?)
    }
}
