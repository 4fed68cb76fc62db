//! `ReleaseRequest`, `Prover`, `Releaser`: asking for keys, and giving them.

use getrandom::SysRng;
use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::{Handle, call};
use crate::identity::{self, Identity};
use crate::input::Input;
use crate::policy::Policy;
use crate::signer::Senders;

/// Asks for the keys of documents.
#[pyclass(frozen)]
pub(crate) struct ReleaseRequest(pub(crate) Handle<surface::ReleaseRequest>);

#[pymethods]
impl ReleaseRequest {
    #[new]
    fn new(py: Python<'_>, headers: Vec<Input>) -> PyResult<Self> {
        let headers: Vec<&[u8]> = headers.iter().map(AsRef::as_ref).collect();
        call(py, || surface::ReleaseRequest::new(&headers, &mut SysRng)).map(Handle::new).map(Self)
    }

    #[pyo3(signature = (purpose=None, action=None))]
    fn body(&self, py: Python<'_>, purpose: Option<&str>, action: Option<&str>) -> PyResult<String> {
        self.0.call(py, |request| Ok(request.body(purpose, action)))
    }

    fn answer(&self, py: Python<'_>, answer_json: &str) -> PyResult<Vec<String>> {
        self.0.call(py, |request| request.answer(answer_json))
    }

    fn reveal(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |request| Ok(request.reveal()))
    }
}

/// Proves who calls.
#[pyclass(frozen)]
pub(crate) struct Prover(surface::Prover);

#[pymethods]
impl Prover {
    #[staticmethod]
    fn generate(py: Python<'_>) -> PyResult<Self> {
        call(py, || surface::Prover::generate(&mut SysRng)).map(Self)
    }

    fn thumbprint(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.thumbprint()))
    }

    #[pyo3(signature = (method, url, token, nonce, now))]
    fn prove(
        &self,
        py: Python<'_>,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce: Option<&str>,
        now: u64,
    ) -> PyResult<String> {
        call(py, || self.0.prove(method, url, token, nonce, now, &mut SysRng))
    }
}

/// Gives document keys to whom its policy admits.
#[pyclass(frozen)]
pub(crate) struct Releaser(Handle<surface::Releaser>);

#[pymethods]
impl Releaser {
    #[new]
    fn new(
        py: Python<'_>,
        policy: &Policy,
        identities: Vec<Py<Identity>>,
        senders: &Senders,
        configuration_json: &str,
    ) -> PyResult<Self> {
        let lent = identity::lent(&identities);
        call(py, || surface::Releaser::new(&policy.0, &lent, &senders.0, configuration_json)).map(Handle::new).map(Self)
    }

    fn set_issuer_keys(&self, py: Python<'_>, issuer: &str, keys_json: &str) -> PyResult<()> {
        self.0.call(py, |releaser| releaser.set_issuer_keys(issuer, keys_json))
    }

    #[pyo3(signature = (authorization, proof, method, url, now))]
    fn authenticate(
        &self,
        py: Python<'_>,
        authorization: Option<&str>,
        proof: Option<&str>,
        method: &str,
        url: &str,
        now: &str,
    ) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.authenticate(authorization, proof, method, url, now))
    }

    fn release(&self, py: Python<'_>, caller_json: &str, body: Input, now: &str) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.release(caller_json, body.as_ref(), now, &mut SysRng))
    }

    fn evaluate(&self, py: Python<'_>, caller_json: &str, body: Input, now: &str) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.evaluate(caller_json, body.as_ref(), now))
    }

    fn evaluate_all(&self, py: Python<'_>, caller_json: &str, body: Input, now: &str) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.evaluate_all(caller_json, body.as_ref(), now))
    }

    #[pyo3(signature = (caller_json, action, id, header, size, now))]
    #[expect(clippy::too_many_arguments, reason = "two of them are the interpreter and the handle")]
    fn admit(
        &self,
        py: Python<'_>,
        caller_json: &str,
        action: &str,
        id: &str,
        header: Input,
        size: Option<u64>,
        now: &str,
    ) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.admit(caller_json, action, id, header.as_ref(), size, now))
    }

    fn receiver(&self, py: Python<'_>, header: Input) -> PyResult<Receiver> {
        self.0.call(py, |releaser| releaser.receiver(header.as_ref())).map(Handle::new).map(Receiver)
    }

    #[expect(clippy::too_many_arguments, reason = "two of them are the interpreter and the handle")]
    fn begin_upload(
        &self,
        py: Python<'_>,
        caller_json: &str,
        id: &str,
        header: Input,
        size: u64,
        upload: &str,
        now: &str,
    ) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.begin_upload(caller_json, id, header.as_ref(), size, upload, now))
    }

    fn upload(&self, py: Python<'_>, caller_json: &str, id: &str, ticket: &str, now: &str) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.upload(caller_json, id, ticket, now))
    }

    #[expect(clippy::too_many_arguments, reason = "two of them are the interpreter and the handle")]
    fn part(
        &self,
        py: Python<'_>,
        caller_json: &str,
        id: &str,
        ticket: &str,
        number: u32,
        length: u64,
        now: &str,
    ) -> PyResult<PartReceiver> {
        let begun = self.0.call(py, |releaser| releaser.part(caller_json, id, ticket, number, length, now));
        begun.map(Handle::new).map(PartReceiver)
    }

    fn complete_upload(
        &self,
        py: Python<'_>,
        caller_json: &str,
        id: &str,
        ticket: &str,
        body: Input,
        now: &str,
    ) -> PyResult<String> {
        self.0.call(py, |releaser| releaser.complete_upload(caller_json, id, ticket, body.as_ref(), now))
    }
}

/// Compares a payload that passes with the one that its sender signed.
#[pyclass(frozen)]
pub(crate) struct Receiver(Handle<surface::Receiver>);

#[pymethods]
impl Receiver {
    fn push(&self, py: Python<'_>, payload: Input) -> PyResult<()> {
        self.0.call(py, |receiver| {
            receiver.push(payload.as_ref());
            Ok(())
        })
    }

    fn finish(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |receiver| receiver.finish())
    }
}

/// Digests a part that passes, and makes its receipt.
#[pyclass(frozen)]
pub(crate) struct PartReceiver(Handle<surface::PartReceiver>);

#[pymethods]
impl PartReceiver {
    fn push(&self, py: Python<'_>, part: Input) -> PyResult<()> {
        self.0.call(py, |receiver| {
            receiver.push(part.as_ref());
            Ok(())
        })
    }

    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        self.0.call(py, |receiver| receiver.finish())
    }

    fn receipt(&self, py: Python<'_>, etag: &str) -> PyResult<String> {
        self.0.call(py, |receiver| receiver.receipt(etag))
    }
}
