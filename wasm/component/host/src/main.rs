//! Serves Sealwright's component over HTTP: an instance for each request, in bounds of time and memory.
//!
//! `sealwright-host --config edge.json --component sealwright_component.wasm` takes the configuration of the other hosts, but for objects,
//! which it does not keep, and issuers' keys by address: they stand in the configuration. What it compiles is kept beside the component.

mod engine;
mod replay;
mod server;
mod settings;
mod warm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use wasmtime::error::Context as _;
use wasmtime::{Result, bail};

use crate::server::Server;
use crate::settings::Settings;

const USAGE: &str = "usage: sealwright-host --config FILE --component FILE [--port PORT]";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sealwright-host: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let settings = Settings::read(&arguments.config)?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port.unwrap_or(settings.port)))
        .await
        .context("cannot listen")?;
    let origin = settings.origin.clone().unwrap_or(format!("http://{}", listener.local_addr()?));
    let environment = [("SEALWRIGHT_EDGE", &*settings.record(&origin)), ("SEALWRIGHT_PROGRAM", &settings.program)];
    let pre = engine::prepare(&arguments.component, &environment).await?;
    let server = Arc::new(Server::new(pre, settings.identities)?);
    eprintln!("The edge is at {origin}/");
    tokio::select! {
        served = server.serve(listener) => served,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

struct Arguments {
    config: PathBuf,
    component: PathBuf,
    port: Option<u16>,
}

impl Arguments {
    fn read(mut given: impl Iterator<Item = String>) -> Result<Self> {
        let (mut config, mut component, mut port) = (None, None, None);
        while let Some(name) = given.next() {
            let value = given.next().context(USAGE)?;
            match name.as_str() {
                "--config" => config = Some(Path::new(&value).to_owned()),
                "--component" => component = Some(Path::new(&value).to_owned()),
                "--port" => port = Some(value.parse::<u16>().context("expected a port from 0 to 65535")?),
                _ => bail!(USAGE),
            }
        }
        Ok(Self { config: config.context(USAGE)?, component: component.context(USAGE)?, port })
    }
}
