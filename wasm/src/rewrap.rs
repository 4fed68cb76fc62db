//! A new header over the same payload.

use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;
use crate::identity::{Identity, Recipient};
use crate::reader::borrowed;

/// Writes a header anew; the keys are used up.
///
/// # Errors
/// As the core's.
#[wasm_bindgen]
pub fn rewrap(
    header: &[u8],
    identities: Vec<Identity>,
    add: Vec<Recipient>,
    remove: Vec<Identity>,
    replace: bool,
) -> Result<Vec<u8>, Failure> {
    let add: Vec<_> = add.iter().map(|recipient| &recipient.0).collect();
    Ok(surface::rewrap(header, &borrowed(&identities), &add, &borrowed(&remove), replace, &mut SysRng)?)
}
