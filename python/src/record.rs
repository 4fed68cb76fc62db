//! `Batch` and `Collection`: many values at once, sealed one by one.

use getrandom::SysRng;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::call;
use crate::identity::{self, Identity};
use crate::input::Input;
use crate::recipient::{self, Recipient};

/// Holds many values in one buffer.
#[pyclass(frozen)]
pub(crate) struct Batch(surface::Batch);

/// Seals and opens records. It never changes, so that threads share it.
#[pyclass(frozen)]
pub(crate) struct Collection(pub(crate) surface::Collection);

#[pymethods]
impl Batch {
    #[new]
    fn new(py: Python<'_>, data: Input, offsets: Input, offset_size: usize) -> PyResult<Self> {
        call(py, || surface::Batch::new(data, offsets.as_ref(), offset_size)).map(Self)
    }

    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.data())
    }

    fn offsets<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        call(py, || Ok(self.0.offsets())).map(|offsets| PyBytes::new(py, &offsets))
    }

    fn encode_text(&self, py: Python<'_>) -> PyResult<Self> {
        call(py, || self.0.encode_text()).map(Self)
    }

    fn decode_text(&self, py: Python<'_>) -> PyResult<Self> {
        call(py, || self.0.decode_text()).map(Self)
    }
}

#[pymethods]
impl Collection {
    #[staticmethod]
    fn create(py: Python<'_>, recipients: Vec<Py<Recipient>>, label_json: &str) -> PyResult<Self> {
        let lent = recipient::lent(&recipients);
        call(py, || surface::Collection::create(&lent, label_json, &mut SysRng)).map(Self)
    }

    #[staticmethod]
    fn decrypt(py: Python<'_>, document: Input, identities: Vec<Py<Identity>>) -> PyResult<Self> {
        let lent = identity::lent(&identities);
        call(py, || surface::Collection::decrypt(document.as_ref(), &lent)).map(Self)
    }

    fn document<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        call(py, || Ok(self.0.document())).map(|document| PyBytes::new(py, &document))
    }

    fn label(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || Ok(self.0.label()))
    }

    fn private(&self, py: Python<'_>) -> PyResult<Option<String>> {
        call(py, || self.0.private())
    }

    fn with_older(&self, py: Python<'_>, older: &Collection) -> PyResult<Self> {
        call(py, || self.0.with_older(&older.0)).map(Self)
    }

    fn seal(&self, py: Python<'_>, column: &str, ids: &Batch, values: &Batch) -> PyResult<Batch> {
        call(py, || self.0.seal(column, &ids.0, &values.0, &mut SysRng)).map(Batch)
    }

    fn open(&self, py: Python<'_>, column: &str, ids: &Batch, tokens: &Batch) -> PyResult<Batch> {
        call(py, || self.0.open(column, &ids.0, &tokens.0)).map(Batch)
    }

    fn reseal(&self, py: Python<'_>, column: &str, ids: &Batch, tokens: &Batch) -> PyResult<Batch> {
        call(py, || self.0.reseal(column, &ids.0, &tokens.0, &mut SysRng)).map(Batch)
    }

    fn blind_index<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        values: &Batch,
        size: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        call(py, || self.0.blind_index(column, &values.0, size)).map(|indexes| PyBytes::new(py, &indexes))
    }
}
