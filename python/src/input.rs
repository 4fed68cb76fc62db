//! What Python hands in as bytes.

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

/// Holds the bytes of a Python object for as long as a call needs them.
///
/// `bytes` never change, so they are lent. What can change while the interpreter is released (`bytearray`, NumPy
/// arrays, views of them) is copied: no lock would keep its owner from writing to it.
pub(crate) enum Input {
    /// Python's own memory.
    Lent(PyBackedBytes),
    /// A copy, in C order.
    Copied(Vec<u8>),
}

impl<'py> FromPyObject<'_, 'py> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyBytes>() {
            Ok(bytes) => Ok(Self::Lent(bytes.to_owned().into())),
            Err(_) => Ok(Self::Copied(PyBuffer::get(&object)?.to_vec(object.py())?)),
        }
    }
}

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Lent(bytes) => bytes,
            Self::Copied(bytes) => bytes,
        }
    }
}
