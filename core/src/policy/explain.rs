//! Says why a policy decided as it did: which rules held, on what the others failed, which facts were missing.
//! Normative: `spec/policy.md`, "Explain".

mod assemble;
mod origin;
mod record;
mod row;
mod svg;
mod tree;

use alloc::string::String;
use alloc::vec::Vec;

use super::decision::Decision;
use super::tier::Tier;
use crate::encoding::json;
use crate::error::Error;

pub(crate) use assemble::{Sources, assemble};
pub(crate) use record::Account;

/// Tells how one request was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    entrypoint: String,
    tier: Tier,
    outcome: Result<Decision, Error>,
    account: Account,
}

impl Explanation {
    pub(crate) fn new(entrypoint: &str, tier: Tier, outcome: Result<Decision, Error>, account: Account) -> Self {
        Self { entrypoint: entrypoint.into(), tier, outcome, account }
    }

    /// Lends the decision, which is the one that [`Policy::decide`](super::Policy::decide) gives.
    ///
    /// # Errors
    /// What `decide` fails with: there is no decision then, and whoever asked is refused.
    pub fn decision(&self) -> Result<&Decision, &Error> {
        self.outcome.as_ref()
    }

    /// Lends the paths of the input that the policy asked for and that are not there, sorted.
    pub fn missing(&self) -> &[String] {
        &self.account.missing
    }

    /// Tells whether there is more than is told.
    pub fn is_cut(&self) -> bool {
        self.account.is_cut
    }

    /// Returns the canonical bytes of the whole record.
    ///
    /// # Errors
    /// `json_invalid` when an obligation holds what JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Ok(json::canonical(&self.to_value()?))
    }

    /// Returns a tree of text, a line for each rule and definition. `colour` adds the terminal's colours.
    pub fn to_tree(&self, colour: bool) -> String {
        tree::draw(&self.rows(), colour)
    }

    /// Returns the tree as a picture that stands by itself: it has no script and asks for nothing.
    pub fn to_svg(&self) -> String {
        svg::draw(&self.rows())
    }
}
