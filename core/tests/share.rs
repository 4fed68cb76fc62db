//! A document whose chunks several workers encrypt and decrypt.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use getrandom::SysRng;
use proptest::prelude::*;
use sealwright_core::document::{CHUNK_SIZE, Chunks, Encryptor, Identity, RangeDecryptor, Reader, decrypt, encrypt};
use sealwright_core::error::Error;

fn identity() -> Identity {
    Identity::generate(&mut SysRng).unwrap()
}

/// Returns what a worker makes of a range.
fn work(worker: &mut Chunks, start: u64, last: bool, range: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0xa5; worker.worked_size(range.len())];
    let done = worker.work_into(start, last, range, &mut out);
    assert!(!matches!(done, Err(Error::PayloadCorrupt)) || out.iter().all(|byte| *byte == 0), "nothing of it stays");
    done.map(|()| out)
}

fn plaintext(size: usize) -> Vec<u8> {
    (0..size).map(|index| (index * 31 % 251) as u8).collect()
}

/// Returns the front of a document for `owner` and what encrypts it, once for each worker.
fn begun<const N: usize>(owner: &Identity) -> (Vec<u8>, [Chunks; N]) {
    let mut encryptor = Encryptor::new(&[owner.recipient() as _], None, None, false, &mut SysRng).unwrap();
    let front = encryptor.push(&[]).unwrap();
    let workers: [Identity; N] = std::array::from_fn(|_| identity());
    let recipients: Vec<_> = workers.iter().map(|worker| worker.recipient().clone()).collect();
    let shared = encryptor.share(&recipients, &mut SysRng).unwrap();
    assert!(matches!(encryptor.push(&[]), Err(Error::CallOrder { .. })), "the payload is the workers' now");
    assert!(matches!(encryptor.finish(), Err(Error::CallOrder { .. })), "the payload is the workers' now");
    (front, workers.map(|worker| Chunks::unshare(&shared, &worker).unwrap()))
}

/// Returns an authenticated document.
fn opened(document: &[u8], owner: &Identity) -> RangeDecryptor {
    let (reader, _) = Reader::split(document).unwrap();
    let mut decryptor = reader.range_decryptor(&[owner], document.len() as u64).unwrap();
    let (start, end) = decryptor.last_chunk_range();
    decryptor.authenticate(&document[start as usize..end as usize]).unwrap();
    decryptor
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn what_workers_make_is_one_document_and_what_they_read_is_its_plaintext(
        chunks in 0_usize..7,
        more in prop::sample::select(vec![0, 1, CHUNK_SIZE - 1]),
        range in 1_usize..4,
    ) {
        let size = (chunks * CHUNK_SIZE + more).max(1);
        let (owner, plaintext) = (identity(), plaintext(size));
        let (mut document, mut workers) = begun::<2>(&owner);
        for (turn, part) in plaintext.chunks(range * CHUNK_SIZE).enumerate() {
            let start = turn * range * CHUNK_SIZE;
            let last = start + part.len() == size;
            document.append(&mut work(&mut workers[turn % 2], start as u64, last, part).unwrap());
        }
        prop_assert!(decrypt(&document, &[&owner]).unwrap() == plaintext);

        let decryptor = opened(&document, &owner);
        let helpers = [identity(), identity()];
        let recipients: Vec<_> = helpers.iter().map(|helper| helper.recipient().clone()).collect();
        let shared = decryptor.share(&recipients, &mut SysRng).unwrap();
        let mut workers = helpers.map(|helper| Chunks::unshare(&shared, &helper).unwrap());
        for (turn, part) in plaintext.chunks(range * CHUNK_SIZE).enumerate() {
            let start = (turn * range * CHUNK_SIZE) as u64;
            let end = start + part.len() as u64;
            let (from, to) = decryptor.ciphertext_range(start, end).unwrap();
            let sealed = &document[from as usize..to as usize];
            prop_assert!(work(&mut workers[turn % 2], start, end == size as u64, sealed).unwrap() == part);
        }
    }
}

#[test]
fn no_range_is_encrypted_twice_or_within_a_chunk() {
    let (_, [mut worker]) = begun(&identity());
    let chunk = CHUNK_SIZE as u64;
    let refused = |result| matches!(result, Err(Error::CallOrder { .. }));
    assert!(refused(work(&mut worker, 1, true, &[1])));
    assert!(refused(work(&mut worker, 0, false, &[1])));
    assert!(refused(work(&mut worker, 0, false, &[])));
    assert!(refused(work(&mut worker, 0, true, &[])));
    work(&mut worker, chunk, false, &plaintext(2 * CHUNK_SIZE)).unwrap();
    assert!(refused(work(&mut worker, 0, false, &plaintext(CHUNK_SIZE))));
    assert!(refused(work(&mut worker, 2 * chunk, true, &[1])));
    work(&mut worker, 3 * chunk, true, &[1]).unwrap();
}

#[test]
fn a_range_of_another_place_is_not_decrypted() {
    let owner = identity();
    let document = encrypt(&plaintext(3 * CHUNK_SIZE), &[owner.recipient() as _], None, &mut SysRng).unwrap();
    let decryptor = opened(&document, &owner);
    let worker = identity();
    let shared = decryptor.share(&[worker.recipient().clone()], &mut SysRng).unwrap();
    let (from, to) = decryptor.ciphertext_range(0, CHUNK_SIZE as u64).unwrap();
    let first = &document[from as usize..to as usize];
    for (start, last) in [(CHUNK_SIZE as u64, false), (0, true)] {
        let mut chunks = Chunks::unshare(&shared, &worker).unwrap();
        assert!(matches!(work(&mut chunks, start, last, first), Err(Error::PayloadCorrupt)));
    }
}

#[test]
fn what_stands_behind_the_last_chunk_is_not_passed_over() {
    let owner = identity();
    let document = encrypt(&plaintext(CHUNK_SIZE), &[owner.recipient() as _], None, &mut SysRng).unwrap();
    let decryptor = opened(&document, &owner);
    let worker = identity();
    let shared = decryptor.share(&[worker.recipient().clone()], &mut SysRng).unwrap();
    let (from, to) = decryptor.ciphertext_range(0, CHUNK_SIZE as u64).unwrap();
    let chunk = &document[from as usize..to as usize];
    let longer = |more: usize| [chunk, &vec![0; more]].concat();
    for more in [1, 15, 16, 17] {
        let mut chunks = Chunks::unshare(&shared, &worker).unwrap();
        assert!(matches!(work(&mut chunks, 0, true, &longer(more)), Err(Error::PayloadCorrupt)), "{more} bytes more");
    }
    let mut chunks = Chunks::unshare(&shared, &worker).unwrap();
    assert!(matches!(work(&mut chunks, 0, true, &[0; 16]), Err(Error::PayloadCorrupt)), "a tag alone");
    assert!(work(&mut chunks, 0, true, chunk).is_ok());
}

#[test]
fn a_buffer_of_another_size_is_not_filled() {
    let (_, [mut worker]) = begun(&identity());
    for size in [0, 25, 27] {
        assert!(matches!(worker.work_into(0, true, &[0; 10], &mut vec![0; size]), Err(Error::CallOrder { .. })));
    }
    worker.work_into(0, true, &[0; 10], &mut [0; 26]).unwrap();
}

#[test]
fn who_may_decrypt_cannot_encrypt() {
    let owner = identity();
    let document = encrypt(&plaintext(10), &[owner.recipient() as _], None, &mut SysRng).unwrap();
    let worker = identity();
    let shared = opened(&document, &owner).share(&[worker.recipient().clone()], &mut SysRng).unwrap();
    let mut chunks = Chunks::unshare(&shared, &worker).unwrap();
    assert!(matches!(work(&mut chunks, 0, true, &plaintext(10)), Err(Error::PayloadCorrupt)));
}

#[test]
fn only_a_worker_unshares_and_only_what_was_shared() {
    let owner = identity();
    let document = encrypt(&plaintext(10), &[owner.recipient() as _], None, &mut SysRng).unwrap();
    let shared = opened(&document, &owner).share(&[identity().recipient().clone()], &mut SysRng).unwrap();
    assert!(matches!(Chunks::unshare(&shared, &identity()), Err(Error::NoIdentity)));
    assert!(matches!(Chunks::unshare(&document, &owner), Err(Error::PayloadCorrupt)));
}

#[test]
fn a_document_is_shared_when_its_header_is_out_and_nothing_more() {
    let (owner, worker) = (identity(), identity());
    let workers = [worker.recipient().clone()];
    let shares = |armor: bool, pushed: &[&[u8]]| {
        let mut encryptor = Encryptor::new(&[owner.recipient() as _], None, None, armor, &mut SysRng).unwrap();
        pushed.iter().for_each(|bytes| drop(encryptor.push(bytes).unwrap()));
        encryptor.share(&workers, &mut SysRng).is_ok()
    };
    assert!(shares(false, &[&[]]));
    assert!(!shares(false, &[]));
    assert!(!shares(false, &[&[1]]));
    assert!(!shares(true, &[&[]]));
    let document = encrypt(&plaintext(10), &[owner.recipient() as _], None, &mut SysRng).unwrap();
    let (reader, _) = Reader::split(&document).unwrap();
    let decryptor = reader.range_decryptor(&[&owner], document.len() as u64).unwrap();
    assert!(matches!(decryptor.share(&workers, &mut SysRng), Err(Error::CallOrder { .. })));
}
