//! Measures the `age` crate in its own process: reads a task a line, answers with its seconds and operations, as JSON.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::iter;
use std::path::Path;
use std::time::Instant;

use age::stream::StreamReader;
use age::x25519::Identity;
use age::{Decryptor, Encryptor};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PIECE: usize = 1 << 20;
const READ: u64 = 4096;
const READS: u64 = 50;

struct Peer {
    plaintext: Vec<u8>,
    document: Vec<u8>,
    identity: Identity,
    ranges: StreamReader<File>,
    place: u64,
}

fn main() -> Outcome<()> {
    let folder = std::env::args().nth(1).ok_or("expected a folder of inputs; `make bench` makes one")?;
    let mut peer = Peer::load(Path::new(&folder))?;
    for task in io::stdin().lock().lines() {
        let start = Instant::now();
        let operations = match task?.as_str() {
            "encrypt" => peer.encrypt()?,
            "decrypt" => peer.decrypt()?,
            "range" => peer.read_ranges()?,
            other => return Err(format!("`{other}` is no task").into()),
        };
        let seconds = start.elapsed().as_secs_f64();
        writeln!(io::stdout(), "{{\"seconds\": {seconds}, \"operations\": {operations}}}")?;
    }
    Ok(())
}

impl Peer {
    fn load(folder: &Path) -> Outcome<Self> {
        let identity: Identity = fs::read_to_string(folder.join("identity.txt"))?.trim().parse()?;
        let file = File::open(folder.join("document.age"))?;
        let ranges = Decryptor::new(file)?.decrypt(iter::once(&identity as &dyn age::Identity))?;
        Ok(Self {
            plaintext: fs::read(folder.join("plaintext"))?,
            document: fs::read(folder.join("document.age"))?,
            identity,
            ranges,
            place: 1,
        })
    }

    fn encrypt(&self) -> Outcome<u64> {
        let recipient = self.identity.to_public();
        let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))?;
        let mut writer = encryptor.wrap_output(io::sink())?;
        for piece in self.plaintext.chunks(PIECE) {
            writer.write_all(piece)?;
        }
        writer.finish()?;
        Ok(1)
    }

    fn decrypt(&self) -> Outcome<u64> {
        let mut reader =
            Decryptor::new(self.document.as_slice())?.decrypt(iter::once(&self.identity as &dyn age::Identity))?;
        let mut piece = vec![0; PIECE];
        while reader.read(&mut piece)? > 0 {
            black_box(&piece);
        }
        Ok(1)
    }

    fn read_ranges(&mut self) -> Outcome<u64> {
        let size = self.plaintext.len() as u64;
        let mut read = vec![0; READ as usize];
        for _ in 0..READS {
            self.place = self.place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.ranges.seek(SeekFrom::Start((self.place >> 20) % (size - READ)))?;
            self.ranges.read_exact(&mut read)?;
            black_box(&read);
        }
        Ok(READS)
    }
}
