//! How every call reaches the core: with the interpreter released, one caller a handle.

use std::sync::{Mutex, MutexGuard, TryLockError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::document::{Flow, Part};
use sealwright_core::error::Error;

use crate::error::raise;

/// Runs `work` while other Python threads run.
///
/// # Errors
/// The core's failure, as an exception.
pub(crate) fn call<R: Send>(py: Python<'_>, work: impl FnOnce() -> Result<R, Error> + Send) -> PyResult<R> {
    py.detach(work).map_err(raise)
}

/// Holds a core object that calls change.
pub(crate) struct Handle<T>(Mutex<T>);

impl<T: Send> Handle<T> {
    /// Takes over a core object.
    pub(crate) fn new(object: T) -> Self {
        Self(Mutex::new(object))
    }

    /// Runs `work` on the object while other Python threads run.
    ///
    /// # Errors
    /// The core's failure, as an exception; `call_order` when another thread is in a call on the same object, or one
    /// never came back from it.
    pub(crate) fn call<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut T) -> Result<R, Error> + Send,
    ) -> PyResult<R> {
        call(py, || self.lent(work))
    }

    /// Runs `work` on the object inside another object's call.
    ///
    /// # Errors
    /// As [`Handle::call`].
    pub(crate) fn lent<R>(&self, work: impl FnOnce(&mut T) -> Result<R, Error>) -> Result<R, Error> {
        work(&mut *self.lock()?)
    }

    /// Runs `work` as [`Handle::call`] does, and returns what it made as Python's `bytes`.
    ///
    /// # Errors
    /// As [`Handle::call`].
    pub(crate) fn call_bytes<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&mut T) -> Result<Vec<u8>, Error> + Send,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.call(py, work).map(|bytes| PyBytes::new(py, &bytes))
    }

    /// Has a part go through, and returns what is ready as Python's `bytes`.
    ///
    /// # Errors
    /// As [`Handle::call`].
    pub(crate) fn call_part<'py>(
        &self,
        py: Python<'py>,
        part: Part<'_>,
        flow: fn(&mut T) -> &mut dyn Flow,
    ) -> PyResult<Bound<'py, PyBytes>> {
        match self.call(py, |object| Ok(flow(object).ready(part)))? {
            None => self.call_bytes(py, |object| flow(object).take(part)),
            Some(size) => self.call_into(py, size, |object, out| flow(object).take_into(part, out)),
        }
    }

    /// Runs `work` as [`Handle::call`] does, on Python's `bytes` of that size, which it fills and this returns.
    ///
    /// # Errors
    /// As [`Handle::call`]; `MemoryError`.
    pub(crate) fn call_into<'py>(
        &self,
        py: Python<'py>,
        size: usize,
        work: impl FnOnce(&mut T, &mut [u8]) -> Result<(), Error> + Send,
    ) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::new_with(py, size, |out| self.call(py, |object| work(object, out)))
    }

    /// It never waits: two threads that feed one stream have no order between them.
    fn lock(&self) -> Result<MutexGuard<'_, T>, Error> {
        self.0.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::CallOrder { reason: "another thread is in a call on this object" },
            TryLockError::Poisoned(_) => Error::CallOrder { reason: "an earlier call on this object was broken off" },
        })
    }
}
