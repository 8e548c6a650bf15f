//! An extract is recorded as released before anything is signed: what is cut off in between is finished, or withdrawn by
//! custodians.

mod station;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use saferoom::access::Access;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, RecoveryScope, Signature, Unlock, VerifyingKey, open_identity_file,
};
use saferoom::model::records::{Case, Child};
use saferoom::model::{Coded, PartialDate, Timestamp};
use saferoom::release::engine::Unwatched;
use saferoom::release::output::{NoPages, SIGNATURE, Signer, Trust, open_extract};
use saferoom::release::spec::Files;
use saferoom::vault::{BuiltExtract, Error, ExtractOutput, ExtractRequest, Host, Session, Vault};

use self::station::{PASSPHRASE, Station, text};

const SPEC: &str = r#"
name = "Ages"
audience = "inside"
suppression = 0.1

[[column]]
name = "pseudonym"
role = "insensitive"

[[column]]
name = "child.sex"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }

[[model]]
kind = "k-anonymity"
k = 5
"#;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

fn research() -> Access {
    Access::for_purpose("HRESCH")
}

fn identity(station: &Station) -> Identity {
    let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
    open_identity_file(&station.path("identity"), Unlock::Passphrase(&passphrase)).unwrap()
}

/// Cases with a child each, and a key for reversals.
fn with_children(count: usize) -> Station {
    let station = Station::founded();
    let session = station.session();
    let (set, _shares) = session.begin_recovery(RecoveryScope::Reversal(session.unit().scope()), None).unwrap();
    session.set_up_recovery(&set, &[&identity(&station)], &Access::for_purpose("HSYSADMIN")).unwrap();
    add_children(&station, count);
    station
}

fn add_children(station: &Station, count: usize) {
    let session = station.session();
    let case = Case { reported_at: Timestamp::parse("2026-03-01T08:00:00Z").ok(), ..Case::default() };
    let child = |number: usize| Child {
        date_of_birth: PartialDate::year(2012).ok(),
        role: Coded::new("victim").ok(),
        sex: Coded::new(if number.is_multiple_of(2) { "male" } else { "female" }).ok(),
        ..Child::default()
    };
    let written = session.write_batch(&Access::for_purpose("forensic-interview"), |batch| {
        for number in 0..count {
            let case = batch.create(Some(session.unit()), &case)?.record;
            batch.create(Some(case), &child(number))?;
        }
        Ok(())
    });
    written.unwrap();
}

fn build(session: &Session, place: &Path, signer: &dyn Signer) -> Result<BuiltExtract, Error> {
    let request = ExtractRequest::parse(SPEC).unwrap();
    let output = ExtractOutput { place, signer, pages: &NoPages };
    session.build_extract(&request, &NoFiles, &output, &research(), &Unwatched)
}

/// What lies in a folder and begins like this.
fn beginning_with(station: &Station, name: &str) -> Vec<PathBuf> {
    let folder = station.path(name).parent().unwrap().to_owned();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(name)).collect();
    found.sort();
    found
}

/// Looks around when it is asked to sign.
struct Looking<'s> {
    identity: Identity,
    station: &'s Station,
    asked: Cell<usize>,
}

impl Signer for Looking<'_> {
    fn verifying_key(&self) -> VerifyingKey {
        Signer::verifying_key(&self.identity)
    }

    fn sign(&self, message: &[u8]) -> Signature {
        self.asked.set(self.asked.get() + 1);
        let past = self.station.session().past_releases(&research()).unwrap();
        assert_eq!(past.len(), 1, "it counts already");
        let folder = beginning_with(self.station, "extract.").into_iter().find(|path| path.is_dir()).unwrap();
        assert!(!folder.join(SIGNATURE).exists() && !self.station.path("extract").exists(), "nothing is signed");
        open_extract(&folder, Trust::Unsigned).unwrap();
        assert_eq!(past[0].manifest.as_ref().map(String::len), Some(64));
        Signer::sign(&self.identity, message)
    }
}

/// Stops at the moment of signing, as a machine without power does.
struct Falling(Identity);

impl Signer for Falling {
    fn verifying_key(&self) -> VerifyingKey {
        Signer::verifying_key(&self.0)
    }

    fn sign(&self, _: &[u8]) -> Signature {
        panic!("the power has gone")
    }
}

/// A build that is cut off between the record and the signature; answers the folder that it left.
fn cut_off(station: &Station, name: &str) -> PathBuf {
    let session = station.session();
    let falling = Falling(identity(station));
    let fallen = catch_unwind(AssertUnwindSafe(|| build(&session, &station.path(name), &falling)));
    assert!(fallen.is_err() && !station.path(name).exists());
    let left = beginning_with(station, &format!("{name}."));
    let folders: Vec<_> = left.iter().filter(|path| path.is_dir()).collect();
    assert_eq!(folders.len(), 1, "{left:?}");
    assert!(!folders[0].join(SIGNATURE).exists());
    folders[0].clone()
}

/// Says that it was asked to sign, and waits for the end.
#[cfg(unix)]
struct Waiting {
    identity: Identity,
    mark: PathBuf,
}

#[cfg(unix)]
impl Signer for Waiting {
    fn verifying_key(&self) -> VerifyingKey {
        Signer::verifying_key(&self.identity)
    }

    fn sign(&self, _: &[u8]) -> Signature {
        std::fs::write(&self.mark, []).unwrap();
        loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    }
}

/// Where the process that is killed works.
#[cfg(unix)]
const PLACE: &str = "SAFEROOM_TEST_CUT_OFF";

#[cfg(unix)]
#[test]
#[ignore = "a process of its own, begun by the test below"]
fn builds_until_it_is_killed() {
    let Some(folder) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    let passphrase = Passphrase::new(PASSPHRASE.into()).unwrap();
    let identity = open_identity_file(&folder.join("identity"), Unlock::Passphrase(&passphrase)).unwrap();
    let host = Host::new(FileKeyStore::new(folder.join("vault.device")));
    let session = Vault::open(&folder.join("vault"), host).unwrap().sign_in(&identity).unwrap();
    let waiting = Waiting { identity, mark: folder.join("signing") };
    let _ = build(&session, &folder.join("extract"), &waiting);
    unreachable!("it is killed while it signs");
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_between_record_and_signature_leaves_a_release_that_is_finished() {
    use std::os::unix::process::ExitStatusExt as _;

    let station = with_children(20);
    let mark = station.path("signing");
    let mut process = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "builds_until_it_is_killed"])
        .env(PLACE, mark.parent().unwrap())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !mark.exists() {
        assert_eq!(process.try_wait().unwrap(), None, "it ended before it was asked to sign");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    process.kill().unwrap();
    assert_eq!(process.wait().unwrap().signal(), Some(9));

    assert!(!station.path("extract").exists() && listed(&station).len() == 1, "it counts, and nobody has it");
    let left = beginning_with(&station, "extract.");
    let folders: Vec<_> = left.iter().filter(|path| path.is_dir()).collect();
    let [folder] = folders[..] else { panic!("{left:?}") };
    assert!(!folder.join(SIGNATURE).exists());
    finish(&station, folder, "extract").ends_with(0);
    let key = identity(&station);
    open_extract(&station.path("extract"), Trust::Keys(&[Signer::verifying_key(&key)])).unwrap();
    assert_eq!(listed(&station).len(), 1, "once");
    station.session().check(|_, _| ()).unwrap();
}

fn finish(station: &Station, left: &Path, name: &str) -> station::Run {
    let place = station.path(name);
    station.signed_in(&["extract", "finish", text(left), "--out", text(&place), "--purpose", "HRESCH"])
}

fn listed(station: &Station) -> Vec<serde_json::Value> {
    let listed = station.signed_in(&["extract", "series", "--json", "--purpose", "HRESCH"]).json();
    listed["releases"].as_array().unwrap().clone()
}

#[test]
fn nothing_is_signed_before_the_release_is_recorded() {
    let station = with_children(20);
    let looking = Looking { identity: identity(&station), station: &station, asked: Cell::new(0) };
    let built = build(&station.session(), &station.path("extract"), &looking).unwrap();
    assert_eq!(looking.asked.get(), 1);
    let signed = open_extract(&station.path("extract"), Trust::Keys(&[looking.verifying_key()])).unwrap();
    assert_eq!(signed.manifest, built.manifest);
    let names: Vec<_> = beginning_with(&station, "extract");
    assert_eq!(names, ["extract", "extract.pub", "extract.way-back"].map(|name| station.path(name)));
}

#[test]
fn a_release_that_was_cut_off_before_its_signature_is_finished() {
    let station = with_children(20);
    let left = cut_off(&station, "extract");
    assert_eq!(listed(&station).len(), 1, "it counts");
    // Another vault has recorded no such release, and signs nothing for it.
    let other = with_children(20);
    let stranger = other.path("stranger");
    let refused = other.signed_in(&["extract", "finish", text(&left), "--out", text(&stranger), "--purpose", "HRESCH"]);
    assert!(refused.ends_with(4).err.contains("S1922") && !stranger.exists());
    assert!(!left.join(SIGNATURE).exists());

    finish(&station, &left, "extract").ends_with(0);
    let names: Vec<_> = beginning_with(&station, "extract");
    assert_eq!(names, ["extract", "extract.pub", "extract.way-back"].map(|name| station.path(name)));
    let (place, key) = (station.path("extract"), station.path("extract.pub"));
    let verified = station::Run::of({
        let mut command = station::saferoom();
        command.args(["extract", "verify", text(&place), "--key", text(&key)]);
        command
    });
    verified.ends_with(0);
    assert_eq!(listed(&station).len(), 1, "once");
    // A folder that was changed in the meantime is not signed.
    let left = cut_off(&station, "second");
    let data = left.join("data.parquet");
    let mut bytes = std::fs::read(&data).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&data, bytes).unwrap();
    assert!(finish(&station, &left, "second").exit != 0 && !left.join(SIGNATURE).exists());
}

#[test]
fn a_release_that_never_left_is_withdrawn_by_custodians() {
    let station = with_children(20);
    let left = cut_off(&station, "extract");
    // One child more: with the release that counts, it would be told from the others.
    add_children(&station, 1);
    let spec = station.path("spec.toml");
    std::fs::write(&spec, SPEC.replace("suppression = 0.1", "suppression = 0.0")).unwrap();
    let second = station.path("second");
    let build = ["extract", "build", "--spec", text(&spec), "--out", text(&second), "--purpose", "HRESCH"];
    assert!(station.signed_in(&build).ends_with(4).err.contains("S1912"));

    let record = listed(&station)[0]["record"].as_str().unwrap().to_owned();
    let withdrawal = ["member", "release-withdrawal", &record, "--purpose", "record-management"];
    let planned = station.signed_in(&[&withdrawal[..], &["--plan"]].concat()).ends_with(0);
    assert!(planned.out.contains("DANGEROUS") && listed(&station)[0]["withdrawn"] == false);
    station.signed_in(&withdrawal).ends_with(0);
    assert_eq!(listed(&station)[0]["withdrawn"], true);
    let refused = finish(&station, &left, "extract").ends_with(4);
    assert!(refused.err.contains("S1923") && !left.join(SIGNATURE).exists(), "{}", refused.err);
    station.signed_in(&build).ends_with(0);
    station.session().check(|_, _| ()).unwrap();
}
