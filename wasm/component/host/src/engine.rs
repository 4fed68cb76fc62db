//! The engine: instances come from a pool, and end at a deadline.

use std::path::Path;
use std::time::Duration;

use hyper::{Request, Response};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context as _;
use wasmtime::{Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

/// How many requests are worked on at once. One more waits for its turn.
pub(crate) const MOST_AT_ONCE: u32 = 64;

/// The most memory of an instance, in bytes.
const MOST_MEMORY: usize = 64 << 20;

/// How often deadlines are looked at.
const TICK: Duration = Duration::from_millis(10);

/// After how many ticks an instance ends.
pub(crate) const DEADLINE_TICKS: u64 = 200;

/// What a request's instance sees of the world: its environment, the time, randomness. No files, and no network.
pub(crate) struct World {
    pub(crate) wasi: WasiCtx,
    pub(crate) http: WasiHttpCtx,
    pub(crate) table: ResourceTable,
    pub(crate) alone: Alone,
}

/// Lets no request out.
pub(crate) struct Alone;

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

/// Compiles a component, or finds it compiled beside its file, and links it.
pub(crate) fn prepare(component: &Path) -> Result<ProxyPre<World>> {
    let engine = Engine::new(&configuration(component)?)?;
    let ticking = engine.clone();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(TICK);
            ticking.increment_epoch();
        }
    });
    let component = Component::from_file(&engine, component).context("cannot load the component")?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    Ok(ProxyPre::new(linker.instantiate_pre(&component)?)?)
}

fn configuration(component: &Path) -> Result<Config> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MOST_AT_ONCE)
        .total_core_instances(MOST_AT_ONCE.saturating_mul(4))
        .total_memories(MOST_AT_ONCE)
        .total_tables(MOST_AT_ONCE.saturating_mul(4))
        .total_stacks(MOST_AT_ONCE)
        .max_memory_size(MOST_MEMORY);
    let mut cache = CacheConfig::new();
    cache.with_directory(std::path::absolute(component)?.with_extension("cache"));
    let mut configuration = Config::new();
    configuration
        .epoch_interruption(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .cache(Some(Cache::new(cache)?));
    Ok(configuration)
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
