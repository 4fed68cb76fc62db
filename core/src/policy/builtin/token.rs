//! JSON Web Tokens as texts: RFC 7519 and RFC 7515, compact form.

use alloc::string::String;
use alloc::vec::Vec;

use super::encoding::from_base64url;
use super::json;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Object, Value};

/// Is a token in its three parts, its header read. Nothing of it is verified.
pub(super) struct Token<'a> {
    pub(super) header: Value,
    pub(super) signed: &'a str,
    pub(super) payload: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    /// Takes a text apart; nothing for what is no token, or an encrypted one.
    pub(super) fn read(text: &'a str, fuel: &mut Fuel) -> Result<Option<Self>, Fault> {
        fuel.read(length(text.len()).saturating_mul(4))?;
        fuel.allocate(length(text.len()).saturating_mul(2))?;
        let Some((signed, signature)) = text.rsplit_once('.') else { return Ok(None) };
        let Some((header, payload)) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.')) else {
            return Ok(None);
        };
        match object(header, fuel)? {
            Some(header) if member(&header, "enc").is_none() => Ok(Some(Self { header, signed, payload, signature })),
            _ => Ok(None),
        }
    }

    pub(super) fn signature(&self) -> Option<Vec<u8>> {
        from_base64url(self.signature)
    }

    pub(super) fn claims(&self, fuel: &mut Fuel) -> Result<Option<Value>, Fault> {
        object(self.payload, fuel)
    }

    /// Returns the payload as text, for a token within a token.
    pub(super) fn inner(&self) -> Option<String> {
        String::from_utf8(from_base64url(self.payload)?).ok()
    }

    /// Returns a text of the header.
    pub(super) fn header_text(&self, name: &str) -> Option<&str> {
        match member(&self.header, name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Tells whether those parameters that say how to read the token are of their types.
    pub(super) fn is_well_typed(&self) -> bool {
        let is_text = |name: &str| matches!(member(&self.header, name), None | Some(Value::Text(_)));
        let is_critical = match member(&self.header, "crit") {
            None => true,
            Some(Value::Array(names)) => names.iter().any(|name| matches!(name, Value::Text(_))),
            Some(_) => false,
        };
        is_critical && ["alg", "kid", "typ", "cty"].into_iter().all(is_text)
    }

    /// Tells whether something that must be understood is not: RFC 7515, section 4.1.11.
    pub(super) fn is_beyond_us(&self) -> bool {
        const KNOWN: [&str; 5] = ["alg", "cty", "crit", "kid", "typ"];
        match member(&self.header, "crit") {
            Some(Value::Array(names)) => names.iter().any(|name| match name {
                Value::Text(name) => !KNOWN.contains(&name.as_str()),
                _ => true,
            }),
            _ => false,
        }
    }
}

fn object(part: &str, fuel: &mut Fuel) -> Result<Option<Value>, Fault> {
    let text = from_base64url(part).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else { return Ok(None) };
    Ok(json::read(&text, fuel)?.filter(|value| matches!(value, Value::Object(_))))
}

pub(super) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => Object::get_text(members, name),
        _ => None,
    }
}
