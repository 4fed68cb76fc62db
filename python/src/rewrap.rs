//! `rewrap`: a new header over the same payload.

use getrandom::SysRng;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::surface;

use crate::call::call;
use crate::identity::{self, Identity};
use crate::recipient::{self, Recipient};

/// Writes a header anew.
#[pyfunction]
pub(crate) fn rewrap<'py>(
    py: Python<'py>,
    header: &[u8],
    identities: Vec<Py<Identity>>,
    add: Vec<Py<Recipient>>,
    remove: Vec<Py<Identity>>,
    replace: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let (lent, add, remove) = (identity::lent(&identities), recipient::lent(&add), identity::lent(&remove));
    call(py, || surface::rewrap(header, &lent, &add, &remove, replace, &mut SysRng))
        .map(|bytes| PyBytes::new(py, &bytes))
}
