//! `Decryptor`: a document from its beginning to its end.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::Handle;
use crate::input::Input;

/// Decrypts a stream.
#[pyclass(frozen)]
pub(crate) struct Decryptor(pub(crate) Handle<surface::Decryptor>);

#[pymethods]
impl Decryptor {
    fn push<'py>(&self, py: Python<'py>, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, |decryptor| decryptor.push(ciphertext.as_ref()))
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, surface::Decryptor::finish)
    }
}
