//! `SealRequest` and `Sealer`: sealing under a policy.

use getrandom::SysRng;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwright_core::document::Part;
use sealwright_core::surface;

use crate::call::{Handle, call};
use crate::input::Input;
use crate::recipient::{self, Recipient};
use crate::record::Collection;
use crate::scan::Scan;
use crate::signer::Signer;

/// Asks whether a source may be sealed.
#[pyclass(frozen)]
pub(crate) struct SealRequest(Handle<surface::SealRequest>);

#[pymethods]
impl SealRequest {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "as the core's")]
    fn new(
        py: Python<'_>,
        caller_json: &str,
        label_json: &str,
        private_json: Option<&str>,
        recipients: Vec<Py<Recipient>>,
        signer: Option<Py<Signer>>,
        scan: Py<Scan>,
        policy_json: &str,
    ) -> PyResult<Self> {
        let (to, signer, scan) = (recipient::lent(&recipients), signer.as_ref().map(|key| &key.get().0), &scan.get().0);
        call(py, || {
            let entropy = &mut SysRng;
            surface::SealRequest::new(caller_json, label_json, private_json, &to, signer, scan, policy_json, entropy)
        })
        .map(Handle::new)
        .map(Self)
    }

    fn request(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |request| Ok(request.request()))
    }

    fn admit(&self, py: Python<'_>, decision_json: &str) -> PyResult<String> {
        self.0.call(py, |request| request.admit(decision_json))
    }

    fn collection(&self, py: Python<'_>) -> PyResult<Collection> {
        self.0.call(py, |request| request.collection(&mut SysRng)).map(Collection)
    }

    fn sealer(&self, py: Python<'_>, armor: bool) -> PyResult<Sealer> {
        self.0.call(py, |request| request.sealer(armor, &mut SysRng)).map(Handle::new).map(Sealer)
    }
}

/// Seals a stream.
#[pyclass(frozen)]
pub(crate) struct Sealer(Handle<surface::Sealer>);

#[pymethods]
impl Sealer {
    fn label(&self, py: Python<'_>) -> PyResult<String> {
        self.0.call(py, |sealer| Ok(sealer.label()))
    }

    fn header_size(&self, py: Python<'_>) -> PyResult<u32> {
        self.0.call(py, |sealer| Ok(sealer.header_size()))
    }

    fn header<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_bytes(py, |sealer| sealer.header())
    }

    fn push<'py>(&self, py: Python<'py>, plaintext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::More(plaintext.as_ref()), surface::Sealer::flow)
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(&[]), surface::Sealer::flow)
    }

    fn finish_with<'py>(&self, py: Python<'py>, plaintext: Input) -> PyResult<Bound<'py, PyBytes>> {
        self.0.call_part(py, Part::Last(plaintext.as_ref()), surface::Sealer::flow)
    }

    fn whole<'py>(&self, py: Python<'py>, plaintext: Input) -> PyResult<Bound<'py, PyBytes>> {
        match self.0.call(py, |sealer| Ok(sealer.whole_size(plaintext.as_ref())))? {
            None => self.0.call_bytes(py, |sealer| sealer.whole(plaintext.as_ref())),
            Some(size) => self.0.call_into(py, size, |sealer, out| sealer.whole_into(plaintext.as_ref(), out)),
        }
    }

    fn set_threads(&self, py: Python<'_>, threads: usize) -> PyResult<()> {
        self.0.call(py, |sealer| {
            sealer.flow().set_threads(threads);
            Ok(())
        })
    }
}
