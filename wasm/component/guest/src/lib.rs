//! The edge as a component of `wasi:http/proxy`: it decides, and releases keys (`spec/release.md`). It keeps no objects.
//!
//! A host makes an instance for each request and hands in everything by its environment: `SEALWRIGHT_EDGE`, a record in JSON,
//! `SEALWRIGHT_PROGRAM`, the policy compiled before, in base64url, and `SEALWRIGHT_IDENTITIES`. An instance that answered one request without
//! credentials has read the first two and not the third, and may be what others begin with. A proof's replay id goes out in the header `sealwright-replay`, with the time until
//! which it must be remembered: a host hands the answer on only if it has not seen the id, and never the header.

mod edge;
mod environment;
mod exchange;
mod identities;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

struct Component;

wasip2::http::proxy::export!(Component);

impl Guest for Component {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let answer = exchange::read(&request).and_then(|request| edge::answer(&request));
        exchange::write(answer.unwrap_or_else(|answer| answer), out);
    }
}
