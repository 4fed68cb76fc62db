//! Builds `wasm/` and writes `wasm/js/dist/wasm/{seal,seal-pq,gate,policy-program,policy,policy-tools,policy-reference,bundle,edge}.{js,d.ts,wasm}`.
//!
//! Arguments name the builds to write; without any, all are.
//!
//! What holds a cipher is built with `simd128`, and once more without it for engines that lack it: `*.scalar.wasm`. What only
//! decides is built small for pages, and once more for speed, for Node: `*.fast.wasm`.
//!
//! The JavaScript of `wasm-bindgen` keeps its instance in a variable, and a process needs several: one for keys, one for
//! each policy, a fresh one after a trap. So the text goes into a function, and every call of it makes an instance. The
//! registry that frees forgotten handles is an argument, because the caller knows what to do when freeing fails.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The builds, and what some have besides.
const BUILDS: [Build; 9] = [
    Build { name: "seal", features: "seal,simd128", profile: "wasm", other: Some(scalar("seal")) },
    Build { name: "seal-pq", features: "seal-pq,simd128", profile: "wasm", other: Some(scalar("seal-pq")) },
    Build { name: "gate", features: "gate,simd128", profile: "wasm", other: Some(scalar("gate")) },
    Build { name: "policy-program", features: "policy-program", profile: "wasm", other: Some(fast("policy-program")) },
    Build { name: "policy", features: "policy", profile: "wasm", other: Some(fast("policy")) },
    Build { name: "policy-tools", features: "policy-tools", profile: "wasm", other: None },
    Build { name: "policy-reference", features: "policy-reference", profile: "wasm", other: None },
    Build { name: "bundle", features: "bundle", profile: "wasm", other: None },
    Build { name: "edge", features: "edge,simd128", profile: "edge", other: None },
];

struct Build {
    name: &'static str,
    features: &'static str,
    profile: &'static str,
    other: Option<Other>,
}

/// Is the same module once more, for other hosts: the same JavaScript serves both.
struct Other {
    suffix: &'static str,
    features: &'static str,
    profile: &'static str,
}

/// Is for engines without `simd128`.
const fn scalar(features: &'static str) -> Other {
    Other { suffix: "scalar", features, profile: "wasm" }
}

/// Is for hosts that load it from disk, where speed counts for more than size.
const fn fast(features: &'static str) -> Other {
    Other { suffix: "fast", features, profile: "edge" }
}

/// The most memory of an instance, in pages of 64 KiB: 512 MiB, what the largest data of a policy take. A policy that
/// wants more ends its instance, not the process around it.
const MAX_PAGES: u64 = 8_192;

fn main() -> Result<()> {
    // `cargo run` says at run time which checkout it runs for; several may share one target folder.
    let crate_root = std::env::var_os("CARGO_MANIFEST_DIR").context("run it with `cargo run`")?;
    let root = Path::new(&crate_root).join("../..");
    let out = root.join("wasm/js/dist/wasm");
    fs::create_dir_all(&out).with_context(|| format!("cannot create `{}`", out.display()))?;
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for build in BUILDS.iter().filter(|build| wanted.is_empty() || wanted.iter().any(|name| name == build.name)) {
        let bound = bind(&compile(&root, build.features, build.profile)?, &out, build.name, build.name)?;
        let Some(Other { suffix, features, profile }) = &build.other else { continue };
        let name = format!("{}.{suffix}", build.name);
        if bind(&compile(&root, features, profile)?, &out, build.name, &name)? != bound {
            bail!("`{name}` needs other JavaScript");
        }
    }
    Ok(())
}

/// Compiles the crate with some features and returns the module's path, as cargo reports it.
fn compile(root: &Path, features: &str, profile: &str) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["build", "--locked", "--package", "sealwright-wasm", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", profile, "--no-default-features", "--features", features])
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--config", &unnamed(root)?])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo could not build the features `{features}`");
    }
    String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.get("filenames").cloned())
        .filter_map(|files| serde_json::from_value::<Vec<PathBuf>>(files).ok())
        .flatten()
        .find(|file| file.file_name().is_some_and(|name| name == "sealwright_wasm.wasm"))
        .context("cargo named no module")
}

/// Returns the setting that keeps the paths of this machine out of the modules, where panics would name them.
fn unnamed(root: &Path) -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).context("cannot tell where cargo lives")?;
    let flags: Vec<String> =
        [home, root.canonicalize()?].iter().map(|path| format!("--remap-path-prefix={}=", path.display())).collect();
    Ok(format!("target.wasm32-unknown-unknown.rustflags={}", serde_json::to_string(&flags)?))
}

/// Writes the module `name` and returns the function that makes instances of it, with that function's types, which it
/// writes as `script`.
fn bind(wasm: &Path, out: &Path, script: &str, name: &str) -> Result<[String; 2]> {
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name(script)
        .no_modules(true)?
        .no_modules_global("Exports")?
        .typescript(true)
        .ts_typed_array_buffers(true)
        .omit_default_module_path(true)
        // Shrinking drops the names, and puts the functions of the larger modules in the order of them: like stands by like.
        .remove_name_section(false)
        .remove_producers_section(true)
        .generate_output()?;
    let glue = output.js();
    let function = format!(
        "export function instantiate(module, FinalizationRegistry) {{\n{glue}\nconst {{ memory }} = Exports.initSync({{ module }});\nreturn Object.assign(Exports, {{ memory }});\n}}\n"
    );
    let types = output.ts().context("wasm-bindgen gave no types")?;
    let types = format!(
        "{types}\nexport declare function instantiate(\n\
         module: WebAssembly.Module,\n\
         registry: typeof FinalizationRegistry | undefined,\n\
         ): typeof Exports & {{ readonly memory: WebAssembly.Memory }};\n"
    );
    fs::write(out.join(format!("{script}.js")), &function)?;
    fs::write(out.join(format!("{script}.d.ts")), &types)?;
    let module = output.wasm_mut();
    for memory in module.memories.iter_mut() {
        memory.maximum = Some(MAX_PAGES);
    }
    let module = module.emit_wasm();
    fs::write(out.join(format!("{name}.wasm")), &module)?;
    writeln!(std::io::stderr(), "{name}.wasm: {} bytes", module.len())?;
    Ok([function, types])
}
