//! `Policy`: rules that decide.

use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::call;

/// Decides requests.
#[pyclass(frozen)]
pub(crate) struct Policy(surface::Policy);

#[pymethods]
impl Policy {
    #[staticmethod]
    fn load(py: Python<'_>, policy_json: &str) -> PyResult<Self> {
        call(py, || surface::Policy::load(policy_json)).map(Self)
    }

    fn describe(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.describe())
    }

    fn decide(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        call(py, || self.0.decide(request))
    }

    fn test(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.test())
    }
}
