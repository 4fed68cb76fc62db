//! `Decryptor`: a document from its beginning to its end.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::document::Part;
use sealwright_core::surface;

use crate::call::Handle;
use crate::input::Input;

/// Decrypts a stream.
#[pyclass(frozen)]
pub(crate) struct Decryptor(pub(crate) Handle<surface::Decryptor>);

#[pymethods]
impl Decryptor {
    fn push<'py>(&self, py: Python<'py>, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::More(ciphertext.as_ref()), surface::Decryptor::flow)
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(&[]), surface::Decryptor::flow)
    }

    fn finish_with<'py>(&self, py: Python<'py>, ciphertext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(ciphertext.as_ref()), surface::Decryptor::flow)
    }

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |decryptor| {
            decryptor.flow().set_threads(threads);
            Ok(())
        })
    }
}
