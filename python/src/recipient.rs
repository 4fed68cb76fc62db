//! `Recipient`: a public key.

use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::call;

/// Holds a public key.
#[pyclass(frozen)]
pub(crate) struct Recipient(pub(crate) surface::Recipient);

#[pymethods]
impl Recipient {
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, || surface::Recipient::parse(text)).map(Self)
    }

    fn to_text(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.to_text()))
    }
}

/// Lends the core's recipients to a call.
pub(crate) fn lent(recipients: &[Py<Recipient>]) -> Vec<&surface::Recipient> {
    recipients.iter().map(|recipient| &recipient.get().0).collect()
}

/// Reads a recipients file.
#[pyfunction]
pub(crate) fn parse_recipients(py: Python<'_>, text: &str) -> PyResult<Vec<Recipient>> {
    Ok(call(py, || surface::parse_recipients(text))?.into_iter().map(Recipient).collect())
}
