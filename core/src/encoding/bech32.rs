//! Bech32 (BIP 173) of whole bytes, without its limit on length: the form of age's recipients and identities.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bech32::primitives::checksum::Checksum;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

/// The most characters that are read: a hybrid recipient has 1,960.
const MAX_LENGTH: usize = 2048;

/// Is the checksum of Bech32. Beyond 1,023 characters it no longer promises to find four wrong ones, only to miss one
/// change in 2^30; age takes that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Long {}

impl Checksum for Long {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = MAX_LENGTH;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = Bech32::TARGET_RESIDUE;
}

/// Reads a text, all in upper or all in lower case: its prefix, as it stands there, and its bytes.
///
/// Gives nothing when the checksum does not hold, the bytes are no whole number, or bits left over are not zero.
pub(crate) fn decode(text: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    let decoded = CheckedHrpstring::new::<Long>(text).ok()?;
    decoded.validate_segwit_padding().ok()?;
    Some((text.rsplit_once('1')?.0, Zeroizing::new(decoded.byte_iter().collect())))
}

/// Writes bytes behind a prefix, in lower case.
pub(crate) fn write_lower(out: &mut fmt::Formatter<'_>, prefix: &str, bytes: &[u8]) -> fmt::Result {
    bech32::encode_lower_to_fmt::<Long, _>(out, Hrp::parse_unchecked(prefix), bytes).map_err(|_| fmt::Error)
}

/// Returns a secret's bytes behind a prefix, in upper case.
pub(crate) fn encode_upper(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    // Secrets are of 32 bytes, far below the most.
    Zeroizing::new(bech32::encode_upper::<Long>(Hrp::parse_unchecked(prefix), bytes).unwrap_or_default())
}
