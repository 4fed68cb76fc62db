//! `OutboardWriter`: the digests by which ranges are verified.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::Handle;
use crate::input::Input;

/// Makes a document's outboard.
#[pyclass(frozen)]
pub(crate) struct OutboardWriter(Handle<surface::OutboardWriter>);

#[pymethods]
impl OutboardWriter {
    #[new]
    fn new() -> Self {
        Self(Handle::new(surface::OutboardWriter::new()))
    }

    fn push(&self, py: Python<'_>, payload: Input) -> PyResult<()> {
        self.0.call(py, |writer| {
            writer.push(payload.as_ref());
            Ok(())
        })
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, |writer| Ok(writer.finish()))
    }
}
