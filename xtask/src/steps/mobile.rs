//! The library for phones: without extracts and without the command line. It has to export what every other build exports, and
//! may not grow unnoticed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::context::Context;

/// The most that it may have, stripped: what it has on x86-64, and a little. The goal is 4 MB (docs/performance.md).
const MOST: u64 = 8_700_000;

/// Builds it, holds its surface against that of `whole`, the library with everything, and answers where it lies, linked as small
/// as it is shipped.
pub(super) fn pack(context: &Context, whole: &Path, folder: &Path, left: Duration) -> Result<PathBuf, String> {
    let script = |name: &str| context.program(context.root.join("bindings").join(name));
    script("mobile.sh").env("CARGO", context.cargo_program()).run(left)?;
    let built = context.target.join("mobile/libsaferoom_ffi.so");
    let bindgen = ["build", "--quiet", "--locked", "--workspace", "--bin", "uniffi-bindgen"];
    context.cargo(bindgen).run(left)?;
    for language in ["kotlin", "python", "swift"] {
        let [of_whole, of_mobile] =
            [whole, built.as_path()].map(|library| generated(context, library, (language, folder), left));
        if of_whole? != of_mobile? {
            return Err(format!("the library for phones exports something else than the whole one ({language})"));
        }
    }
    let linked = folder.join("libsaferoom_ffi-mobile.so");
    script("mobile_link.sh").args([&built.with_extension("a"), &linked]).run(left)?;
    let size = fs::metadata(&linked).map_err(|problem| format!("{}: {problem}", linked.display()))?.len();
    match size {
        ..=MOST => Ok(linked),
        _ => Err(format!("the library for phones has {size} bytes, {MOST} are the most")),
    }
}

/// Everything that uniffi writes for a library, by name of the file: names, types, and the checksums of all signatures.
fn generated(
    context: &Context,
    library: &Path,
    (language, folder): (&str, &Path),
    left: Duration,
) -> Result<Vec<(String, String)>, String> {
    let out = folder.join("surface");
    let _ = fs::remove_dir_all(&out);
    let bindgen = context.program(context.target.join("debug/uniffi-bindgen")).args(["generate"]).args([library]);
    let options = ["--config", "uniffi.toml", "--language", language, "--no-format", "--out-dir"];
    bindgen.args(options).args([&out]).run(left)?;
    let mut files = Vec::new();
    collect(&out, &mut files).map_err(|problem| format!("{}: {problem}", out.display()))?;
    let _ = fs::remove_dir_all(&out);
    files.sort();
    match files.is_empty() {
        true => Err("uniffi has written nothing".to_owned()),
        false => Ok(files),
    }
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                // A shared library beside it is a copy of its own.
                if !name.ends_with(".so") {
                    files.push((name, fs::read_to_string(&path)?));
                }
            }
        }
    }
    Ok(())
}
