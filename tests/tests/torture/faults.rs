//! The faults, and the library (`tests/torture/faults.c`) that makes them happen in a process that loads it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Kill,
    Torn,
    Power,
    Eio,
    Flush,
    Full,
    Short,
    ReadOnly,
    Read,
    /// A flush that fails, and a kill soon after it.
    Doubt,
}

impl Kind {
    /// Those that every act meets.
    pub(crate) const ALL: [Self; 9] = [
        Self::Kill,
        Self::Torn,
        Self::Power,
        Self::Eio,
        Self::Flush,
        Self::Full,
        Self::Short,
        Self::ReadOnly,
        Self::Read,
    ];

    /// Its name in the library.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Torn => "torn",
            Self::Power => "power",
            Self::Eio => "eio",
            Self::Flush => "flush",
            Self::Full => "full",
            Self::Short => "short",
            Self::ReadOnly => "readonly",
            Self::Read => "read",
            Self::Doubt => "doubt",
        }
    }
}

/// A fault at the act with this number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) number: u64,
    pub(crate) seed: u64,
    /// Whether the device's key store lies on another disk, which does not fail.
    pub(crate) keys_apart: bool,
}

/// The library, built.
#[derive(Debug)]
pub(crate) struct Shim(PathBuf);

impl Shim {
    /// Compiles it with the C compiler that SQLite was compiled with.
    pub(crate) fn build() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("torture/faults.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Tests of one run, and runs side by side, build it at the same time: each its own, named when it is whole.
        let (process, thread) = (std::process::id(), std::thread::current().id());
        let unfinished = folder.join(format!("faults-{process}-{thread:?}.so"));
        let compiler = std::env::var_os("CC").unwrap_or("cc".into());
        let mut command = Command::new(compiler);
        command.args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"]).arg(&unfinished).arg(&source);
        assert!(command.status().expect("a C compiler").success(), "{} compiles", source.display());
        let place = folder.join("faults.so");
        std::fs::rename(unfinished, &place).expect("named");
        Self(place)
    }

    /// Lets a command meet this fault in files below this folder; perhaps not in those of the key store.
    pub(crate) fn load(&self, command: &mut Command, folder: &Path, keys: &Path, fault: Fault) {
        let Fault { kind, number, seed, keys_apart } = fault;
        if keys_apart {
            command.env("SAFEROOM_FAULT_SPARED", keys);
        }
        command.env("LD_PRELOAD", &self.0).env("SAFEROOM_FAULT_FOLDER", folder);
        command.env("SAFEROOM_FAULT", format!("{}:{number}:{seed}", kind.name()));
    }
}
