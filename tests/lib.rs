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
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder);
    let mut files: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    if files.is_empty() {
        panic!("no vectors in {}: `make vectors` fetches the foreign ones", folder.display());
    }
    files
}

/// Returns the bytes of a hexadecimal text.
///
/// # Panics
/// When it is none.
pub fn unhex(text: &str) -> Vec<u8> {
    let digits = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(|at| digits(at).expect("hexadecimal")).collect()
}

/// Returns the policy library as the JSON of a policy source.
///
/// # Panics
/// When the library is missing or not UTF-8.
pub fn library() -> String {
    let root = repository("policies");
    let mut modules = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for path in files(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rego") {
                let text = std::fs::read_to_string(&path).expect("a policy is UTF-8");
                let name = path.strip_prefix(&root).expect("below the library").to_string_lossy().into_owned();
                modules.push(serde_json::json!({"path": name, "text": text}));
            }
        }
    }
    let data = std::fs::read(root.join("data.json")).expect("the library has data");
    let data: serde_json::Value = serde_json::from_slice(&data).expect("the library's data are JSON");
    let source = serde_json::json!({"name": "sealwright", "revision": "1", "modules": modules, "data": data});
    source.to_string()
}

/// The README, whose Rust examples are run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
