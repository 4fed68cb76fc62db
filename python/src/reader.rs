//! `Reader`: the header of a document, and the ways on from there.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::Handle;
use crate::decryptor::Decryptor;
use crate::identity::{self, Identity};
use crate::input::Input;
use crate::range_decryptor::RangeDecryptor;

/// Reads a document's header as it streams in.
#[pyclass(frozen)]
pub(crate) struct Reader(pub(crate) Handle<surface::Reader>);

#[pymethods]
impl Reader {
    #[new]
    fn new() -> Self {
        Self(Handle::new(surface::Reader::new()))
    }

    fn push(&self, py: Python<'_>, document: Input) -> PyResult<bool> {
        self.0.call(py, |reader| reader.push(document.as_ref()))
    }

    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        self.0.call(py, surface::Reader::finish)
    }

    fn header<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, |reader| reader.header())
    }

    fn inspection(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |reader| reader.inspection())
    }

    fn decryptor(&self, py: Python<'_>, identities: Vec<Py<Identity>>) -> PyResult<Decryptor> {
        let lent = identity::lent(&identities);
        self.0.call(py, |reader| reader.decryptor(&lent)).map(Handle::new).map(Decryptor)
    }

    fn passphrase_decryptor(&self, py: Python<'_>, passphrase: &str) -> PyResult<Decryptor> {
        self.0.call(py, |reader| reader.passphrase_decryptor(passphrase)).map(Handle::new).map(Decryptor)
    }

    fn range_decryptor(
        &self,
        py: Python<'_>,
        identities: Vec<Py<Identity>>,
        document_size: u64,
    ) -> PyResult<RangeDecryptor> {
        let lent = identity::lent(&identities);
        self.0.call(py, |reader| reader.range_decryptor(&lent, document_size)).map(Handle::new).map(RangeDecryptor)
    }
}
