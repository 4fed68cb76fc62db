//! Encrypts or decrypts a file as a whole process, to be measured beside the `age` command.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};

use sealwright_core::document::{self, Encryptor, Reader, Recipient, Unwrap};
use sealwright_tests::entropy;

/// Bytes read at once: with what comes out, they stay in a core's second cache.
const PIECE: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["encrypt", recipient, source, sink] => encrypt(recipient, File::open(source)?, File::create(sink)?),
        ["decrypt", identities, source, sink] => decrypt(identities, File::open(source)?, File::create(sink)?),
        _ => {
            Err("expected `encrypt RECIPIENT SOURCE SINK` or `decrypt IDENTITIES SOURCE SINK`; `make bench` runs it"
                .into())
        }
    }
}

fn encrypt(recipient: &str, mut source: File, mut sink: File) -> Result<(), Box<dyn Error>> {
    let recipient = Recipient::parse(recipient)?;
    let mut encryptor = Encryptor::new(&[&recipient], None, None, false, &mut entropy())?;
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece)? {
            0 => break,
            size => sink.write_all(&encryptor.push(&piece[..size])?)?,
        }
    }
    Ok(sink.write_all(&encryptor.finish()?)?)
}

fn decrypt(identities: &str, mut source: File, mut sink: File) -> Result<(), Box<dyn Error>> {
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
    let mut decryptor = reader.decryptor(&identities)?;
    loop {
        match source.read(&mut piece)? {
            0 => break,
            size => sink.write_all(&decryptor.push(&piece[..size])?)?,
        }
    }
    Ok(sink.write_all(&decryptor.finish()?)?)
}
