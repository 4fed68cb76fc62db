//! What the Rust runners share: where the vectors are, and randomness.

use std::path::{Path, PathBuf};

/// Returns the operating system's randomness, as core takes it.
pub fn entropy() -> getrandom::SysRng {
    getrandom::SysRng
}

/// Returns a path below the repository's root.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Returns the files of a folder, sorted.
///
/// # Panics
/// When the folder is missing or empty: a suite that walks nothing must not pass.
#[expect(clippy::panic, reason = "a test without its vectors must fail")]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder);
    let mut files: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    if files.is_empty() {
        panic!("no vectors in {}: `make vectors` fetches the foreign ones", folder.display());
    }
    files
}
