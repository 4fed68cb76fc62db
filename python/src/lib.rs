//! The extension module `sealwright._core`: the core's surface, one line a method.
//!
//! It holds no policy, default or text of its own; the package `sealwright` beside it is what users import.

mod bundle;
mod call;
mod decryptor;
mod encryptor;
mod error;
mod identity;
mod input;
mod open_request;
mod outboard_writer;
mod policy;
mod range_decryptor;
mod range_opener;
mod reader;
mod recipient;
mod record;
mod release;
mod rewrap;
mod scan;
mod seal_request;
mod signer;

/// Holds the handles over the core.
#[pyo3::pymodule]
mod _core {
    #[pymodule_export]
    use crate::bundle::{Bundle, sign_bundle, sign_bundle_detached};
    #[pymodule_export]
    use crate::decryptor::Decryptor;
    #[pymodule_export]
    use crate::encryptor::Encryptor;
    #[pymodule_export]
    use crate::identity::{Identity, parse_identities};
    #[pymodule_export]
    use crate::open_request::{OpenRequest, Opener};
    #[pymodule_export]
    use crate::outboard_writer::OutboardWriter;
    #[pymodule_export]
    use crate::policy::{Explanation, Filter, Policy};
    #[pymodule_export]
    use crate::range_decryptor::RangeDecryptor;
    #[pymodule_export]
    use crate::range_opener::RangeOpener;
    #[pymodule_export]
    use crate::reader::Reader;
    #[pymodule_export]
    use crate::recipient::{Recipient, parse_recipients};
    #[pymodule_export]
    use crate::record::{Batch, Collection};
    #[pymodule_export]
    use crate::release::{PartReceiver, Prover, Receiver, ReleaseRequest, Releaser};
    #[pymodule_export]
    use crate::rewrap::rewrap;
    #[pymodule_export]
    use crate::scan::{Scan, Scanner};
    #[pymodule_export]
    use crate::seal_request::{SealRequest, Sealer};
    #[pymodule_export]
    use crate::signer::{Senders, Signer, VerifierKey, parse_verifiers};
}
