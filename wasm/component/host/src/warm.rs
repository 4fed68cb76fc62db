//! A component that read its settings before: what each instance would do first is done once.
//!
//! An instance answers a request that nobody sent, without credentials, and so reads policy, issuers and senders. Its memory becomes that
//! of the component which serves: every request still has an instance of its own, which begins as this one ended.
//! Identities are handed to the instances that serve, and to them alone: nothing of what is kept on disk is secret.

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use tokio::sync::oneshot;
use wasmtime::component::{Component, Instance, Lift, WasmList};
use wasmtime::error::Context as _;
use wasmtime::{Config, Engine, Result, Store, ensure};
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{Error, WasiHttpView};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

use crate::engine::{World, features, linker};

/// Returns the component with the memory that settings, given as an environment, make.
pub(crate) async fn warmed(component: &[u8], environment: &[(&str, &str)]) -> Result<Vec<u8>> {
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument_component(component)?;
    let engine = Engine::new(features(&mut Config::new()))?;
    let instrumented = Component::new(&engine, instrumented)?;
    let mut store = Store::new(&engine, World::with(environment));
    let instance = linker(&engine)?.instantiate_async(&mut store, &instrumented).await?;
    answer(&mut store, &instance).await?;
    let mut state = State { store, instance, failed: None };
    let warm = wizer.snapshot_component(&context, &mut state).await?;
    state.failed.map_or(Ok(warm), Err)
}

/// Has an instance read its settings. That nobody asked it is the answer.
async fn answer(store: &mut Store<World>, instance: &Instance) -> Result<()> {
    let body = Empty::<Bytes>::new().map_err(|never| -> Error { match never {} });
    let request = Request::post("http://127.0.0.1/v1/release").body(body)?;
    let (sender, receiver) = oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    let proxy = Proxy::new(&mut *store, instance)?;
    let handled = proxy.wasi_http_incoming_handler().call_handle(&mut *store, request, out);
    let (handled, response) = tokio::join!(handled, receiver);
    handled?;
    let status = response.context("the component gave no answer")??.status();
    ensure!(status == StatusCode::UNAUTHORIZED, "the component cannot read its settings: it answers {status}");
    Ok(())
}

/// Reads an instance's state for who takes it down. What fails is told afterwards.
struct State {
    store: Store<World>,
    instance: Instance,
    failed: Option<wasmtime::Error>,
}

impl State {
    async fn read<R, Read: Default>(
        &mut self,
        of: &str,
        name: &str,
        take: impl FnOnce(&Store<World>, R) -> Read,
    ) -> Read
    where
        R: Lift + Send + Sync + 'static,
    {
        match self.call(of, name).await {
            Ok(value) => take(&self.store, value),
            Err(error) => {
                self.failed.get_or_insert(error);
                Read::default()
            }
        }
    }

    async fn call<R: Lift + Send + Sync + 'static>(&mut self, of: &str, name: &str) -> Result<R> {
        let lacks = || format!("the instance does not tell `{name}`");
        let (_, of) = self.instance.get_export(&mut self.store, None, of).with_context(lacks)?;
        let (_, function) = self.instance.get_export(&mut self.store, Some(&of), name).with_context(lacks)?;
        let function = self.instance.get_typed_func::<(), (R,)>(&mut self.store, function)?;
        Ok(function.call_async(&mut self.store, ()).await?.0)
    }
}

impl ComponentInstanceState for State {
    async fn call_func_ret_list_u8(&mut self, of: &str, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        self.read(of, name, |store, list: WasmList<u8>| contents(list.as_le_slice(store))).await;
    }

    async fn call_func_ret_s32(&mut self, of: &str, name: &str) -> i32 {
        self.read(of, name, |_, value| value).await
    }

    async fn call_func_ret_s64(&mut self, of: &str, name: &str) -> i64 {
        self.read(of, name, |_, value| value).await
    }

    async fn call_func_ret_f32(&mut self, of: &str, name: &str) -> u32 {
        self.read(of, name, |_, value: f32| value.to_bits()).await
    }

    async fn call_func_ret_f64(&mut self, of: &str, name: &str) -> u64 {
        self.read(of, name, |_, value: f64| value.to_bits()).await
    }
}
