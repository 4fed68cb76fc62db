//! A connection, a request, an instance.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::{Request, Response, StatusCode};
use sealwright_core::encoding::timestamp::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use wasmtime::error::Context as _;
use wasmtime::{Result, Store};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use zeroize::Zeroizing;

use crate::engine::{DEADLINE_TICKS, MOST_AT_ONCE, World};
use crate::replay::Replays;

const REPLAY: &str = "sealwright-replay";

/// Answers requests by instances of one component.
pub(crate) struct Server {
    pre: ProxyPre<World>,
    identities: Zeroizing<String>,
    replays: Replays,
    turns: Semaphore,
}

type Answer = Response<http_body_util::Full<Bytes>>;

impl Server {
    pub(crate) fn new(pre: ProxyPre<World>, identities: Zeroizing<String>) -> Result<Self> {
        let turns = Semaphore::new(usize::try_from(MOST_AT_ONCE)?);
        Ok(Self { pre, identities, replays: Replays::default(), turns })
    }

    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) -> Result<()> {
        loop {
            let (client, _) = listener.accept().await?;
            client.set_nodelay(true)?;
            let server = self.clone();
            tokio::spawn(async move {
                let service = hyper::service::service_fn(move |request| {
                    let server = server.clone();
                    async move { Ok::<_, std::convert::Infallible>(server.answer(request).await) }
                });
                // A client that breaks off is nobody's failure.
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(client), service).await;
            });
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        match self.answered(request).await {
            Ok(answer) => self.once(answer),
            Err(error) => {
                eprintln!("{error:#}");
                problem(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    async fn answered(&self, request: Request<Incoming>) -> Result<Answer> {
        let _turn = self.turns.acquire().await?;
        let world = World::with(&[("SEALWRIGHT_IDENTITIES", &self.identities)]);
        let mut store = Store::new(self.pre.engine(), world);
        store.set_epoch_deadline(DEADLINE_TICKS);
        let (sender, receiver) = oneshot::channel();
        let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
        let out = store.data_mut().http().new_response_outparam(sender)?;
        let pre = self.pre.clone();
        let task = tokio::spawn(async move {
            let proxy = pre.instantiate_async(&mut store).await?;
            proxy.wasi_http_incoming_handler().call_handle(store, request, out).await
        });
        let Ok(response) = receiver.await else {
            task.await??;
            wasmtime::bail!("the component gave no answer");
        };
        let (parts, body) = response?.into_parts();
        let body =
            body.collect().await.map_err(|error| wasmtime::format_err!("{error:?}")).context("the answer broke off")?;
        task.await??;
        Ok(Response::from_parts(parts, http_body_util::Full::new(body.to_bytes())))
    }

    /// Hands an answer on if its proof was not taken before.
    fn once(&self, mut answer: Answer) -> Answer {
        let Some(replay) = answer.headers_mut().remove(REPLAY) else { return answer };
        let taken = replay.to_str().ok().and_then(|text| text.split_once(' '));
        if taken.is_some_and(|(id, until)| self.replays.take(id, until, &now())) {
            return answer;
        }
        let mut refused = problem(StatusCode::UNAUTHORIZED, "proof_replayed");
        let challenge = "DPoP error=\"invalid_dpop_proof\", algs=\"EdDSA ES256 RS256\"";
        if let Ok(challenge) = challenge.parse() {
            refused.headers_mut().insert("www-authenticate", challenge);
        }
        refused
    }
}

fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_seconds(since.as_secs()).map(|now| now.to_string()).unwrap_or_default()
}

fn problem(status: StatusCode, code: &str) -> Answer {
    let title = status.canonical_reason().unwrap_or_default();
    let body = serde_json::json!({"code": code, "status": status.as_u16(), "title": title, "type": "about:blank"});
    let mut answer = Response::new(http_body_util::Full::new(Bytes::from(body.to_string())));
    *answer.status_mut() = status;
    let kind = [(CONTENT_TYPE, "application/problem+json"), (hyper::header::CACHE_CONTROL, "no-store")];
    let headers: &mut HeaderMap = answer.headers_mut();
    headers.extend(kind.map(|(name, value)| (name, hyper::header::HeaderValue::from_static(value))));
    answer
}
