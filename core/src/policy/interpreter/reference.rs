//! Takes references apart: `data.roles[input.subject.id].name` is a name, a fixed path and computed parts.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use regorus::unstable::{Expr, Span};

use crate::policy::outline::Path;

/// Holds what stands behind the first name of a reference.
pub(super) struct Rest<'a> {
    /// Up to the first part that is computed.
    pub(super) fixed: Path,
    /// Every part that is computed.
    pub(super) computed: Vec<&'a Expr>,
}

/// Splits a reference into its first name and the rest; `None` if it does not begin with a name.
pub(super) fn split_ref(expr: &Expr) -> Option<(&Span, Rest<'_>)> {
    let mut fixed = Vec::new();
    let mut computed = Vec::new();
    let mut at = expr;
    loop {
        match at {
            Expr::Var { span, .. } => {
                fixed.reverse();
                return Some((span, Rest { fixed, computed }));
            }
            Expr::RefDot { refr, field, .. } => {
                fixed.push(field.0.text().to_owned());
                at = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                match index.as_ref() {
                    Expr::String { value, .. } | Expr::RawString { value, .. } => {
                        fixed.push(value.as_string().map_or_else(|_| String::new(), |text| text.to_string()));
                    }
                    other => {
                        fixed.clear();
                        computed.push(other);
                    }
                }
                at = refr;
            }
            _ => return None,
        }
    }
}

/// Returns a reference without computed parts as its first name and the rest.
pub(super) fn static_path(expr: &Expr) -> Option<(String, Path)> {
    let (root, rest) = split_ref(expr)?;
    rest.computed.is_empty().then(|| (root.text().to_owned(), rest.fixed))
}

/// Returns what a reference that begins with no name begins with, and its computed parts.
pub(super) fn base_of(expr: &Expr) -> (&Expr, Vec<&Expr>) {
    let mut computed = Vec::new();
    let mut at = expr;
    loop {
        match at {
            Expr::RefDot { refr, .. } => at = refr,
            Expr::RefBrack { refr, index, .. } => {
                computed.push(index.as_ref());
                at = refr;
            }
            other => return (other, computed),
        }
    }
}
