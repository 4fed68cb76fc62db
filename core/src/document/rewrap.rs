//! A new header over the same payload: `spec/document.md`, "Rewrap".

use alloc::vec::Vec;

use super::header::{Header, wrap_all};
use super::identity::{Unwrap, unwrap};
use super::recipient::{Wrap, check_mix};
use super::stanza::Stanza;
use crate::error::Error;
use crate::rng::Entropy;

/// Says who may open a document from now on.
///
/// A stanza does not tell whom it is for, but to its identity: that is age's anonymity. So a recipient is removed by its
/// identity, or by naming everybody who stays.
#[derive(Default)]
pub struct Rewrap<'a> {
    /// Who is added.
    pub add: &'a [&'a dyn Wrap],
    /// Who is removed, by their identities.
    pub remove: &'a [&'a dyn Unwrap],
    /// Whether nobody but those added stays.
    pub replace: bool,
}

/// Writes the header anew. Label, private part, sender and file key stay, so the payload does too.
///
/// # Errors
/// `no_identity`, `header_mac`, `header_malformed` when `identities` do not open it; `recipient_unknown` when no stanza is
/// for one that is to be removed; `no_recipients` when nobody stays; `recipients_mixed` when those added and those kept are hybrid and
/// others; `too_many_recipients`, `header_too_large`,
/// `recipient_invalid`, `entropy_unavailable`.
///
/// # Security
/// Whoever could open the document before may have kept its file key: for him the payload is as open as it was. Only
/// encrypting anew, under another file key, keeps him out of what he has not read yet.
pub fn rewrap(
    header: &Header,
    identities: &[&dyn Unwrap],
    change: &Rewrap<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Header, Error> {
    let file_key = unwrap(header, identities)?;
    let (described, recipients) = header.split();
    let mut kept: Vec<&Stanza> = if change.replace { Vec::new() } else { recipients.iter().collect() };
    for identity in change.remove.iter().filter(|_| !change.replace) {
        let before = kept.len();
        let mut others = Vec::with_capacity(before);
        for stanza in kept {
            if identity.unwrap(core::slice::from_ref(stanza))?.is_none() {
                others.push(stanza);
            }
        }
        if others.len() == before {
            return Err(Error::RecipientUnknown);
        }
        kept = others;
    }
    let added = match change.add {
        [] if kept.is_empty() => return Err(Error::NoRecipients),
        [] => Vec::new(),
        add => wrap_all(add, described.len().saturating_add(kept.len()), &file_key, entropy)?,
    };
    // Who only removes is not kept from it: what is mixed was so before.
    if !added.is_empty() {
        check_mix(kept.iter().copied().chain(&added))?;
    }
    let stanzas: Vec<&Stanza> = described.iter().chain(kept).chain(&added).collect();
    Header::write(&stanzas, &file_key)
}
