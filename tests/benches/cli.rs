//! Encrypts or decrypts a file as a whole process, to be measured beside the `age` command.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sealwright_core::document::{self, CHUNK_SIZE, Chunks, Encryptor, Flow, Identity, Part, Reader, Recipient, Unwrap};
use sealwright_tests::entropy;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Bytes read at once: with what comes out, they stay in a core's second cache.
const PIECE: usize = 8 * CHUNK_SIZE;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["encrypt", recipient, source, sink, threads] => {
            encrypt(recipient, File::open(source)?, File::create(sink)?, threads.parse()?)
        }
        ["decrypt", identities, source, sink, threads] => {
            decrypt(identities, File::open(source)?, File::create(sink)?, threads.parse()?)
        }
        _ => {
            Err("expected `encrypt RECIPIENT SOURCE SINK THREADS` or `decrypt IDENTITIES SOURCE SINK THREADS`; `make \
                  bench` runs it"
                .into())
        }
    }
}

fn encrypt(recipient: &str, source: File, mut sink: File, threads: usize) -> Outcome<()> {
    let recipient = Recipient::parse(recipient)?;
    let mut encryptor = Encryptor::new(&[&recipient], None, None, false, &mut entropy())?;
    let size = source.metadata()?.len();
    if threads == 1 || size == 0 {
        return carry(source, &mut encryptor, sink);
    }
    let front = encryptor.push(&[])?;
    sink.write_all(&front)?;
    let place = |start: u64| front.len() as u64 + start / CHUNK_SIZE as u64 * SEALED_CHUNK_SIZE;
    let team = Team::new(threads, size)?;
    let shared = encryptor.share(&team.recipients(), &mut entropy())?;
    team.work(&shared, &source, &|start, end| Ok((start, end)), &sink, &place)
}

fn decrypt(identities: &str, mut source: File, sink: File, threads: usize) -> Outcome<()> {
    let identities = document::parse_identities(&fs::read_to_string(identities)?)?;
    let identities: Vec<&dyn Unwrap> = identities.iter().map(|identity| identity as &dyn Unwrap).collect();
    let mut piece = vec![0; PIECE];
    let mut reader = Reader::new();
    loop {
        match source.read(&mut piece)? {
            0 => break reader.finish()?,
            size if reader.push(&piece[..size])? => break,
            _ => {}
        }
    }
    if threads == 1 {
        return carry(source, &mut reader.decryptor(&identities)?, sink);
    }
    let mut ranges = reader.range_decryptor(&identities, source.metadata()?.len())?;
    let (from, to) = ranges.last_chunk_range();
    ranges.authenticate(&read_range(&source, from, to)?)?;
    let team = Team::new(threads, ranges.size())?;
    let shared = ranges.share(&team.recipients(), &mut entropy())?;
    team.work(&shared, &source, &|start, end| Ok(ranges.ciphertext_range(start, end)?), &sink, &|start| start)
}

fn carry(mut source: File, flow: &mut dyn Flow, mut sink: File) -> Outcome<()> {
    let (mut piece, mut out) = (vec![0; PIECE], Vec::new());
    loop {
        let size = source.read(&mut piece)?;
        let part = if size == 0 { Part::Last(&[]) } else { Part::More(&piece[..size]) };
        out.resize(flow.ready(part).ok_or("armor tells no size")?, 0);
        flow.take_into(part, &mut out)?;
        sink.write_all(&out)?;
        if part.is_last() {
            return Ok(());
        }
    }
}

const SEALED_CHUNK_SIZE: u64 = CHUNK_SIZE as u64 + 16;

/// Holds the workers for a document, each with a key pair of its own.
struct Team {
    identities: Vec<Identity>,
    /// Bytes of plaintext.
    size: u64,
}

impl Team {
    fn new(count: usize, size: u64) -> Outcome<Self> {
        let identities = (0..count).map(|_| Identity::generate(&mut entropy())).collect::<Result<_, _>>()?;
        Ok(Self { identities, size })
    }

    fn recipients(&self) -> Vec<Recipient> {
        self.identities.iter().map(|identity| identity.recipient().clone()).collect()
    }

    /// Each worker takes the next range, reads it where it stands in the source, and writes what becomes of it to its place.
    fn work(
        &self,
        shared: &[u8],
        source: &File,
        span: &(impl Fn(u64, u64) -> Outcome<(u64, u64)> + Sync),
        sink: &File,
        place: &(impl Fn(u64) -> u64 + Sync),
    ) -> Outcome<()> {
        let next = AtomicU64::new(0);
        let work = |identity: &Identity| -> Outcome<()> {
            let (mut chunks, mut piece, mut out) = (Chunks::unshare(shared, identity)?, Vec::new(), Vec::new());
            loop {
                let start = next.fetch_add(PIECE as u64, Ordering::Relaxed);
                if start >= self.size {
                    return Ok(());
                }
                let end = self.size.min(start + PIECE as u64);
                let (from, to) = span(start, end)?;
                piece.resize(usize::try_from(to - from)?, 0);
                source.read_exact_at(&mut piece, from)?;
                out.resize(chunks.worked_size(piece.len()), 0);
                chunks.work_into(start, end == self.size, &piece, &mut out)?;
                sink.write_all_at(&out, place(start))?;
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = self.identities.iter().map(|identity| scope.spawn(|| work(identity))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
        })
    }
}

fn read_range(source: &File, from: u64, to: u64) -> Outcome<Vec<u8>> {
    let mut range = vec![0; usize::try_from(to - from)?];
    source.read_exact_at(&mut range, from)?;
    Ok(range)
}
