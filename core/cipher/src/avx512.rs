//! ChaCha20-Poly1305 (RFC 8439) for x86-64 with AVX-512 and its multiplication of 52 bits (IFMA).
//!
//! ChaCha20 makes sixteen blocks at once, a vector holding one word of each; [`poly1305`] takes in sixteen. Nothing
//! branches on a secret or takes an address from one.
#![expect(unsafe_code, reason = "vectors are loaded and stored by address, and the instructions are found at run time")]

mod poly1305;

use core::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm512_add_epi32, _mm512_loadu_si512, _mm512_rol_epi32, _mm512_set1_epi32,
    _mm512_setr_epi32, _mm512_setzero_si512, _mm512_shuffle_i32x4, _mm512_storeu_si512, _mm512_unpackhi_epi32,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64, _mm512_xor_si512,
};
use core::iter;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use self::poly1305::Poly1305;
use crate::{Failed, TAG_SIZE};

const BLOCK: usize = 64;

/// Bytes of the sixteen blocks that are made at once.
const BATCH: usize = 16 * BLOCK;

/// Bytes that the batch of the tag's one-time key has blocks left for.
const SHORT: usize = 15 * BLOCK;

const DOUBLE_ROUNDS: usize = 10;

/// Which word of ChaCha20's state counts the blocks.
const COUNTER: usize = 12;

/// The words that open ChaCha20's state: RFC 8439, section 2.3.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The most bytes that one key and nonce encrypt: the counter of blocks has 32 bits, and begins at 1.
const MAX_SIZE: u64 = 64 * 0xffff_ffff;

/// Encrypts and authenticates messages under one key.
///
/// INVARIANT: there is one only where the processor has AVX-512F and AVX-512IFMA.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Aead([u32; 8]);

impl Aead {
    /// Takes the key, where the processor has the instructions.
    pub(crate) fn new(key: &[u8; 32]) -> Option<Self> {
        let found = std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512ifma");
        found.then(|| Self(words(key)))
    }

    /// Encrypts `plaintext` into `ciphertext` and returns the tag.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG_SIZE], Failed> {
        if plaintext.len() != ciphertext.len() || plaintext.len() as u64 > MAX_SIZE {
            return Err(Failed);
        }
        // SAFETY: by the type's invariant the processor has the instructions.
        Ok(unsafe { run::<true>(&self.0, nonce, aad, plaintext, ciphertext) })
    }

    /// Decrypts `ciphertext` into `plaintext`; on a failure that is all zeros.
    pub(crate) fn open(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_SIZE],
        plaintext: &mut [u8],
    ) -> Result<(), Failed> {
        if plaintext.len() == ciphertext.len() && plaintext.len() as u64 <= MAX_SIZE {
            // SAFETY: by the type's invariant the processor has the instructions.
            let expected = unsafe { run::<false>(&self.0, nonce, aad, ciphertext, plaintext) };
            // INVARIANT: nothing of `plaintext` can be read before this line, for it is borrowed until then.
            if expected.ct_eq(tag).into() {
                return Ok(());
            }
        }
        plaintext.fill(0);
        Err(Failed)
    }
}

/// Encrypts or decrypts, and returns the tag: RFC 8439, section 2.8.
#[target_feature(enable = "avx512f,avx512ifma")]
fn run<const SEALS: bool>(
    key: &[u32; 8],
    nonce: &[u8; 12],
    aad: &[u8],
    input: &[u8],
    output: &mut [u8],
) -> [u8; TAG_SIZE] {
    let state = Zeroizing::new(initial(key, nonce));
    let mut first = Zeroizing::new([0; BLOCK]);
    let [block, blocks @ ..] = sixteen_blocks(&state, 0);
    store(block, &mut first);
    let mut tag = Poly1305::new(first.first_chunk().unwrap_or(&[0; 32]));
    tag.absorb(aad);
    if input.len() <= SHORT {
        apply(&blocks, input, output);
        tag.absorb(if SEALS { output } else { input });
        return tag.finish(aad.len(), input.len());
    }
    let mut counter: u32 = 1;
    let (batches, rest) = input.as_chunks::<BATCH>();
    let (outputs, output_rest) = output.as_chunks_mut::<BATCH>();
    for ((input, output), next) in batches.iter().zip(outputs).zip(ahead(batches)) {
        prefetch(next);
        apply(&sixteen_blocks(&state, counter), input, output);
        counter = counter.wrapping_add(16);
        tag.absorb_groups(if SEALS { output } else { input }.as_chunks().0);
    }
    if !rest.is_empty() {
        apply(&sixteen_blocks(&state, counter), rest, output_rest);
    }
    tag.absorb(if SEALS { output_rest } else { rest });
    tag.finish(aad.len(), input.len())
}

/// Returns for each batch the one that is fetched while it is worked on: without that, memory that is in no cache near costs
/// a third of the time.
fn ahead(batches: &[[u8; BATCH]]) -> impl Iterator<Item = &[u8]> {
    batches.iter().skip(2).map(<[u8; BATCH]>::as_slice).chain(iter::repeat(&[][..]))
}

/// Encrypts or decrypts up to a batch.
#[inline]
#[target_feature(enable = "avx512f")]
fn apply(blocks: &[__m512i], input: &[u8], output: &mut [u8]) {
    let (inputs, rest) = input.as_chunks();
    let (outputs, output_rest) = output.as_chunks_mut();
    let mut blocks = blocks.iter();
    for ((input, output), block) in inputs.iter().zip(outputs).zip(&mut blocks) {
        store(_mm512_xor_si512(load(input), *block), output);
    }
    if let Some(block) = blocks.next()
        && !rest.is_empty()
    {
        let mut last = Zeroizing::new([0; BLOCK]);
        store(*block, &mut last);
        for ((output, input), key) in output_rest.iter_mut().zip(rest).zip(last.iter()) {
            *output = input ^ key;
        }
    }
}

/// Sets out the state of block 0: RFC 8439, section 2.3.
fn initial(key: &[u32; 8], nonce: &[u8; 12]) -> [u32; 16] {
    let [a, b, c, d] = CONSTANTS;
    let [e, f, g, h, i, j, k, l] = *key;
    let [n, o, p] = words(nonce);
    [a, b, c, d, e, f, g, h, i, j, k, l, 0, n, o, p]
}

/// Makes sixteen blocks of the keystream, from the one that `counter` names.
#[target_feature(enable = "avx512f")]
fn sixteen_blocks(state: &[u32; 16], counter: u32) -> [__m512i; 16] {
    let counters = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let mut start = [_mm512_setzero_si512(); 16];
    for (vector, word) in start.iter_mut().zip(state) {
        *vector = _mm512_set1_epi32(word.cast_signed());
    }
    start[COUNTER] = _mm512_add_epi32(_mm512_set1_epi32(counter.cast_signed()), counters);
    let mut words = rounded(start);
    for (word, start) in words.iter_mut().zip(start) {
        *word = _mm512_add_epi32(*word, start);
    }
    transposed(words)
}

/// Does quarter rounds side by side: RFC 8439, section 2.1.
macro_rules! quarter_rounds {
    ($([$a:ident $b:ident $c:ident $d:ident])*) => {
        $($a = _mm512_add_epi32($a, $b);)*
        $($d = _mm512_rol_epi32::<16>(_mm512_xor_si512($d, $a));)*
        $($c = _mm512_add_epi32($c, $d);)*
        $($b = _mm512_rol_epi32::<12>(_mm512_xor_si512($b, $c));)*
        $($a = _mm512_add_epi32($a, $b);)*
        $($d = _mm512_rol_epi32::<8>(_mm512_xor_si512($d, $a));)*
        $($c = _mm512_add_epi32($c, $d);)*
        $($b = _mm512_rol_epi32::<7>(_mm512_xor_si512($b, $c));)*
    };
}

/// Does the twenty rounds, columns and diagonals in turn.
#[inline]
#[target_feature(enable = "avx512f")]
fn rounded(words: [__m512i; 16]) -> [__m512i; 16] {
    let [
        mut a,
        mut b,
        mut c,
        mut d,
        mut e,
        mut f,
        mut g,
        mut h,
        mut i,
        mut j,
        mut k,
        mut l,
        mut m,
        mut n,
        mut o,
        mut p,
    ] = words;
    for _ in 0..DOUBLE_ROUNDS {
        quarter_rounds!([a e i m] [b f j n] [c g k o] [d h l p]);
        quarter_rounds!([a f k p] [b g l m] [c h i n] [d e j o]);
    }
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// Turns words by blocks into blocks of words.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed(words: [__m512i; 16]) -> [__m512i; 16] {
    let [a, b, c, d] = quarters([words[0], words[1], words[2], words[3]]);
    let [e, f, g, h] = quarters([words[4], words[5], words[6], words[7]]);
    let [i, j, k, l] = quarters([words[8], words[9], words[10], words[11]]);
    let [m, n, o, p] = quarters([words[12], words[13], words[14], words[15]]);
    let [b0, b4, b8, b12] = gathered([a, e, i, m]);
    let [b1, b5, b9, b13] = gathered([b, f, j, n]);
    let [b2, b6, b10, b14] = gathered([c, g, k, o]);
    let [b3, b7, b11, b15] = gathered([d, h, l, p]);
    [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
}

/// Brings four words of a block together: the vector `i` has them of the blocks `i`, `i` + 4, `i` + 8 and `i` + 12.
#[inline]
#[target_feature(enable = "avx512f")]
fn quarters([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (even, odd) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (even_rest, odd_rest) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(even, even_rest),
        _mm512_unpackhi_epi64(even, even_rest),
        _mm512_unpacklo_epi64(odd, odd_rest),
        _mm512_unpackhi_epi64(odd, odd_rest),
    ]
}

/// Brings the quarters of a block together, for four blocks.
#[inline]
#[target_feature(enable = "avx512f")]
fn gathered([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (lower, upper) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0xee>(a, b));
    let (lower_rest, upper_rest) = (_mm512_shuffle_i32x4::<0x44>(c, d), _mm512_shuffle_i32x4::<0xee>(c, d));
    [
        _mm512_shuffle_i32x4::<0x88>(lower, lower_rest),
        _mm512_shuffle_i32x4::<0xdd>(lower, lower_rest),
        _mm512_shuffle_i32x4::<0x88>(upper, upper_rest),
        _mm512_shuffle_i32x4::<0xdd>(upper, upper_rest),
    ]
}

#[inline]
fn prefetch(bytes: &[u8]) {
    for line in bytes.as_chunks::<BLOCK>().0 {
        // SAFETY: it reads nothing, and any address will do.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; BLOCK]) -> __m512i {
    // SAFETY: the address is of 64 bytes to read, and needs no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: __m512i, bytes: &mut [u8; BLOCK]) {
    // SAFETY: the address is of 64 bytes to write, and needs no alignment.
    unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), vector) }
}

/// Reads little-endian words.
fn words<const COUNT: usize>(bytes: &[u8]) -> [u32; COUNT] {
    let mut words = [0; COUNT];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}
