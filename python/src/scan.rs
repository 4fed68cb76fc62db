//! `Scanner` and `Scan`: what a source holds, before it is sealed.

use pyo3::prelude::*;
use sealwright_core::surface;

use crate::call::{Handle, call};
use crate::input::Input;

/// Scans a stream.
#[pyclass(frozen)]
pub(crate) struct Scanner(Handle<surface::Scanner>);

#[pymethods]
impl Scanner {
    #[new]
    fn new() -> Self {
        Self(Handle::new(surface::Scanner::new()))
    }

    fn push(&self, py: Python<'_>, plaintext: Input) -> PyResult<()> {
        self.0.call(py, |scanner| {
            scanner.push(plaintext.as_ref());
            Ok(())
        })
    }

    fn finish(&self, py: Python<'_>) -> PyResult<Scan> {
        self.0.call(py, |scanner| Ok(scanner.finish())).map(Scan)
    }
}

/// Holds what a scan found.
#[pyclass(frozen)]
pub(crate) struct Scan(pub(crate) surface::Scan);

#[pymethods]
impl Scan {
    #[staticmethod]
    fn unscanned() -> Self {
        Self(surface::Scan::unscanned())
    }

    fn findings(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.findings())
    }
}
