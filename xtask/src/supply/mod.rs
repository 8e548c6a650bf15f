//! What goes into a release: its parts as a list (SBOM), and what comes out of a build (`builds.rs`).

mod builds;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::tools::{self, CYCLONEDX};

pub(crate) use builds::{minimal, reproduce, sizes};

const LIMIT: Duration = Duration::from_secs(60 * 60);

/// The packages that are handed out, with what they are built with.
const RELEASED: [(&str, &str); 2] = [("cli", "saferoom-cli"), ("bindings", "saferoom-ffi")];

/// Writes an SBOM (CycloneDX 1.5, JSON) of each package that is handed out, into `target/sbom`.
pub(crate) fn sbom(context: &Context) -> Result<(), String> {
    let until = Instant::now() + LIMIT;
    let program = tools::install(context, &CYCLONEDX, until)?;
    let place = context.target.join("sbom");
    fs::create_dir_all(&place).map_err(|problem| format!("{}: {problem}", place.display()))?;
    let time = git(context, &["log", "-1", "--format=%ct"])?;
    for (folder, package) in RELEASED {
        let manifest = format!("{folder}/Cargo.toml");
        let name = format!("{package}-sbom");
        let make = context.program(&program).args(["cyclonedx", "--manifest-path", &manifest, "--format", "json"]);
        let make = make.args(["--spec-version", "1.5", "--all-features", "--override-filename", &name]);
        // No time and no number of its own: the same sources have the same list.
        make.env("SOURCE_DATE_EPOCH", &time).run(LIMIT)?;
        collect(context, &name, folder, &place.join(format!("{package}.cdx.json")))?;
    }
    Ok(())
}

/// The tool writes a list beside the manifest of every member of the workspace; one of them is asked for.
fn collect(context: &Context, name: &str, folder: &str, place: &Path) -> Result<(), String> {
    let file = format!("{name}.json");
    let wanted = context.root.join(folder).join(&file);
    let text = fs::read_to_string(&wanted).map_err(|problem| format!("{}: {problem}", wanted.display()))?;
    for entry in ["core", "core/derive", "bindings", "bindings/bindgen", "cli", "tests", "xtask"] {
        let _ = fs::remove_file(context.root.join(entry).join(&file));
    }
    let parts = text.matches("\"bom-ref\"").count().saturating_sub(1);
    if parts < 50 {
        return Err(format!("{}: only {parts} parts", wanted.display()));
    }
    fs::write(place, &text).map_err(|problem| format!("{}: {problem}", place.display()))?;
    println!("{}: {parts} parts", place.display());
    Ok(())
}

fn git(context: &Context, arguments: &[&str]) -> Result<String, String> {
    let answer = context.program("git").args(arguments).output();
    answer.map(|text| text.trim().to_owned()).ok_or_else(|| format!("git {} says nothing", arguments.join(" ")))
}
