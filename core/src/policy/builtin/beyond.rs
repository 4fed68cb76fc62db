//! The built-ins that small builds leave out.

#[cfg(feature = "regex")]
use super::regex;
use super::table::builtin;
use super::{
    Builtin, array, bits, crypto, encoding, glob, graph, json, jwt, net, patch, range, replace, search, semver, text,
    time, units, uri, url, uuid, walk,
};

/// Sorted by name.
pub(super) const BUILTINS: &[Builtin] = &[
    builtin("array.flatten", 1, array::flatten),
    builtin("base64.decode", 1, encoding::base64_decode),
    builtin("base64.encode", 1, encoding::base64_encode),
    builtin("base64.is_valid", 1, encoding::base64_is_valid),
    builtin("base64url.decode", 1, encoding::base64url_decode),
    builtin("base64url.encode", 1, encoding::base64url_encode),
    builtin("base64url.encode_no_pad", 1, encoding::base64url_encode_no_pad),
    builtin("bits.and", 2, bits::and),
    builtin("bits.lsh", 2, bits::lsh),
    builtin("bits.negate", 1, bits::negate),
    builtin("bits.or", 2, bits::or),
    builtin("bits.rsh", 2, bits::rsh),
    builtin("bits.xor", 2, bits::xor),
    builtin("crypto.hmac.equal", 2, crypto::hmac_equal),
    builtin("crypto.hmac.sha256", 2, crypto::hmac_sha256),
    builtin("crypto.hmac.sha512", 2, crypto::hmac_sha512),
    builtin("crypto.sha256", 1, crypto::sha256),
    builtin("glob.match", 3, glob::matches),
    builtin("glob.quote_meta", 1, glob::quote_meta),
    builtin("graph.reachable", 2, graph::reachable),
    builtin("graph.reachable_paths", 2, graph::reachable_paths),
    builtin("hex.decode", 1, encoding::hex_decode),
    builtin("hex.encode", 1, encoding::hex_encode),
    builtin("io.jwt.decode", 1, jwt::decode),
    builtin("io.jwt.decode_verify", 2, jwt::decode_verify),
    builtin("io.jwt.verify_eddsa", 2, jwt::verify_eddsa),
    #[cfg(feature = "jwt")]
    builtin("io.jwt.verify_es256", 2, jwt::verify_es256),
    builtin("io.jwt.verify_hs256", 2, jwt::verify_hs256),
    builtin("io.jwt.verify_hs384", 2, jwt::verify_hs384),
    builtin("io.jwt.verify_hs512", 2, jwt::verify_hs512),
    #[cfg(feature = "jwt")]
    builtin("io.jwt.verify_rs256", 2, jwt::verify_rs256),
    #[cfg(feature = "jwt")]
    builtin("io.jwt.verify_rs384", 2, jwt::verify_rs384),
    #[cfg(feature = "jwt")]
    builtin("io.jwt.verify_rs512", 2, jwt::verify_rs512),
    builtin("json.is_valid", 1, json::is_valid),
    builtin("json.marshal_with_options", 2, json::marshal_with_options),
    builtin("json.patch", 2, patch::patch),
    builtin("json.unmarshal", 1, json::unmarshal),
    builtin("net.cidr_contains", 2, net::contains),
    builtin("net.cidr_contains_matches", 2, net::contains_matches),
    builtin("net.cidr_expand", 1, net::expand),
    builtin("net.cidr_intersects", 2, net::intersects),
    builtin("net.cidr_is_valid", 1, net::is_valid),
    builtin("net.cidr_merge", 1, net::merge),
    builtin("numbers.range_step", 3, range::range_step),
    #[cfg(feature = "regex")]
    builtin("regex.find_all_string_submatch_n", 3, regex::find_all_string_submatch_n),
    #[cfg(feature = "regex")]
    builtin("regex.find_n", 3, regex::find_n),
    #[cfg(feature = "regex")]
    builtin("regex.is_valid", 1, regex::is_valid),
    #[cfg(feature = "regex")]
    builtin("regex.match", 2, regex::matches),
    #[cfg(feature = "regex")]
    builtin("regex.replace", 3, regex::replace),
    #[cfg(feature = "regex")]
    builtin("regex.split", 2, regex::split),
    builtin("semver.compare", 2, semver::compare),
    builtin("semver.is_valid", 1, semver::is_valid),
    builtin("strings.count", 2, search::count),
    builtin("strings.replace_n", 2, replace::replace_n),
    builtin("strings.split_n", 3, text::split_n),
    builtin("time.add_date", 4, time::add_date),
    builtin("time.clock", 1, time::clock),
    builtin("time.date", 1, time::date),
    builtin("time.diff", 2, time::diff),
    builtin("time.format", 1, time::format),
    builtin("time.parse_duration_ns", 1, time::parse_duration_ns),
    builtin("time.parse_ns", 2, time::parse_ns),
    builtin("time.parse_rfc3339_ns", 1, time::parse_rfc3339_ns),
    builtin("time.weekday", 1, time::weekday),
    builtin("units.parse", 1, units::parse),
    builtin("units.parse_bytes", 1, units::parse_bytes),
    builtin("uri.is_valid", 1, uri::is_valid),
    builtin("uri.parse", 1, uri::parse),
    builtin("urlquery.decode", 1, url::decode),
    builtin("urlquery.decode_object", 1, url::decode_object),
    builtin("urlquery.encode", 1, url::encode),
    builtin("urlquery.encode_object", 1, url::encode_object),
    builtin("uuid.parse", 1, uuid::parse),
    builtin("walk", 1, walk::walk),
];
