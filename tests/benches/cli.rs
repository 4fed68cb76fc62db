//! Encrypts or decrypts a file as a whole process, to be measured beside the `age` command.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use sealwright_core::document::{self, Encryptor, Flow, Part, Reader, Recipient, Unwrap};
use sealwright_tests::entropy;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Bytes read at once: with what comes out, they stay in a core's second cache.
const PIECE: usize = 512 * 1024;

/// Bytes read at once where threads share the work: enough for each to pay for itself.
const LONG_PIECE: usize = 4 * 1024 * 1024;

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

fn encrypt(recipient: &str, source: File, sink: File, threads: usize) -> Outcome<()> {
    let recipient = Recipient::parse(recipient)?;
    let mut encryptor = Encryptor::new(&[&recipient], None, None, false, &mut entropy())?;
    carry(source, &mut encryptor, sink, threads)
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
    carry(source, &mut reader.decryptor(&identities)?, sink, threads)
}

fn carry(source: File, flow: &mut dyn Flow, sink: File, threads: usize) -> Outcome<()> {
    flow.set_threads(threads);
    if threads > 1 { carry_side_by_side(source, flow, sink) } else { carry_in_turn(source, flow, sink) }
}

fn carry_in_turn(mut source: File, flow: &mut dyn Flow, mut sink: File) -> Outcome<()> {
    let (mut piece, mut out) = (vec![0; PIECE], Vec::new());
    loop {
        let size = source.read(&mut piece)?;
        let part = part(&piece[..size]);
        take(flow, part, &mut out)?;
        sink.write_all(&out)?;
        if part.is_last() {
            return Ok(());
        }
    }
}

/// Reads ahead and writes behind, each in a thread of its own. Four buffers go round between the threads.
fn carry_side_by_side(source: File, flow: &mut dyn Flow, sink: File) -> Outcome<()> {
    let (to_read, emptied) = sync_channel(2);
    let (filled, to_take) = sync_channel(2);
    let (ready, to_write) = sync_channel(2);
    let (written, to_fill) = sync_channel(2);
    for _ in 0..2 {
        to_read.send(vec![0; LONG_PIECE])?;
        written.send(Vec::new())?;
    }
    // What this holds of the channels ends with it, so that after a failure no thread waits.
    thread::scope(move |scope| {
        let reading = scope.spawn(move || read(source, emptied, filled));
        let writing = scope.spawn(move || write(sink, to_write, written));
        for (piece, size) in to_take {
            let (part, mut out) = (part(&piece[..size]), to_fill.recv()?);
            take(flow, part, &mut out)?;
            ready.send(out)?;
            // At the end nobody takes it.
            to_read.send(piece).ok();
        }
        drop(ready);
        reading.join().map_err(|_| "the reader panicked")??;
        writing.join().map_err(|_| "the writer panicked")?
    })
}

fn read(mut source: File, emptied: Receiver<Vec<u8>>, filled: SyncSender<(Vec<u8>, usize)>) -> Outcome<()> {
    for mut piece in emptied {
        let size = source.read(&mut piece)?;
        filled.send((piece, size))?;
        if size == 0 {
            break;
        }
    }
    Ok(())
}

fn write(mut sink: File, to_write: Receiver<Vec<u8>>, written: SyncSender<Vec<u8>>) -> Outcome<()> {
    for out in to_write {
        sink.write_all(&out)?;
        // At the end nobody fills it.
        written.send(out).ok();
    }
    Ok(())
}

/// Returns what was read as a part: when nothing was, it is the last.
fn part(read: &[u8]) -> Part<'_> {
    if read.is_empty() { Part::Last(&[]) } else { Part::More(read) }
}

/// Has a part go through, into a buffer that is used again.
fn take(flow: &mut dyn Flow, part: Part<'_>, out: &mut Vec<u8>) -> Outcome<()> {
    out.resize(flow.ready(part).ok_or("armor tells no size")?, 0);
    Ok(flow.take_into(part, out)?)
}
