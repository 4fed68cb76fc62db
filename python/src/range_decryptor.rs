//! `RangeDecryptor`: any part of a document, without the rest.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::Handle;
use crate::input::Input;

/// Decrypts ranges.
#[pyclass(frozen)]
pub(crate) struct RangeDecryptor(pub(crate) Handle<surface::RangeDecryptor>);

#[pymethods]
impl RangeDecryptor {
    fn size(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.call(py, |decryptor| Ok(decryptor.size()))
    }

    fn last_chunk_range(&self, py: Python<'_>) -> PyResult<(u64, u64)> {
        self.0.call(py, |decryptor| Ok(decryptor.last_chunk_range()))
    }

    fn authenticate(&self, py: Python<'_>, last_chunk: Input) -> PyResult<()> {
        self.0.call(py, |decryptor| decryptor.authenticate(last_chunk.as_ref()))
    }

    fn ciphertext_range(&self, py: Python<'_>, start: u64, end: u64) -> PyResult<(u64, u64)> {
        self.0.call(py, |decryptor| decryptor.ciphertext_range(start, end))
    }

    fn decrypt<'py>(&self, py: Python<'py>, start: u64, end: u64, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, |decryptor| decryptor.decrypt(start, end, ciphertext.as_ref()))
    }
}
