//! Which package a module says it is of.
//!
//! The engine's parser is not at hand where bundles are only read. This reader takes less than that one, never more: a path that
//! it cuts short lies in a root only if the whole one does.

use alloc::vec;
use alloc::vec::Vec;

/// Returns the package's path, or the first part of it; `None` where the text does not plainly begin with one.
pub(super) fn path_of(module: &str) -> Option<Vec<&str>> {
    let mut text = module.trim_ascii_start();
    while let Some(comment) = text.strip_prefix('#') {
        text = comment.split_once('\n')?.1.trim_ascii_start();
    }
    let named = text.strip_prefix("package")?.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']);
    let (first, mut rest) = identifier(named)?;
    let mut path = vec![first];
    while let Some((segment, behind)) = dotted(rest).or_else(|| quoted(rest)) {
        path.push(segment);
        rest = behind;
    }
    Some(path)
}

fn dotted(text: &str) -> Option<(&str, &str)> {
    identifier(text.strip_prefix('.')?)
}

/// A text with an escape is left to those who can read it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (segment, rest) = text.strip_prefix("[\"")?.split_once("\"]")?;
    (!segment.contains(['"', '\\', '\n'])).then_some((segment, rest))
}

fn identifier(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    (!name.starts_with(|character: char| character.is_ascii_digit()) && !name.is_empty()).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_as_they_are_written() {
        for (text, path) in [
            ("package a", Some(vec!["a"])),
            ("# METADATA\n# title: x\n\n package \t a.b_2.c\n", Some(vec!["a", "b_2", "c"])),
            ("package a[\"b/c\"].d # x", Some(vec!["a", "b/c", "d"])),
            ("package a[\"b\\u0041\"]", Some(vec!["a"])),
            ("package a.b-c", Some(vec!["a", "b"])),
            ("package\na", None),
            ("package 1", None),
            ("import a", None),
            ("# package a", None),
            ("packagea", None),
            ("", None),
        ] {
            assert_eq!(path_of(text), path, "{text}");
        }
    }
}
