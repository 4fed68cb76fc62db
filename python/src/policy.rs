//! `Policy`: rules that decide. `Filter`: which documents they admit.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::call;
use crate::input::Input;

/// Decides requests.
#[pyclass(frozen)]
pub(crate) struct Policy(pub(crate) surface::Policy);

#[pymethods]
impl Policy {
    #[staticmethod]
    fn load(py: Python<'_>, policy_json: &str) -> PyResult<Self> {
        call(py, || surface::Policy::load(policy_json)).map(Self)
    }

    #[staticmethod]
    fn from_program(py: Python<'_>, program: Input) -> PyResult<Self> {
        call(py, || surface::Policy::from_program(program.as_ref())).map(Self)
    }

    fn to_program<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        call(py, || self.0.to_program()).map(|bytes| PyBytes::new(py, &bytes))
    }

    #[staticmethod]
    fn check(py: Python<'_>, policy_json: &str, schemas_json: &str) -> PyResult<String> {
        call(py, || surface::Policy::check(policy_json, schemas_json))
    }

    fn describe(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.describe())
    }

    fn decide(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        call(py, || self.0.decide(request))
    }

    fn decide_all(&self, py: Python<'_>, requests: Vec<String>) -> PyResult<Vec<String>> {
        call(py, || self.0.decide_all(&requests))
    }

    fn log_entry(&self, py: Python<'_>, request: &str, context: &str) -> PyResult<String> {
        call(py, || self.0.log_entry(request, context))
    }

    fn explain(&self, py: Python<'_>, request: &str, values: bool) -> PyResult<Explanation> {
        call(py, || self.0.explain(request, values)).map(Explanation)
    }

    fn filter(&self, py: Python<'_>, question: &str) -> PyResult<Filter> {
        call(py, || self.0.filter(question)).map(Filter)
    }

    fn test(&self, py: Python<'_>, options_json: &str) -> PyResult<String> {
        call(py, || self.0.test(options_json))
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

/// Says which documents a policy admits.
#[pyclass(frozen)]
pub(crate) struct Filter(surface::Filter);

#[pymethods]
impl Filter {
    #[staticmethod]
    fn parse(py: Python<'_>, filter_json: &str) -> PyResult<Self> {
        call(py, || surface::Filter::parse(filter_json)).map(Self)
    }

    fn describe(&self) -> String {
        self.0.describe()
    }

    fn matches(&self, py: Python<'_>, resource: &str) -> PyResult<bool> {
        call(py, || self.0.matches(resource))
    }

    fn lower(&self, py: Python<'_>, target: &str) -> PyResult<String> {
        call(py, || self.0.lower(target))
    }
}
