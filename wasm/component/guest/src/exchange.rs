//! What comes in and what goes out, over `wasi:http`.

use sealwright_core::release::Reply;
use wasip2::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};

/// More than any request may have: the core says so.
const MOST: u64 = (1 << 20) + 1;

/// How much of a body is asked for at once, and written: a stream takes no more in one call.
const PIECE: usize = 4096;

/// Is a request, read to its end.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) proof: Option<String>,
    pub(crate) is_json: bool,
    /// What AuthZEN has an answer repeat.
    pub(crate) id: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Is an answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Says what is wrong.
    pub(crate) fn problem(status: u16, code: &str, detail: &str) -> Self {
        Self::of(&Reply::problem(status, code, detail))
    }

    /// Takes over what the core answers.
    pub(crate) fn of(reply: &Reply) -> Self {
        Self { status: reply.status(), headers: Vec::new(), body: reply.body() }
    }
}

/// Reads a request.
///
/// # Errors
/// The answer, where it breaks off or is too large.
pub(crate) fn read(request: &IncomingRequest) -> Result<Request, Answer> {
    let headers = request.headers();
    // Two of them are none: which one counts?
    let header = |name: &str| match <[Vec<u8>; 1]>::try_from(headers.get(name)) {
        Ok([value]) => String::from_utf8(value).ok(),
        Err(_) => None,
    };
    let media_type = header("content-type").unwrap_or_default();
    let method = match request.method() {
        Method::Get => "GET".to_owned(),
        Method::Post => "POST".to_owned(),
        Method::Other(name) => name,
        other => format!("{other:?}").to_uppercase(),
    };
    let target = request.path_with_query().unwrap_or_default();
    Ok(Request {
        method,
        path: target.split('?').next().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        proof: header("dpop"),
        id: header("x-request-id"),
        is_json: media_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")),
        body: body(request).ok_or_else(|| Answer::problem(400, "request_invalid", "the body broke off"))?,
    })
}

fn body(request: &IncomingRequest) -> Option<Vec<u8>> {
    use wasip2::io::streams::StreamError;
    let incoming = request.consume().ok()?;
    let stream = incoming.stream().ok()?;
    let mut body = Vec::new();
    loop {
        let left = MOST.saturating_sub(u64::try_from(body.len()).ok()?);
        if left == 0 {
            return Some(body);
        }
        match stream.blocking_read(left.min(1 << 16)) {
            Ok(piece) => body.extend_from_slice(&piece),
            Err(StreamError::Closed) => return Some(body),
            Err(StreamError::LastOperationFailed(_)) => return None,
        }
    }
}

/// Writes an answer. A caller that went away is nobody's failure.
pub(crate) fn write(answer: Answer, out: ResponseOutparam) {
    let headers = Fields::new();
    let kind = if answer.status == 200 { "application/json" } else { "application/problem+json" };
    let all = [("content-type", kind.to_owned()), ("cache-control", "no-store".to_owned())];
    for (name, value) in all.into_iter().chain(answer.headers) {
        let _ = headers.append(name, value.as_bytes());
    }
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(answer.status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    if let Ok(stream) = body.write() {
        for piece in answer.body.chunks(PIECE) {
            if stream.blocking_write_and_flush(piece).is_err() {
                return;
            }
        }
    }
    let _ = OutgoingBody::finish(body, None);
}
