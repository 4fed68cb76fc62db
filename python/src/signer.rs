//! `Signer`, `VerifierKey` and `Senders`: who signs, and whose signatures are believed.

use getrandom::SysRng;
use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::call;

/// Signs documents.
#[pyclass(frozen)]
pub(crate) struct Signer(pub(crate) surface::Signer);

#[pymethods]
impl Signer {
    #[staticmethod]
    fn generate(py: Python<'_>, name: &str) -> PyResult<Self> {
        call(py, || surface::Signer::generate(name, &mut SysRng)).map(Self)
    }

    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, || surface::Signer::parse(text)).map(Self)
    }

    fn verifier(&self, py: Python<'_>) -> PyResult<VerifierKey> {
        call(py, || Ok(self.0.verifier())).map(VerifierKey)
    }

    fn reveal(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.reveal()))
    }
}

/// Verifies documents.
#[pyclass(frozen)]
pub(crate) struct VerifierKey(surface::VerifierKey);

#[pymethods]
impl VerifierKey {
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, || surface::VerifierKey::parse(text)).map(Self)
    }

    fn to_text(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.to_text()))
    }
}

/// Reads a file of verifier keys.
#[pyfunction]
pub(crate) fn parse_verifiers(py: Python<'_>, text: &str) -> PyResult<Vec<VerifierKey>> {
    Ok(call(py, || surface::parse_verifiers(text))?.into_iter().map(VerifierKey).collect())
}

/// Says whose documents may be opened.
#[pyclass(frozen)]
pub(crate) struct Senders(pub(crate) surface::Senders);

#[pymethods]
impl Senders {
    #[new]
    fn new(py: Python<'_>, trusted: Vec<Py<VerifierKey>>, allow_unsigned: bool) -> PyResult<Self> {
        let lent: Vec<_> = trusted.iter().map(|key| &key.get().0).collect();
        call(py, || Ok(surface::Senders::new(&lent, allow_unsigned))).map(Self)
    }
}
