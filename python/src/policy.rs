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

    fn explain(&self, py: Python<'_>, request: &str, values: bool) -> PyResult<Explanation> {
        call(py, || self.0.explain(request, values)).map(Explanation)
    }

    fn test(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.test())
    }
}

/// Tells how a request was decided.
#[pyclass(frozen)]
pub(crate) struct Explanation(surface::Explanation);

#[pymethods]
impl Explanation {
    fn record(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.record())
    }

    fn tree(&self, py: Python<'_>, colour: bool) -> String {
        py.detach(|| self.0.tree(colour))
    }

    fn svg(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.svg())
    }
}
