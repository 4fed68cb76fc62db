//! `Encryptor`: raw age, no policy.

use getrandom::SysRng;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::document::Part;
use sealwright_core::surface;

use crate::call::{Handle, call};
use crate::input::Input;
use crate::recipient::{self, Recipient};

/// Encrypts a stream.
#[pyclass(frozen)]
pub(crate) struct Encryptor(Handle<surface::Encryptor>);

#[pymethods]
impl Encryptor {
    #[new]
    fn new(py: Python<'_>, recipients: Vec<Py<Recipient>>, label_json: Option<&str>, armor: bool) -> PyResult<Self> {
        let lent = recipient::lent(&recipients);
        call(py, || surface::Encryptor::new(&lent, label_json, armor, &mut SysRng)).map(Handle::new).map(Self)
    }

    #[staticmethod]
    fn with_passphrase(py: Python<'_>, passphrase: &str, armor: bool) -> PyResult<Self> {
        call(py, || surface::Encryptor::with_passphrase(passphrase, armor, &mut SysRng)).map(Handle::new).map(Self)
    }

    fn push<'py>(&self, py: Python<'py>, plaintext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::More(plaintext.as_ref()), surface::Encryptor::flow)
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(&[]), surface::Encryptor::flow)
    }

    fn finish_with<'py>(&self, py: Python<'py>, plaintext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(plaintext.as_ref()), surface::Encryptor::flow)
    }

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |encryptor| {
            encryptor.flow().set_threads(threads);
            Ok(())
        })
    }
}
