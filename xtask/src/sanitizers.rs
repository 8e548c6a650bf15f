//! Tests under AddressSanitizer with LeakSanitizer; and under Miri and ThreadSanitizer where a machine has what they need.

use std::fs;
use std::time::Duration;

use crate::context::Context;

const LIMIT: Duration = Duration::from_secs(6 * 60 * 60);
/// The target whose standard library comes with the runtimes of the sanitizers.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What runs unless something else is named: wherever C, unsafe code of dependencies, or memory of keys is near.
const NARROW: [&str; 6] = ["seal::", "keys::", "store::", "log::", "vault::tests::locking", "vault::state"];

/// How the tests are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sanitizer {
    /// Memory that is used after it was freed, or beyond its end; and memory that is never freed.
    Address,
    /// Two threads at one place. Needs a nightly toolchain with `rust-src`: the standard library has to be built with it.
    Thread,
    /// An interpreter that knows undefined behaviour. Needs the component `miri` of a nightly toolchain.
    Miri,
}

impl Sanitizer {
    /// By its name on the command line.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "address" => Some(Self::Address),
            "thread" => Some(Self::Thread),
            "miri" => Some(Self::Miri),
            _ => None,
        }
    }
}

/// Runs the core's own tests whose names hold one of the filters.
pub(crate) fn run(context: &Context, sanitizer: Sanitizer, filters: &[String]) -> Result<(), String> {
    let filters: Vec<&str> = match filters {
        [] => NARROW.to_vec(),
        given => given.iter().map(String::as_str).collect(),
    };
    let folder = context.target.join("sanitized");
    // Cargo keeps the compiler's answer of a run without RUSTC_BOOTSTRAP.
    let _ = fs::remove_file(folder.join(".rustc_info.json"));
    let tests = ["--package", "saferoom", "--lib"];
    let run = match sanitizer {
        Sanitizer::Address => {
            let cargo = context.cargo(["test", "--locked", "--target", TARGET]).args(tests);
            let cargo = cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
            // SQLite and what else is written in C is not instrumented by a C compiler of another make; its allocations are watched.
            cargo.env("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1:halt_on_error=1")
        }
        Sanitizer::Thread => {
            let cargo =
                context.program("cargo").args(["+nightly", "test", "-Zbuild-std", "--target", TARGET]).args(tests);
            cargo.env("RUSTFLAGS", "-Zsanitizer=thread")
        }
        Sanitizer::Miri => {
            let cargo = context.program("cargo").args(["+nightly", "miri", "test"]).args(tests);
            cargo.env("MIRIFLAGS", "-Zmiri-disable-isolation")
        }
    };
    run.env("CARGO_TARGET_DIR", folder).env("CARGO_INCREMENTAL", "0").args(["--"]).args(filters).run(LIMIT)
}
