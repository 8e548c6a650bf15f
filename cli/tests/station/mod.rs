//! A station's folder for the tests of the commands, and the runs in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::model::records::{Child, Unit};
use saferoom::model::{Coded, DynamicRecord, Text, catalogue};
use saferoom::vault::{Host, Session, Vault};
use serde_json::Value as Json;
use tempfile::TempDir;

pub(crate) const PASSPHRASE: &str = "quiet river stone";
#[allow(dead_code, reason = "not all tests that share this folder found a vault")]
pub(crate) const ORIGIN: &str = "police.example.org/audit/1";

/// A folder with a vault, an identity and the identity's passphrase file.
pub(crate) struct Station {
    folder: TempDir,
}

impl Station {
    /// An empty folder with a passphrase file.
    pub(crate) fn empty() -> Self {
        let station = Self { folder: tempfile::tempdir().unwrap() };
        station.passphrase_file("passphrase", &format!("{PASSPHRASE}\n"));
        station
    }

    /// A vault founded through the library, with a cheap passphrase.
    pub(crate) fn founded() -> Self {
        Self::founded_as(ORIGIN)
    }

    /// As [`founded`](Self::founded), with a log of this name.
    pub(crate) fn founded_as(origin: &str) -> Self {
        let station = Self::empty();
        let identity = Identity::generate();
        let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
        let unlock = Unlock::Passphrase(&passphrase);
        create_identity_file(&station.path("identity"), &identity, unlock, PassphraseCost::LEAST).unwrap();
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        Vault::create(&station.path("vault"), station.host(), &identity, origin, &unit).unwrap();
        station
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn passphrase_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        path
    }

    fn host(&self) -> Host {
        Host::new(FileKeyStore::new(self.path("vault.device")))
    }

    pub(crate) fn session(&self) -> Session {
        let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
        let identity = open_identity_file(&self.path("identity"), Unlock::Passphrase(&passphrase)).unwrap();
        Vault::open(&self.path("vault"), self.host()).unwrap().sign_in(&identity).unwrap()
    }

    /// A supervisor beside the founder: signs what somebody else does.
    #[allow(dead_code, reason = "not all tests that share this folder take two people")]
    pub(crate) fn second_person(&self, role: &str) -> Session {
        let founder = self.identity_of("identity");
        let second = Identity::generate();
        let (session, access) = (self.session(), Access::for_purpose("supervision"));
        let (role, unit) = (saferoom::access::policy::RoleName::parse(role).unwrap(), session.unit().scope());
        session.enrol(&second.public(), &role, unit, &[&founder], &access).unwrap();
        let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
        let unlock = Unlock::Passphrase(&passphrase);
        create_identity_file(&self.path("second"), &second, unlock, PassphraseCost::LEAST).unwrap();
        Vault::open(&self.path("vault"), self.host()).unwrap().sign_in(&second).unwrap()
    }

    fn identity_of(&self, name: &str) -> Identity {
        let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
        open_identity_file(&self.path(name), Unlock::Passphrase(&passphrase)).unwrap()
    }

    /// Runs `saferoom` with the vault as the second person.
    #[allow(dead_code, reason = "not all tests that share this folder take two people")]
    pub(crate) fn as_second(&self, arguments: &[&str]) -> Run {
        let (identity, passphrase) = (self.path("second"), self.path("passphrase"));
        let more = ["--identity", text(&identity), "--passphrase-file", text(&passphrase)];
        self.run(&[arguments, &more].concat())
    }

    /// A case with a child of this name.
    #[allow(dead_code, reason = "not all tests that share this folder search")]
    pub(crate) fn with_named_child(&self, family: &str, given: &str) -> (RecordId, RecordId) {
        let session = self.session();
        let access = Access::for_purpose("forensic-interview");
        let name = |name: &str| Some(Text::new(name).unwrap());
        let child = Child {
            family_name_latin: name(family),
            given_name_latin: name(given),
            role: Some(Coded::new("victim").unwrap()),
            sex: Some(Coded::new("female").unwrap()),
            ..Child::default()
        };
        let case = DynamicRecord::new(catalogue().by_name("case").unwrap());
        let written = session.write_batch(&access, |batch| {
            let case = batch.create_dynamic(Some(session.unit()), &case)?.record;
            Ok((case, batch.create(Some(case), &child)?.record))
        });
        written.unwrap()
    }

    /// A case with a child, written through the library.
    #[allow(dead_code, reason = "not all tests that share this folder read")]
    pub(crate) fn with_case(&self) -> (RecordId, RecordId) {
        let session = self.session();
        let access = Access::for_purpose("forensic-interview");
        let case = DynamicRecord::new(catalogue().by_name("case").unwrap());
        let filled = |mut record: DynamicRecord, values: &[(&str, &str)]| {
            values.iter().for_each(|(name, value)| record.set_text(name, value).unwrap());
            record
        };
        let case = filled(case, &[("register_number", "R-17"), ("reported_at", "2026-03-01T08:00:00Z")]);
        let (role, sex) = (Coded::new("victim").unwrap(), Coded::new("female").unwrap());
        let child = Child { role: Some(role), sex: Some(sex), ..Child::default() };
        session
            .write_batch(&access, |batch| {
                let case = batch.create_dynamic(Some(session.unit()), &case)?.record;
                Ok((case, batch.create(Some(case), &child)?.record))
            })
            .unwrap()
    }

    /// Runs `saferoom` with the vault.
    #[allow(dead_code, reason = "not all tests that share this folder use the vault")]
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    #[allow(dead_code, reason = "not all tests that share this folder use the vault")]
    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &OsStr)]) -> Run {
        let mut command = saferoom();
        command.args(arguments).arg("--vault").arg(self.path("vault")).envs(environment.iter().copied());
        Run::of(command)
    }

    /// Runs `saferoom` with the vault, the identity and its passphrase file.
    #[allow(dead_code, reason = "not all tests that share this folder use the vault")]
    pub(crate) fn signed_in(&self, arguments: &[&str]) -> Run {
        let (identity, passphrase) = (self.path("identity"), self.path("passphrase"));
        let more = ["--identity", text(&identity), "--passphrase-file", text(&passphrase)];
        self.run(&[arguments, &more].concat())
    }
}

/// What a run ended with.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { exit: status.code().expect("no signal ends it"), out: text(stdout), err: text(stderr) }
    }

    #[track_caller]
    pub(crate) fn ends_with(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "stdout: {}\nstderr: {}", self.out, self.err);
        if exit > 2 {
            assert!(self.err.contains("error"), "{}", self.err);
            assert!(self.err.contains("  do this: "), "every failure says what to do: {}", self.err);
        }
        assert!(!self.out.contains('\u{1b}') && !self.err.contains('\u{1b}'), "colours are for terminals");
        self
    }

    #[track_caller]
    #[allow(dead_code, reason = "not all tests that share this folder use it")]
    pub(crate) fn json(self) -> Json {
        serde_json::from_str(&self.ends_with(0).out).unwrap()
    }
}

pub(crate) fn saferoom() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saferoom"));
    command.env_remove("SAFEROOM_PASSPHRASE_FILE");
    command
}

#[allow(dead_code, reason = "not all tests that share this folder use it")]
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) {}
