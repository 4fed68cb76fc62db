//! The engine: instances come from a pool, and end at a deadline.

use std::path::Path;
use std::time::Duration;

use hyper::{Request, Response};
use sealwright_core::encoding::hex;
use sha2::{Digest as _, Sha256};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context as _;
use wasmtime::{
    Cache, CacheConfig, Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result,
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use crate::warm::warmed;

/// How many requests are worked on at once. One more waits for its turn.
pub(crate) const MOST_AT_ONCE: u32 = 64;

/// The most memory of an instance, in bytes.
const MOST_MEMORY: usize = 64 << 20;

/// The most memory of an instance that stays with its slot of the pool, in bytes.
const MOST_KEPT: usize = 4 << 20;

/// How often deadlines are looked at.
const TICK: Duration = Duration::from_millis(10);

/// After how many ticks an instance ends.
pub(crate) const DEADLINE_TICKS: u64 = 200;

/// What a request's instance sees of the world: its environment, the time, randomness. No files, and no network.
pub(crate) struct World {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    alone: Alone,
}

/// Lets no request out.
struct Alone;

type Sent = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Alone {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Sent,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Sent), Error>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

/// Compiles a component with its settings, or finds that compiled beside its file, and links it.
pub(crate) async fn prepare(path: &Path, environment: &[(&str, &str)]) -> Result<ProxyPre<World>> {
    let cache = std::path::absolute(path)?.with_extension("cache");
    let engine = Engine::new(&configuration(&cache)?)?;
    let ticking = engine.clone();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(TICK);
            ticking.increment_epoch();
        }
    });
    let component = std::fs::read(path).context("cannot read the component")?;
    let kept = cache.join(format!("{}.wasm", named(&component, environment)));
    if !kept.exists() {
        let warm = warmed(&component, environment).await?;
        // Who starts at the same time sees all of it, or nothing.
        let unfinished = cache.join(format!("{}.unfinished", std::process::id()));
        std::fs::create_dir_all(&cache)?;
        std::fs::write(&unfinished, warm)?;
        std::fs::rename(&unfinished, &kept)?;
    }
    let component = Component::from_file(&engine, &kept).context("cannot load the component")?;
    ProxyPre::new(linker(&engine)?.instantiate_pre(&component)?)
}

/// Links what a component sees of the world.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<World>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    Ok(linker)
}

/// Sets what components are compiled with.
pub(crate) fn features(configuration: &mut Config) -> &mut Config {
    configuration.wasm_wide_arithmetic(true)
}

/// Names what comes of a component and its settings.
fn named(component: &[u8], environment: &[(&str, &str)]) -> String {
    let mut hash = Sha256::new_with_prefix(Sha256::digest(component));
    for (name, value) in environment {
        hash.update([Sha256::digest(name), Sha256::digest(value)].concat());
    }
    hex::encode(&hash.finalize())
}

fn configuration(cache: &Path) -> Result<Config> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MOST_AT_ONCE)
        .total_core_instances(MOST_AT_ONCE.saturating_mul(4))
        .total_memories(MOST_AT_ONCE)
        .total_tables(MOST_AT_ONCE.saturating_mul(4))
        .total_stacks(MOST_AT_ONCE)
        .max_memory_size(MOST_MEMORY)
        // What a request wrote to is overwritten, which costs less than giving the pages back and faulting them in again.
        .linear_memory_keep_resident(MOST_KEPT)
        .table_keep_resident(MOST_KEPT)
        .pagemap_scan(Enabled::Auto);
    let mut kept = CacheConfig::new();
    // Its cache is its own: it removes what it does not know.
    kept.with_directory(cache.join("compiled"));
    let mut configuration = Config::new();
    features(&mut configuration)
        .epoch_interruption(true)
        // Where in the component a trap was, nobody asks; it would be half of what a start has to read.
        .generate_address_map(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .cache(Some(Cache::new(kept)?));
    Ok(configuration)
}

impl World {
    /// Gives an instance an environment, and standard error to complain to.
    pub(crate) fn with(environment: &[(&str, &str)]) -> Self {
        let wasi = WasiCtx::builder().inherit_stderr().envs(environment).build();
        Self { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new(), alone: Alone }
    }
}

impl WasiView for World {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for World {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.alone }
    }
}
