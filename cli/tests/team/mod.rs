//! People of a station for the tests of the commands.

use crate::station::{Run, Station, saferoom};

/// A station whose founder is `identity`.
pub(crate) struct Team(pub(crate) Station);

/// Runs `saferoom`.
pub(crate) fn run(arguments: &[&str]) -> Run {
    let mut command = saferoom();
    command.args(arguments);
    Run::of(command)
}

impl Team {
    pub(crate) fn new() -> Self {
        Self(Station::founded())
    }

    /// The path of a file of the station.
    pub(crate) fn file(&self, name: &str) -> String {
        self.0.path(name).to_str().unwrap().to_owned()
    }

    /// Runs a command as the owner of an identity file, in the vault of the station.
    pub(crate) fn as_member(&self, identity: &str, arguments: &[&str]) -> Run {
        let (vault, identity, passphrase) = (self.file("vault"), self.file(identity), self.file("passphrase"));
        let sign_in = ["--vault", &vault, "--identity", &identity, "--passphrase-file", &passphrase];
        run(&[arguments, &sign_in].concat())
    }

    /// Makes an identity and its enrolment; returns the fingerprint that the new member sees.
    pub(crate) fn person(&self, name: &str) -> String {
        let (identity, passphrase) = (self.file(name), self.file("passphrase"));
        let base = ["--identity", &identity, "--passphrase-file", &passphrase];
        run(&[&["identity", "new"], &base[..]].concat()).ends_with(0);
        let to = self.file(&format!("{name}.enrolment"));
        let made = run(&[&["identity", "enrolment", "--to", &to], &base[..]].concat()).ends_with(0);
        made.out.lines().find(|line| line.contains("Fingerprint")).unwrap().split_whitespace().skip(1).collect()
    }

    /// Enrols somebody whose enrolment was made.
    pub(crate) fn enrol(&self, name: &str, role: &str) -> Run {
        let file = self.file(&format!("{name}.enrolment"));
        self.as_member("identity", &["member", "enrol", &file, "--role", role, "--purpose", "record-management"])
    }

    /// The member who has this role.
    #[allow(dead_code, reason = "not all tests that share these people ask for one")]
    pub(crate) fn member_of(&self, role: &str) -> String {
        let all = self.as_member("identity", &["member", "list", "--json"]).json();
        let found = all.as_array().unwrap().iter().find(|member| member["role"] == role).cloned().unwrap();
        found["member"].as_str().unwrap().to_owned()
    }
}
