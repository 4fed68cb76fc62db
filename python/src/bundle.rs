//! `Bundle`: a policy in one file.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::call;
use crate::input::Input;
use crate::policy::Policy;
use crate::signer::Signer;

/// Holds a bundle, verified if that was asked for.
#[pyclass(frozen)]
pub(crate) struct Bundle(surface::Bundle);

#[pymethods]
impl Bundle {
    #[staticmethod]
    fn open(py: Python<'_>, data: Input, options_json: &str) -> PyResult<Self> {
        call(py, || surface::Bundle::open(data.as_ref(), options_json)).map(Self)
    }

    #[staticmethod]
    fn from_files(py: Python<'_>, paths: Vec<String>, contents: Vec<Input>, options_json: &str) -> PyResult<Self> {
        let lent: Vec<&[u8]> = contents.iter().map(AsRef::as_ref).collect();
        call(py, || surface::Bundle::from_files(&paths, &lent, options_json)).map(Self)
    }

    fn describe(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.describe())
    }

    fn source(&self, py: Python<'_>, options_json: &str) -> PyResult<String> {
        call(py, || self.0.source(options_json))
    }

    fn program<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.program().map(|bytes| PyBytes::new(py, &bytes))
    }

    fn verify_program(&self, py: Python<'_>) -> PyResult<()> {
        call(py, || self.0.verify_program())
    }

    fn policy(&self, py: Python<'_>, options_json: &str) -> PyResult<Policy> {
        call(py, || self.0.policy(options_json)).map(Policy)
    }

    fn build<'py>(&self, py: Python<'py>, options_json: &str) -> PyResult<Bound<'py, PyBytes>> {
        call(py, || self.0.build(options_json)).map(|bytes| PyBytes::new(py, &bytes))
    }
}

/// Returns a bundle with a note of the signer in its header.
#[pyfunction]
pub(crate) fn sign_bundle<'py>(py: Python<'py>, data: Input, signer: Py<Signer>) -> PyResult<Bound<'py, PyBytes>> {
    let signer = &signer.get().0;
    call(py, || surface::sign_bundle(data.as_ref(), signer)).map(|bytes| PyBytes::new(py, &bytes))
}

/// Returns the signer's note of a bundle.
#[pyfunction]
pub(crate) fn sign_bundle_detached(py: Python<'_>, data: Input, signer: Py<Signer>) -> PyResult<String> {
    let signer = &signer.get().0;
    call(py, || surface::sign_bundle_detached(data.as_ref(), signer))
}
