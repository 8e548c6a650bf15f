//! `cargo xtask bench --bench hosts`: the same calls in Rust, Python, Kotlin and Swift on one vault, in one run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::steps::{Kotlin, Python, Swift};

/// Its name on the command line.
const NAME: &str = "hosts";

const LIMIT: Duration = Duration::from_secs(60 * 60);
/// Languages take turns so many times.
const ROUNDS: usize = 3;

/// The median of each figure of a language, by its name.
type Figures = BTreeMap<String, f64>;

/// Whether the arguments of `cargo xtask bench` name it.
pub(crate) fn is_asked(rest: &[String]) -> bool {
    rest == ["--bench", NAME]
}

/// Builds all packages as the checks do (without link-time optimisation: what they have built is found again), and measures in
/// turns. Every figure is printed as soon as it is there: a run that is broken off has still said something.
pub(crate) fn run(context: &Context) -> Result<(), String> {
    let until = Instant::now() + LIMIT;
    let left = || until.saturating_duration_since(Instant::now());
    let build = ["build", "--release", "--locked", "-p", "saferoom-ffi", "--features", "cli", "--lib"];
    context.cargo(build).args(["--example", "crossing", "--example", "hosts"]).run(left())?;
    let rust = context.target.join("release/examples/hosts");
    let folder = Folder::new(context)?;
    context.program(&rust).args(["make"]).args([&folder.path]).run(left())?;
    let out = |name: &str| folder.path.join(format!("{name}.txt"));
    let by_rust = || context.program(&rust).args(["measure"]).args([&folder.path, &out("rust")]).run(left());
    by_rust()?;
    let shown = |name: &str| -> Result<(), String> {
        print(name, &read(&out(name))?, &read(&out("rust"))?);
        Ok(())
    };
    shown("rust")?;

    // Each language is built when it is its turn for the first time.
    let python = Python::new(context, until);
    let by_python = |what: &str| {
        let script = context.root.join("bindings/python/bench/hosts.py");
        python.program().args([&script]).args([what]).args([&folder.path, &out("python")]).run(left())
    };
    python.install()?;
    by_python("measure")?;
    shown("python")?;
    let swift = Swift::new(context, until);
    let by_swift = || swift.bench(&folder.inside, &format!("{}/swift.txt", folder.inside));
    swift.prepare()?;
    by_swift()?;
    shown("swift")?;
    let kotlin = Kotlin::new(context, until);
    let by_kotlin = || kotlin.bench(&folder.path, &out("kotlin"));
    kotlin.prepare()?;
    by_kotlin()?;
    shown("kotlin")?;
    by_python("extract")?;
    shown("python")?;

    for round in 2..=ROUNDS {
        by_rust()?;
        by_python("measure")?;
        by_swift()?;
        by_kotlin()?;
        println!("\n== the medians of {round} rounds of {ROUNDS}");
        ["rust", "python", "swift", "kotlin"].into_iter().try_for_each(shown)?;
    }
    Ok(())
}

/// A folder in memory where there is one: a disk that syncs would measure itself. It goes with the run.
struct Folder {
    path: PathBuf,
    /// Where it lies within the tree of Swift's tools.
    inside: String,
}

impl Folder {
    fn new(context: &Context) -> Result<Self, String> {
        let name = format!("saferoom-hosts-{}", std::process::id());
        let memory = Path::new("/dev/shm");
        let (path, inside) = match memory.is_dir() {
            true => (memory.join(&name), format!("/dev/shm/{name}")),
            false => (context.target.join(&name), format!("/build/{name}")),
        };
        fs::create_dir_all(&path).map_err(|problem| format!("{}: {problem}", path.display()))?;
        Ok(Self { path, inside })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The figures that a language has written: lines `what microseconds`, of which the median counts.
fn read(path: &Path) -> Result<Figures, String> {
    let text = fs::read_to_string(path).map_err(|problem| format!("{}: {problem}", path.display()))?;
    Ok(figures(&text))
}

fn figures(text: &str) -> Figures {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in text.lines() {
        if let Some((name, Ok(value))) = line.split_once(' ').map(|(name, value)| (name, value.parse())) {
            all.entry(name.to_owned()).or_default().push(value);
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    all.into_iter().map(|(name, values)| (name, median(values))).collect()
}

fn print(language: &str, figures: &Figures, rust: &Figures) {
    println!("\n{language}");
    for (name, value) in figures {
        // The same call, whichever way a language makes it.
        let same = rust.get(name.split('-').next().unwrap_or(name));
        let beside = match (same, language) {
            (Some(same), "python" | "kotlin" | "swift") => {
                format!("  {:+10.1} µs  {:6.2} x", value - same, value / same)
            }
            _ => String::new(),
        };
        println!("  {name:<16} {value:>12.2} µs{beside}");
    }
    if let (Some(extract), Some(checked), Some(pandas)) =
        (figures.get("extract"), figures.get("checked"), figures.get("pandas"))
    {
        println!("  extract to pandas: {:.2} x of read_parquet, {:.2} x checked", extract / pandas, checked / pandas);
    }
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn of_several_rounds_the_median_counts() {
        let found = figures("page 30\nrecord 2\npage 10\npage 20\nnonsense\n");
        assert_eq!(found.get("page"), Some(&20.0));
        assert_eq!(found.len(), 2);
    }
}
