//! `RangeOpener`: any part of what a decision allows.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::Handle;
use crate::input::Input;

/// Opens ranges.
#[pyclass(frozen)]
pub(crate) struct RangeOpener(pub(crate) Handle<surface::RangeOpener>);

#[pymethods]
impl RangeOpener {
    fn private(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.0.call(py, |opener| opener.private())
    }

    fn unverified(&self, py: Python<'_>) -> PyResult<Option<(u64, u64)>> {
        self.0.call(py, |opener| Ok(opener.unverified()))
    }

    fn verify(&self, py: Python<'_>, payload: Input) -> PyResult<()> {
        self.0.call(py, |opener| {
            opener.verify(payload.as_ref());
            Ok(())
        })
    }

    fn verified(&self, py: Python<'_>) -> PyResult<()> {
        self.0.call(py, surface::RangeOpener::verified)
    }

    fn verify_by(&self, py: Python<'_>, outboard: Input) -> PyResult<()> {
        self.0.call(py, |opener| opener.verify_by(outboard.as_ref()))
    }

    fn size(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.call(py, |opener| Ok(opener.size()))
    }

    fn last_chunk_range(&self, py: Python<'_>) -> PyResult<(u64, u64)> {
        self.0.call(py, |opener| Ok(opener.last_chunk_range()))
    }

    fn authenticate(&self, py: Python<'_>, last_chunk: Input) -> PyResult<()> {
        self.0.call(py, |opener| opener.authenticate(last_chunk.as_ref()))
    }

    fn ciphertext_range(&self, py: Python<'_>, start: u64, end: u64) -> PyResult<(u64, u64)> {
        self.0.call(py, |opener| opener.ciphertext_range(start, end))
    }

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |opener| {
            opener.set_threads(threads);
            Ok(())
        })
    }

    fn decrypt<'py>(&self, py: Python<'py>, start: u64, end: u64, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        let size = self.0.call(py, |opener| opener.range_size(start, end))?;
        self.0.call_into(py, size, |opener, out| opener.decrypt_into(start, end, ciphertext.as_ref(), out))
    }
}
