//! The core's failures as Python's exceptions: the classes stand in `sealwright/errors.py`.

use pyo3::PyErr;
use sealwright_core::error::{Error, Kind};

mod class {
    use pyo3::import_exception;

    import_exception!(sealwright.errors, UsageError);
    import_exception!(sealwright.errors, MalformedError);
    import_exception!(sealwright.errors, IntegrityError);
    import_exception!(sealwright.errors, NoKeyError);
    import_exception!(sealwright.errors, PolicyError);
    import_exception!(sealwright.errors, EnvironmentFailure);
}

/// Returns the exception for a failure.
pub(crate) fn raise(error: Error) -> PyErr {
    let place = error.location().map(|place| (place.file, place.row, place.column));
    let arguments = (error.to_string(), error.code(), place, error.index());
    match error.kind() {
        Kind::Usage => class::UsageError::new_err(arguments),
        Kind::Malformed => class::MalformedError::new_err(arguments),
        Kind::Integrity => class::IntegrityError::new_err(arguments),
        Kind::NoKey => class::NoKeyError::new_err(arguments),
        Kind::Policy => class::PolicyError::new_err(arguments),
        Kind::Environment => class::EnvironmentFailure::new_err(arguments),
    }
}
