//! `OpenRequest` and `Opener`: opening under a policy.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::document::Part;
use sealwright_core::surface;

use crate::call::{Handle, call};
use crate::identity::{self, Identity};
use crate::input::Input;
use crate::range_opener::RangeOpener;
use crate::reader::Reader;
use crate::record::Collection;
use crate::release::ReleaseRequest;
use crate::signer::Senders;

/// Asks whether a document may be opened.
#[pyclass(frozen)]
pub(crate) struct OpenRequest(Handle<surface::OpenRequest>);

#[pymethods]
impl OpenRequest {
    #[new]
    fn new(py: Python<'_>, caller_json: &str, reader: &Reader, senders: &Senders) -> PyResult<Self> {
        call(py, || reader.0.lent(|reader| surface::OpenRequest::new(caller_json, reader, &senders.0)))
            .map(Handle::new)
            .map(Self)
    }

    fn request(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |request| Ok(request.request()))
    }

    fn admit(&self, py: Python<'_>, decision_json: &str, policy_digest: &str) -> PyResult<String> {
        self.0.call(py, |request| request.admit(decision_json, policy_digest))
    }

    fn by_release(&self, py: Python<'_>, request: &ReleaseRequest, index: usize) -> PyResult<()> {
        self.0.call(py, |permit| request.0.lent(|request| permit.by_release(request, index)))
    }

    fn opener(&self, py: Python<'_>, reader: &Reader, identities: Vec<Py<Identity>>) -> PyResult<Opener> {
        let lent = identity::lent(&identities);
        self.0.call(py, |request| reader.0.lent(|reader| request.opener(reader, &lent))).map(Handle::new).map(Opener)
    }

    fn collection(&self, py: Python<'_>, reader: &Reader, identities: Vec<Py<Identity>>) -> PyResult<Collection> {
        let lent = identity::lent(&identities);
        self.0.call(py, |request| reader.0.lent(|reader| request.collection(reader, &lent))).map(Collection)
    }

    fn range_opener(
        &self,
        py: Python<'_>,
        reader: &Reader,
        identities: Vec<Py<Identity>>,
        document_size: u64,
    ) -> PyResult<RangeOpener> {
        let lent = identity::lent(&identities);
        self.0
            .call(py, |request| reader.0.lent(|reader| request.range_opener(reader, &lent, document_size)))
            .map(Handle::new)
            .map(RangeOpener)
    }
}

/// Opens a stream.
#[pyclass(frozen)]
pub(crate) struct Opener(Handle<surface::Opener>);

#[pymethods]
impl Opener {
    fn private(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.0.call(py, |opener| opener.private())
    }

    fn push<'py>(&self, py: Python<'py>, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::More(ciphertext.as_ref()), surface::Opener::flow)
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(&[]), surface::Opener::flow)
    }

    fn finish_with<'py>(&self, py: Python<'py>, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(ciphertext.as_ref()), surface::Opener::flow)
    }

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |opener| {
            opener.flow().set_threads(threads);
            Ok(())
        })
    }
}
