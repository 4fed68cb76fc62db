//! Poly1305 (RFC 8439, section 2.5), sixteen blocks at once.
//!
//! Numbers modulo 2^130 − 5 are three limbs of 44 bits, as far as the lowest 132: 2^132 is 20. Two vectors hold a limb of
//! eight sums each; every sum takes one block in sixteen, and the sixteen become one at the end.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_or_si512,
    _mm512_reduce_add_epi64, _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};
use core::num::Wrapping;

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

use super::load;
use crate::TAG_SIZE;

/// Bytes that are taken in at once.
pub(super) const GROUP: usize = 256;

/// Is a number. INVARIANT: its limbs are below 2^45, but for a sum of sixteen, where they are below 2^48.
type Limbs = [Wrapping<u64>; 3];

/// Is eight numbers.
type Lanes = [__m512i; 3];

const LIMB: Wrapping<u64> = Wrapping((1 << 44) - 1);

/// The last limb of what is below 2^130.
const LAST_LIMB: Wrapping<u64> = Wrapping((1 << 42) - 1);

/// 2^128, which RFC 8439 sets before each block, in the last limb.
const ABOVE: Wrapping<u64> = Wrapping(1 << 40);

/// Authenticates a message.
pub(super) struct Poly1305 {
    r: Limbs,
    /// The powers of `r` from the first to the eighth, and the sixteenth, once there are lanes.
    powers: [Limbs; 8],
    sixteenth: Limbs,
    s: u128,
    sum: Limbs,
    /// Sums of blocks that are not part of `sum` yet, if there are any.
    lanes: Option<[Lanes; 2]>,
}

impl Poly1305 {
    /// Takes the one-time key.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let half = |at| key.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |half| u128::from_le_bytes(*half));
        let r = limbs(half(0) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff);
        let none = Limbs::default();
        Self { r, powers: [none; 8], sixteenth: none, s: half(16), sum: none, lanes: None }
    }

    /// Takes whole groups.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn absorb_groups(&mut self, groups: &[[u8; GROUP]]) {
        let Some((first_group, groups)) = groups.split_first() else { return };
        if self.lanes.is_none() {
            self.raise();
        }
        let factor = Factor::new(self.sixteenth.map(|limb| _mm512_set1_epi64(limb.0.cast_signed())));
        let none = [_mm512_setzero_si512(); 3];
        let lanes = self.lanes.unwrap_or([none; 2]);
        // What came before the lanes counts like the first block: it is added to it.
        let sum = core::mem::take(&mut self.sum).map(|limb| limb.0.cast_signed());
        let sum = sum.map(|limb| _mm512_setr_epi64(limb, 0, 0, 0, 0, 0, 0, 0));
        let mut lanes = absorbed(lanes, &factor, first_group, sum);
        for group in groups {
            lanes = absorbed(lanes, &factor, group, none);
        }
        self.lanes = Some(lanes);
    }

    /// Takes bytes and the zeros that fill their last block, as the construction of the AEAD does.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn absorb(&mut self, bytes: &[u8]) {
        let (groups, rest) = bytes.as_chunks();
        self.absorb_groups(groups);
        self.gather();
        let mut block = [0; 16];
        for piece in rest.chunks(block.len()) {
            block.fill(0);
            block.iter_mut().zip(piece).for_each(|(byte, given)| *byte = *given);
            self.absorb_block(u128::from_le_bytes(block));
        }
    }

    /// Takes the sizes and returns the tag.
    pub(super) fn finish(&mut self, aad: usize, ciphertext: usize) -> [u8; TAG_SIZE] {
        self.absorb_block(aad as u128 | (ciphertext as u128) << 64);
        let [a, b, c] = carried(carried(self.sum));
        // What is not below 2^130 − 5 reaches 2^130 when 5 is added, and what is beyond that is the number reduced.
        let i = a + Wrapping(5);
        let j = b + (i >> 44);
        let k = c + (j >> 44);
        let beyond = Choice::from((k.0 >> 42) as u8);
        let limb = |sum: Wrapping<u64>, reduced: Wrapping<u64>| {
            u128::from(u64::conditional_select(&sum.0, &(reduced & LIMB).0, beyond))
        };
        let tag = limb(a, i) | limb(b, j) << 44 | limb(c, k) << 88;
        tag.wrapping_add(self.s).to_le_bytes()
    }
}

impl Poly1305 {
    fn absorb_block(&mut self, block: u128) {
        let [a, b, c] = limbs(block);
        self.sum = product([self.sum[0] + a, self.sum[1] + b, self.sum[2] + c + ABOVE], self.r);
    }

    /// Makes the powers of `r`.
    fn raise(&mut self) {
        let mut power = self.r;
        self.powers = [power; 8];
        for next in self.powers.iter_mut().skip(1) {
            power = product(power, self.r);
            *next = power;
        }
        self.sixteenth = product(power, power);
    }

    /// Makes one sum of the lanes'.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn gather(&mut self) {
        let Some([first, second]) = self.lanes.take() else { return };
        let [r1, r2, r3, r4, r5, r6, r7, r8] = self.powers;
        let eighth = Factor::new(r8.map(|limb| _mm512_set1_epi64(limb.0.cast_signed())));
        let sums = eighth.times(first, second);
        // In the order that `split` leaves the blocks in.
        let lanes = |limb: fn(Limbs) -> Wrapping<u64>| {
            let [a, b, c, d, e, f, g, h] = [r8, r4, r7, r3, r6, r2, r5, r1].map(|power| limb(power).0.cast_signed());
            _mm512_setr_epi64(a, b, c, d, e, f, g, h)
        };
        let powers = [lanes(|[a, _, _]| a), lanes(|[_, b, _]| b), lanes(|[_, _, c]| c)];
        let products = Factor::new(powers).times(sums, [_mm512_setzero_si512(); 3]);
        self.sum = products.map(|limb| Wrapping(_mm512_reduce_add_epi64(limb).cast_unsigned()));
    }
}

impl Drop for Poly1305 {
    fn drop(&mut self) {
        self.powers
            .iter_mut()
            .chain([&mut self.r, &mut self.sixteenth, &mut self.sum])
            .flatten()
            .for_each(|limb| limb.0.zeroize());
        self.s.zeroize();
    }
}

/// Is what sums are multiplied by.
struct Factor {
    limbs: Lanes,
    /// Twenty times the upper limbs: what they become beyond 2^132.
    folded: [__m512i; 2],
}

impl Factor {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(limbs: Lanes) -> Self {
        let twenty = |limb| _mm512_add_epi64(_mm512_slli_epi64::<4>(limb), _mm512_slli_epi64::<2>(limb));
        let [_, b, c] = limbs;
        Self { limbs, folded: [twenty(b), twenty(c)] }
    }

    /// Returns `sums` · the factor + `added`, partly reduced.
    ///
    /// The multiplication gives the lower 52 bits of a product and the upper, which count 2^8 times the next limb's unit.
    /// Nothing overflows: with limbs below 2^45, and folded ones below 2^50, an upper part is below 2^43, so three of them
    /// times 2^8 stay below 2^53; what is carried beyond the last limb has no folded part, stays below 2^48, and twenty
    /// times that below 2^52.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn times(&self, [h0, h1, h2]: Lanes, [a0, a1, a2]: Lanes) -> Lanes {
        let ([r0, r1, r2], [f1, f2]) = (self.limbs, self.folded);
        let none = _mm512_setzero_si512();
        let lower = |sum, a, b| _mm512_madd52lo_epu64(sum, a, b);
        let upper = |sum, a, b| _mm512_madd52hi_epu64(sum, a, b);
        let d0 = lower(lower(lower(a0, h0, r0), h1, f2), h2, f1);
        let d1 = lower(lower(lower(a1, h0, r1), h1, r0), h2, f2);
        let d2 = lower(lower(lower(a2, h0, r2), h1, r1), h2, r0);
        let e0 = upper(upper(upper(none, h0, r0), h1, f2), h2, f1);
        let e1 = upper(upper(upper(none, h0, r1), h1, r0), h2, f2);
        let e2 = upper(upper(upper(none, h0, r2), h1, r1), h2, r0);
        let (mask, unit, twenty) =
            (_mm512_set1_epi64(LIMB.0.cast_signed()), _mm512_set1_epi64(256), _mm512_set1_epi64(20));
        let d1 = _mm512_add_epi64(lower(d1, e0, unit), _mm512_srli_epi64::<44>(d0));
        let d2 = _mm512_add_epi64(lower(d2, e1, unit), _mm512_srli_epi64::<44>(d1));
        let beyond = lower(_mm512_srli_epi64::<44>(d2), e2, unit);
        let d0 = lower(_mm512_and_si512(d0, mask), beyond, twenty);
        let d1 = _mm512_add_epi64(_mm512_and_si512(d1, mask), _mm512_srli_epi64::<44>(d0));
        [_mm512_and_si512(d0, mask), d1, _mm512_and_si512(d2, mask)]
    }
}

/// Takes a group, and `more` beside its first eight blocks.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn absorbed([first, second]: [Lanes; 2], factor: &Factor, group: &[u8; GROUP], more: Lanes) -> [Lanes; 2] {
    let [a, b, c, d] = group.as_chunks().0 else { return [first, second] };
    let [e, f, g] = split(load(a), load(b));
    let [i, j, k] = more;
    let blocks = [_mm512_add_epi64(e, i), _mm512_add_epi64(f, j), _mm512_add_epi64(g, k)];
    [factor.times(first, blocks), factor.times(second, split(load(c), load(d)))]
}

/// Makes limbs of eight blocks, in the order 0, 4, 1, 5, 2, 6, 3, 7.
#[inline]
#[target_feature(enable = "avx512f")]
fn split(first: __m512i, second: __m512i) -> Lanes {
    let (lower, upper) = (_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    let (mask, above) = (_mm512_set1_epi64(LIMB.0.cast_signed()), _mm512_set1_epi64(ABOVE.0.cast_signed()));
    let middle = _mm512_or_si512(_mm512_srli_epi64::<44>(lower), _mm512_slli_epi64::<20>(upper));
    [
        _mm512_and_si512(lower, mask),
        _mm512_and_si512(middle, mask),
        _mm512_or_si512(_mm512_srli_epi64::<24>(upper), above),
    ]
}

fn limbs(number: u128) -> Limbs {
    [0, 44, 88].map(|at| Wrapping((number >> at) as u64) & LIMB)
}

/// Multiplies, and reduces in part.
fn product([a, b, c]: Limbs, [i, j, k]: Limbs) -> Limbs {
    let twenty = Wrapping(20);
    let (f, g) = (twenty * j, twenty * k);
    let wide = |x: Wrapping<u64>, y: Wrapping<u64>| Wrapping(u128::from(x.0)) * Wrapping(u128::from(y.0));
    let p = wide(a, i) + wide(b, g) + wide(c, f);
    let q = wide(a, j) + wide(b, i) + wide(c, g) + (p >> 44);
    let r = wide(a, k) + wide(b, j) + wide(c, i) + (q >> 44);
    let low = |wide: Wrapping<u128>| Wrapping(wide.0 as u64);
    let first = (low(p) & LIMB) + low(r >> 44) * twenty;
    [first & LIMB, (low(q) & LIMB) + (first >> 44), low(r) & LIMB]
}

/// Carries through the limbs, and from beyond 2^130 to the first.
fn carried([a, b, c]: Limbs) -> Limbs {
    let b = b + (a >> 44);
    let c = c + (b >> 44);
    [(a & LIMB) + (c >> 42) * Wrapping(5), b & LIMB, c & LAST_LIMB]
}
