//! The one way through: ask the policy, carry out its obligations, touch keys only with a permit in hand.
//!
//! Sealing and opening take two steps, so that the policy may be evaluated elsewhere (in a WebAssembly instance of its own,
//! which never holds a key): a request is made, its decision is admitted, and only an admitted decision gives the permit
//! that the ciphers take. [`Gate`] takes the steps in one call where the engine is at hand.

mod caller;
mod collection;
pub(crate) mod obligations;
mod open;
mod range;
mod scan;
mod seal;
pub(crate) mod senders;

pub use caller::Caller;
pub use collection::Collection;
pub use open::{OpenPermit, OpenRequest, Opener};
pub use range::RangeOpener;
pub use scan::{Scan, Scanner};
pub use seal::{Proposal, SealPermit, SealRequest, Sealer};
pub use senders::Senders;

use crate::policy::Decision;

/// Is what comes of a decision: what was asked for, or the refusal.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The policy allows it and every obligation is carried out.
    Allowed(T),
    /// The policy, or an obligation that cannot be carried out, refuses it.
    Denied(Decision),
}

#[cfg(feature = "policy-program")]
pub use whole::{Gate, Opened, Sealed};

#[cfg(feature = "policy-program")]
mod whole;
