//! Poly1305 (RFC 8439, section 2.5) in limbs of 32 bits.

use core::num::Wrapping;

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

use super::read;
use crate::TAG_SIZE;

/// Is an unsigned number: limbs of 32 bits, the least first, that may hold more for a while.
pub(super) type Limbs = [Wrapping<u64>; 5];

/// Authenticates one message.
#[derive(Default, Zeroize)]
pub(super) struct Poly1305 {
    /// `r`, and five quarters of its upper limbs: what they become beyond 2^130, for `r` has zeros there at the end.
    r: [Wrapping<u64>; 4],
    r_folded: [Wrapping<u64>; 3],
    s: Limbs,
    /// INVARIANT: the first limb is below 5 · 2^31, the last at most 3, the others below 2^32.
    pub(super) sum: Limbs,
}

const LIMB: Wrapping<u64> = Wrapping(0xffff_ffff);

impl Poly1305 {
    /// Takes the one-time key.
    pub(super) fn new(r: &[u8; 16], s: &[u8; 16]) -> Self {
        let [a, b, c, d] = limbs(r);
        let upper = Wrapping(0x0fff_fffc);
        let r = [a & Wrapping(0x0fff_ffff), b & upper, c & upper, d & upper];
        let [_, b, c, d] = r;
        let [i, j, k, l] = limbs(s);
        Self {
            r,
            r_folded: [b + (b >> 2), c + (c >> 2), d + (d >> 2)],
            s: [i, j, k, l, Wrapping(0)],
            sum: Limbs::default(),
        }
    }

    /// Takes bytes and the zeros that fill their last block, as the construction of the AEAD does.
    pub(super) fn absorb(&mut self, bytes: &[u8]) {
        let mut block = [0; 16];
        for piece in bytes.chunks(block.len()) {
            block.fill(0);
            block.iter_mut().zip(piece).for_each(|(byte, given)| *byte = *given);
            self.sum = self.added(self.sum, &block);
        }
    }

    /// Returns (`sum` + `block` + 2^128) · r, partly reduced modulo 2^130 − 5.
    ///
    /// Nothing overflows: with the block, the first limb is below 7 · 2^31 and the others below 2^33; limbs of `r` are
    /// below 2^28, folded ones below 5 · 2^26; so the sum of a column's products is below 12 · 2^60.
    #[inline(always)]
    pub(super) fn added(&self, sum: Limbs, block: &[u8; 16]) -> Limbs {
        let [a, b, c, d] = limbs(block);
        let [h0, h1, h2, h3, h4] = [sum[0] + a, sum[1] + b, sum[2] + c, sum[3] + d, sum[4] + Wrapping(1)];
        let [r0, r1, r2, r3] = self.r;
        let [f1, f2, f3] = self.r_folded;
        let p0 = h0 * r0 + h1 * f3 + h2 * f2 + h3 * f1;
        let p1 = h0 * r1 + h1 * r0 + h2 * f3 + h3 * f2 + h4 * f1 + (p0 >> 32);
        let p2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * f3 + h4 * f2 + (p1 >> 32);
        let p3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * f3 + (p2 >> 32);
        let p4 = h4 * r0 + (p3 >> 32);
        let folded = (p4 >> 2) * Wrapping(5);
        [(p0 & LIMB) + folded, p1 & LIMB, p2 & LIMB, p3 & LIMB, p4 & Wrapping(3)]
    }

    /// Returns the tag.
    #[inline(never)]
    pub(super) fn finish(&self) -> [u8; TAG_SIZE] {
        // The sum is below 2 · (2^130 − 5): it is reduced if adding 5 to it stays below 2^130.
        let reduced = carried(self.sum, Wrapping(5));
        let beyond = Choice::from(u8::from(reduced[4] >= Wrapping(4)));
        let mut tag = Limbs::default();
        for (((tag, sum), reduced), s) in tag.iter_mut().zip(self.sum).zip(reduced).zip(self.s) {
            *tag = Wrapping(u64::conditional_select(&sum.0, &reduced.0, beyond)) + s;
        }
        let mut bytes = [0; TAG_SIZE];
        for (bytes, limb) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(carried(tag, Wrapping(0))) {
            *bytes = u32::try_from(limb.0).unwrap_or_default().to_le_bytes();
        }
        bytes
    }
}

/// Adds a small number and carries through to the last limb.
fn carried(limbs: Limbs, added: Wrapping<u64>) -> Limbs {
    let mut carry = added;
    limbs.map(|limb| {
        let limb = limb + carry;
        carry = limb >> 32;
        limb & LIMB
    })
}

fn limbs(bytes: &[u8; 16]) -> [Wrapping<u64>; 4] {
    let mut words = [0; 4];
    read(bytes, &mut words);
    words.map(|word| Wrapping(u64::from(word)))
}

#[cfg(test)]
mod tests {
    use super::Poly1305;

    /// RFC 8439, section A.3, test vectors 7 to 11: sums that the last reduction must catch or leave.
    #[test]
    fn sums_around_the_modulus_are_reduced() {
        let number = |first: u8, rest: u8| {
            let mut bytes = [rest; 16];
            bytes[0] = first;
            bytes
        };
        let (zero, ones) = ([0; 16], [0xff; 16]);
        let vectors: [(u8, _, &[[u8; 16]], _); 5] = [
            (2, zero, &[ones], number(3, 0)),
            (2, ones, &[number(2, 0)], number(3, 0)),
            (1, zero, &[ones, number(0xf0, 0xff), number(0x11, 0)], number(5, 0)),
            (1, zero, &[ones, number(0xfb, 0xfe), [1; 16]], zero),
            (2, zero, &[number(0xfd, 0xff)], number(0xfa, 0xff)),
        ];
        for (r, s, message, tag) in vectors {
            let mut poly1305 = Poly1305::new(&number(r, 0), &s);
            poly1305.absorb(message.as_flattened());
            assert_eq!(poly1305.finish(), tag);
        }
    }
}
