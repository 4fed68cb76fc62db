//! Measures the core in its own process: reads a task a line, answers with its seconds and operations, as JSON.

mod records;

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::Instant;

use sealwright_core::document::{
    self, Encryptor, Flow, Header, Identity, Part, RangeDecryptor, Reader, Recipient, Rewrap, Unwrap, parse_identities,
};
use sealwright_core::privacy::Scanner;
use sealwright_core::surface;
use sealwright_tests::entropy;

use records::Records;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PIECE: usize = 1 << 20;
/// So long that it pays for its threads.
const SHARED_PIECE: usize = 8 << 20;
const READ: u64 = 4096;
const READS: u64 = 50;
const DECISIONS: usize = 4_096;
const REWRAPS: u64 = 50;

/// What is measured, out of the folder that `inputs.py` fills.
struct Worker {
    plaintext: Vec<u8>,
    document: Vec<u8>,
    file: File,
    ranges: RangeDecryptor,
    identity: Identity,
    plain: Change,
    hybrid: Change,
    policy: surface::Policy,
    request: String,
    rules: [surface::Policy; 2],
    questions: Vec<String>,
    question: usize,
    text: Vec<u8>,
    records: Records,
    place: u64,
}

fn main() -> Outcome<()> {
    let folder = std::env::args().nth(1).ok_or("expected a folder of inputs; `make bench` makes one")?;
    let mut worker = Worker::load(Path::new(&folder))?;
    for task in io::stdin().lines() {
        let start = Instant::now();
        let operations = match task?.as_str() {
            "encrypt" => worker.encrypt(1)?,
            "decrypt" => worker.decrypt(1)?,
            "encrypt on all cores" => worker.encrypt(cores()?)?,
            "decrypt on all cores" => worker.decrypt(cores()?)?,
            "range" => worker.read_ranges()?,
            "rewrap" => worker.plain.rewrap()?,
            "rewrap hybrid" => worker.hybrid.rewrap()?,
            "decide" => worker.decide()?,
            "decide again" => worker.decide_again()?,
            "decide 10k" => worker.decide_new(0)?,
            "decide 100k" => worker.decide_new(1)?,
            "scan" => worker.scan(),
            "seal records" => worker.records.seal()?,
            "open records" => worker.records.open()?,
            "reseal records" => worker.records.reseal()?,
            "blind index" => worker.records.blind_index()?,
            other => return Err(format!("`{other}` is no task").into()),
        };
        let answer = serde_json::json!({ "seconds": start.elapsed().as_secs_f64(), "operations": operations });
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// Sends bytes through in pieces, into one buffer.
fn carry(flow: &mut dyn Flow, bytes: &[u8], threads: usize) -> Outcome<u64> {
    flow.set_threads(threads);
    let mut out = Vec::new();
    let pieces = bytes.chunks(if threads == 1 { PIECE } else { SHARED_PIECE });
    for part in pieces.map(Part::More).chain([Part::Last(&[])]) {
        out.resize(flow.ready(part).ok_or("armor tells no size")?, 0);
        flow.take_into(part, &mut out)?;
        black_box(&out);
    }
    Ok(1)
}

fn cores() -> Outcome<usize> {
    Ok(thread::available_parallelism()?.get())
}

impl Worker {
    fn load(folder: &Path) -> Outcome<Self> {
        let document = fs::read(folder.join("document.age"))?;
        let identity = parse_identities(&fs::read_to_string(folder.join("identity.txt"))?)?.remove(0);
        let mut reader = Reader::new();
        reader.push(&document[..PIECE])?;
        let mut ranges = reader.range_decryptor(&[&identity as &dyn Unwrap], u64::try_from(document.len())?)?;
        let (start, end) = ranges.last_chunk_range();
        ranges.authenticate(&document[usize::try_from(start)?..usize::try_from(end)?])?;
        Ok(Self {
            plaintext: fs::read(folder.join("plaintext"))?,
            file: File::open(folder.join("document.age"))?,
            document,
            ranges,
            records: Records::new(&identity)?,
            identity,
            plain: Change::new(Identity::generate(&mut entropy())?, &Identity::generate(&mut entropy())?)?,
            hybrid: Change::new(Identity::generate_pq(&mut entropy())?, &Identity::generate_pq(&mut entropy())?)?,
            policy: surface::Policy::load(&fs::read_to_string(folder.join("policy.json"))?)?,
            request: fs::read_to_string(folder.join("request.json"))?,
            rules: [rules(folder, "10k")?, rules(folder, "100k")?],
            questions: fs::read_to_string(folder.join("questions.jsonl"))?.lines().map(str::to_owned).collect(),
            question: 0,
            text: fs::read(folder.join("text"))?,
            place: 1,
        })
    }

    fn encrypt(&self, threads: usize) -> Outcome<u64> {
        let mut encryptor = Encryptor::new(&[self.identity.recipient()], None, None, false, &mut entropy())?;
        carry(&mut encryptor, &self.plaintext, threads)
    }

    fn decrypt(&self, threads: usize) -> Outcome<u64> {
        let (front, rest) = self.document.split_at(PIECE);
        let mut reader = Reader::new();
        reader.push(front)?;
        carry(&mut reader.decryptor(&[&self.identity as &dyn Unwrap])?, rest, threads)
    }

    fn read_ranges(&mut self) -> Outcome<u64> {
        for _ in 0..READS {
            let place = self.next_place();
            let (from, to) = self.ranges.ciphertext_range(place, place + READ)?;
            let mut sealed = vec![0; usize::try_from(to - from)?];
            self.file.read_exact_at(&mut sealed, from)?;
            black_box(self.ranges.decrypt(place, place + READ, &sealed)?);
        }
        Ok(READS)
    }

    fn decide(&self) -> Outcome<u64> {
        repeated(&self.policy, &self.request)
    }

    fn decide_again(&self) -> Outcome<u64> {
        repeated(&self.rules[0], &self.questions[0])
    }

    /// Asks what was not asked for so long that nothing of it is remembered.
    fn decide_new(&mut self, policy: usize) -> Outcome<u64> {
        for _ in 0..DECISIONS {
            black_box(self.rules[policy].decide(black_box(&self.questions[self.question]))?);
            self.question = (self.question + 1) % self.questions.len();
        }
        Ok(u64::try_from(DECISIONS)?)
    }

    fn scan(&self) -> u64 {
        let mut scanner = Scanner::new();
        self.text.chunks(PIECE).for_each(|piece| scanner.push(piece));
        black_box(scanner.finish());
        1
    }

    /// Returns where to read next: Knuth's linear congruential generator, so that no read is foreseen by a cache.
    fn next_place(&mut self) -> u64 {
        self.place = self.place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.place >> 20) % (self.ranges.size() - READ)
    }
}

fn repeated(policy: &surface::Policy, request: &str) -> Outcome<u64> {
    for _ in 0..DECISIONS {
        black_box(policy.decide(black_box(request))?);
    }
    Ok(u64::try_from(DECISIONS)?)
}

fn rules(folder: &Path, name: &str) -> Outcome<surface::Policy> {
    Ok(surface::Policy::load(&fs::read_to_string(folder.join(format!("rules-{name}.json")))?)?)
}

/// Takes a recipient from a header of two and adds another.
struct Change {
    header: Vec<u8>,
    identity: Identity,
    added: Recipient,
}

impl Change {
    fn new(identity: Identity, added: &Identity) -> Outcome<Self> {
        let added = added.recipient().clone();
        let document = document::encrypt(b"", &[identity.recipient(), &added], None, &mut entropy())?;
        let (reader, _) = Reader::split(&document)?;
        Ok(Self { header: reader.header()?.as_bytes().to_vec(), identity, added })
    }

    fn rewrap(&self) -> Outcome<u64> {
        for _ in 0..REWRAPS {
            let header = Header::from_bytes(&self.header)?;
            let change = Rewrap { add: &[&self.added], remove: &[], replace: true };
            black_box(document::rewrap(&header, &[&self.identity as &dyn Unwrap], &change, &mut entropy())?);
        }
        Ok(REWRAPS)
    }
}
