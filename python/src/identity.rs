//! `Identity`: a secret key.

use getrandom::SysRng;
use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::call;
use crate::recipient::Recipient;

/// Holds a secret key.
#[pyclass(frozen)]
pub(crate) struct Identity(pub(crate) surface::Identity);

#[pymethods]
impl Identity {
    #[staticmethod]
    fn generate(py: Python<'_>) -> PyResult<Self> {
        call(py, || surface::Identity::generate(&mut SysRng)).map(Self)
    }

    #[staticmethod]
    fn generate_pq(py: Python<'_>) -> PyResult<Self> {
        call(py, || surface::Identity::generate_pq(&mut SysRng)).map(Self)
    }

    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, || surface::Identity::parse(text)).map(Self)
    }

    fn recipient(&self, py: Python<'_>) -> PyResult<Recipient> {
        call(py, || Ok(self.0.recipient())).map(Recipient)
    }

    fn reveal(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.reveal()))
    }
}

/// Lends the core's identities to a call.
pub(crate) fn lent(identities: &[Py<Identity>]) -> Vec<&surface::Identity> {
    identities.iter().map(|identity| &identity.get().0).collect()
}

/// Reads an identity file.
#[pyfunction]
pub(crate) fn parse_identities(py: Python<'_>, text: &str) -> PyResult<Vec<Identity>> {
    Ok(call(py, || surface::parse_identities(text))?.into_iter().map(Identity).collect())
}
