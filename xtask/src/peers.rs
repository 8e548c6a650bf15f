//! `cargo xtask bench --bench peers`: saferoom beside SQLCipher, ironcore-alloy, Go's tlog and others, in one run.
//!
//! Each peer is a program of its own in `benches/peers`; this builds them all and starts `benches/peers/run.py`, which asks
//! them in turns. SQLCipher brings OpenSSL along, whose build takes minutes: `cargo xtask test` builds neither it nor
//! ironcore-alloy.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::steps::{Environment, build_go, find_go};

/// Its name on the command line.
pub(crate) const NAME: &str = "peers";

const FOLDER: &str = "benches/peers";
const LIMIT: Duration = Duration::from_secs(2 * 60 * 60);

/// What can be said after its name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// Given to the script as they are.
    script: Vec<String>,
    /// Whether the table and the plots go into the documents.
    keep: bool,
    /// Whether extracts stay out: they need the command line, anjana and pycanon.
    no_extracts: bool,
    /// Whether all is built and nothing measured.
    no_run: bool,
}

/// Builds all programs and compares them.
pub(crate) fn run(context: &Context, rest: &[String]) -> Result<(), String> {
    let options = options(rest)?;
    let peers = Peers { context, until: Instant::now() + LIMIT };
    let go = peers.build(&options)?;
    let python = peers.python(&options)?;
    if options.no_run {
        return Ok(());
    }
    let folder = context.target.join("peers");
    let script = context.root.join(FOLDER).join("run.py");
    let mut run = python.tool("python").args([&script]).args(["--folder"]).args([&folder]).args(&options.script);
    for (option, program) in [("--peers", "peers"), ("--sqlcipher", SQLCIPHER.1), ("--alloy", ALLOY.1)] {
        run = run.args([option]).args([peers.program(program)]);
    }
    if let Some(go) = go {
        run = run.args(["--go"]).args([go]);
    }
    if let Some(data) = adult(context).filter(|_| !options.no_extracts) {
        run = run.args(["--saferoom"]).args([peers.program("saferoom")]).args(["--data"]).args([data]);
    }
    if options.keep {
        run = run.args(["--keep"]).args([context.root.join("docs")]);
    }
    run.run(peers.left())
}

/// Folder and program of the two that are workspaces of their own.
const SQLCIPHER: (&str, &str) = ("sqlcipher", "saferoom-peer-sqlcipher");
const ALLOY: (&str, &str) = ("alloy", "saferoom-peer-alloy");

/// The programs, and until when there is time for them.
struct Peers<'a> {
    context: &'a Context,
    until: Instant,
}

impl<'a> Peers<'a> {
    /// Builds all of them; answers where Go's is, if there is a Go.
    fn build(&self, options: &Options) -> Result<Option<PathBuf>, String> {
        let context = self.context;
        let build = |folder: &str, arguments: &[&str]| {
            context.cargo(["build", "--locked"]).args(arguments).folder(&context.root.join(folder)).run(self.left())
        };
        build("benches", &["--profile", "bench", "--bin", "peers"])?;
        for (folder, _) in [SQLCIPHER, ALLOY] {
            build(&format!("{FOLDER}/{folder}"), &["--release"])?;
        }
        if !options.no_extracts {
            build(".", &["--release", "-p", "saferoom-cli"])?;
        }
        let Some(go) = find_go(context, self.until) else {
            println!("!!!! no Go: the log is NOT compared with Go's !!!!");
            return Ok(None);
        };
        let program = context.target.join("tools/go-peers");
        build_go(context, &go, &context.root.join(FOLDER).join("go"), &program, self.until)?;
        Ok(Some(program))
    }

    /// A Python with what is compared there.
    fn python(&self, options: &Options) -> Result<Environment<'a>, String> {
        let environment = Environment { context: self.context, folder: self.context.target.join("peers/venv") };
        environment.create(self.until)?;
        environment.pip(&["-r", "benches/peers/requirements.txt"]).run(self.left())?;
        if !options.no_extracts {
            environment.pip(&["-r", "benches/peers_extract.txt"]).run(self.left())?;
        }
        Ok(environment)
    }

    fn program(&self, name: &str) -> PathBuf {
        self.context.target.join("release").join(name)
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

/// Reads what follows `--bench peers`.
fn options(rest: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    for argument in rest {
        match argument.as_str() {
            "--quick" | "--million" => options.script.push(argument.clone()),
            "--keep" => options.keep = true,
            "--no-extracts" => options.no_extracts = true,
            "--no-run" => options.no_run = true,
            "--" => {}
            other => {
                let known = "--quick, --million, --keep, --no-extracts, --no-run";
                return Err(format!("unexpected argument: {other} (known: {known})"));
            }
        }
    }
    Ok(options)
}

/// The folder with the Adult data, where it lies beside the repository.
fn adult(context: &Context) -> Option<PathBuf> {
    let named = std::env::var_os("SAFEROOM_ORACLES").map(PathBuf::from);
    let data = std::env::var_os("SAFEROOM_DATA").map(|data| PathBuf::from(data).join("adult"));
    let beside = context.root.parent().map(|parent| parent.join("shared/data/adult"));
    [named, data, beside].into_iter().flatten().find(|folder| folder.join("adult.csv").is_file())
}

/// Whether this is asked for, and what else is said.
pub(crate) fn asked(rest: &[String]) -> Option<&[String]> {
    match rest {
        [bench, name, more @ ..] if bench == "--bench" && name == NAME => Some(more),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{asked, options};

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn its_options_are_known_and_no_others() {
        let found = options(&words("-- --million --keep --no-extracts")).unwrap();
        assert_eq!(
            (found.script, found.keep, found.no_extracts, found.no_run),
            (words("--million"), true, true, false)
        );
        assert!(options(&words("--milion")).is_err_and(|problem| problem.contains("--milion")));
    }

    #[test]
    fn only_its_own_name_asks_for_it() {
        assert_eq!(asked(&words("--bench peers --quick")), Some(words("--quick").as_slice()));
        assert_eq!(asked(&words("--bench spine")), None);
        assert_eq!(asked(&words("--bench")), None);
    }
}
