//! What Python hands in as bytes.

use std::ops::Range;

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

/// Holds the bytes of a Python object for as long as a call needs them.
///
/// `bytes` never change, so they and views of them are lent. What can change while the interpreter is released
/// (`bytearray`, NumPy arrays, views of them) is copied: no lock would keep its owner from writing to it.
pub(crate) enum Input {
    /// Python's own memory.
    Lent(PyBackedBytes),
    /// A part of it.
    View(PyBackedBytes, Range<usize>),
    /// A copy, in C order.
    Copied(Vec<u8>),
}

impl<'py> FromPyObject<'_, 'py> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Lent(bytes.to_owned().into()));
        }
        let buffer = PyBuffer::get(&object)?;
        match view(object, &buffer)? {
            Some((bytes, place)) => Ok(Self::View(bytes, place)),
            None => Ok(Self::Copied(buffer.to_vec(object.py())?)),
        }
    }
}

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Lent(bytes) => bytes,
            Self::View(bytes, place) => bytes.get(place.clone()).unwrap_or_default(),
            Self::Copied(bytes) => bytes,
        }
    }
}

/// Tells which `bytes` a view is of, and where in them it lies; None when it is of something else.
fn view(object: Borrowed<'_, '_, PyAny>, buffer: &PyBuffer<u8>) -> PyResult<Option<(PyBackedBytes, Range<usize>)>> {
    let Ok(view) = object.cast::<PyMemoryView>() else { return Ok(None) };
    let Ok(bytes) = view.getattr("obj")?.cast_into::<PyBytes>() else { return Ok(None) };
    let bytes = PyBackedBytes::from(bytes);
    let place = buffer.buf_ptr().addr().checked_sub(bytes.as_ptr().addr()).and_then(|start| {
        let end = start.checked_add(buffer.len_bytes())?;
        (buffer.is_c_contiguous() && end <= bytes.len()).then_some(start..end)
    });
    Ok(place.map(|place| (bytes, place)))
}
