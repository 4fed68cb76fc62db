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

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |decryptor| {
            decryptor.set_threads(threads);
            Ok(())
        })
    }

    fn decrypt<'py>(&self, py: Python<'py>, start: u64, end: u64, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        let size = self.0.call(py, |decryptor| decryptor.range_size(start, end))?;
        self.0.call_into(py, size, |decryptor, out| decryptor.decrypt_into(start, end, ciphertext.as_ref(), out))
    }
}
