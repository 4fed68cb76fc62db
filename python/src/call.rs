//! How every call reaches the core: with the interpreter released, one caller a handle.

use std::sync::{Mutex, MutexGuard, TryLockError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
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

    /// It never waits: two threads that feed one stream have no order between them.
    fn lock(&self) -> Result<MutexGuard<'_, T>, Error> {
        self.0.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::CallOrder { reason: "another thread is in a call on this object" },
            TryLockError::Poisoned(_) => Error::CallOrder { reason: "an earlier call on this object was broken off" },
        })
    }
}
