//! The vectors that a host can call with, through the surface that crosses: `tests/conformance/calls.json` names them for every
//! language.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom_ffi::{
    AccessInput, AccessPolicy, BundleAnswer, Correspondent, EmergencySecret, Identity, KnownSenders, PublicIdentity,
    RecoveryShare, SaferoomError, Vault, file_key_store, judge_checkpoint, leaf_hash, packet_fingerprint,
    verify_bundle, verify_checkpoint, verify_consistency, verify_court_file, verify_entry_proof,
    verify_erasure_certificate, verify_extract, verify_inclusion, verify_note,
};
use serde_json::Value;

/// What a call answers, as text.
type Answer = Result<String, SaferoomError>;

#[test]
fn every_vector_is_accepted_or_refused_with_its_code() {
    let index = read("conformance/calls.json");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("vectors-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut runner = Runner { folder: folder.clone(), made: 0, founder: None };
    let mut count = 0;
    for entry in index["calls"].as_array().unwrap() {
        if std::env::var_os("SAFEROOM_BLESS").is_some() && text(&entry["vectors"]).starts_with("altered/") {
            bless(&mut runner, entry);
        }
        let vectors = read(&format!("vectors/{}", text(&entry["vectors"])));
        for vector in vectors.as_array().unwrap().iter().filter(|vector| is_taken(entry, vector)) {
            let what = format!("{}: {}", entry["call"], vector["name"]);
            let wanted = vector["code"].as_u64();
            assert_eq!(vector["error"].is_null(), wanted.is_none(), "{what}: no code");
            match runner.call(entry, vector) {
                Ok(answer) => {
                    assert_eq!(wanted, None, "{what}: accepted");
                    if let Some(same) = entry["same"].as_str() {
                        assert_eq!(answer, plain(&vector["expected"][same]), "{what}");
                    }
                }
                Err(SaferoomError::Failure { code, .. }) => assert_eq!(wanted, Some(u64::from(code)), "{what}"),
            }
            count += 1;
        }
    }
    assert!(Some(count) >= index["least"].as_u64(), "{count}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The vectors of one entry of the index are those that have one member, or have not.
fn is_taken(entry: &Value, vector: &Value) -> bool {
    let has = |name: &Value| name.as_str().is_some_and(|name| !vector[name].is_null());
    (entry["with"].is_null() || has(&entry["with"])) && !has(&entry["without"])
}

/// Writes what is answered as what is expected: after the fixtures were made anew.
fn bless(runner: &mut Runner, entry: &Value) {
    let file = root().join("vectors").join(text(&entry["vectors"]));
    let mut vectors: Vec<serde_json::Map<String, Value>> =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for vector in &mut vectors {
        ["expected", "error", "code"].iter().for_each(|name| drop(vector.remove(*name)));
        match runner.call(entry, &Value::Object(vector.clone())) {
            Ok(answer) => {
                let expected = serde_json::json!({ text(&entry["same"]): answer });
                vector.insert("expected".to_owned(), expected);
            }
            Err(SaferoomError::Failure { code, .. }) => {
                vector.insert("error".to_owned(), Value::String(name_of(code)));
                vector.insert("code".to_owned(), code.into());
            }
        }
    }
    std::fs::write(file, serde_json::to_string_pretty(&vectors).unwrap() + "\n").unwrap();
}

/// The name of a code in `bindings/codes.txt`, as vectors spell it.
fn name_of(code: u16) -> String {
    let codes = std::fs::read_to_string(root().join("../bindings/codes.txt")).unwrap();
    let line = codes.lines().find_map(|line| line.strip_prefix(&format!("{code} ")));
    line.and_then(|names| names.split(' ').next()).unwrap_or_else(|| panic!("no such code: {code}")).replace('_', "-")
}

struct Runner {
    folder: PathBuf,
    made: usize,
    /// Unlocking takes its time: once.
    founder: Option<Arc<Identity>>,
}

impl Runner {
    fn call(&mut self, entry: &Value, vector: &Value) -> Answer {
        let input = || octets(&vector["input"]);
        let nothing = String::new();
        Ok(match text(&entry["call"]) {
            "leaf_hash" => hex(&leaf_hash(&input())),
            "verify_inclusion" | "verify_consistency" => return prove(vector).map(|()| nothing),
            "verify_note" => {
                let verified = verify_note(&input(), &texts(&vector["keys"]))?;
                assert_eq!(hex(verified.text.as_bytes()), text(&vector["expected"]["text"]));
                nothing
            }
            "verify_checkpoint" => verify_checkpoint(&input(), &texts(&vector["keys"]))?.origin,
            "verify_entry_proof" => {
                let entry = octets(&entry["entry"]);
                // Of a proof for another leaf the entry is not known.
                let entry = if hex(&leaf_hash(&entry)) == text(&vector["leaf_hash"]) { entry } else { Vec::new() };
                verify_entry_proof(&input(), &entry, &texts(&vector["keys"]))?.index.to_string()
            }
            "judge_checkpoint" => return judge_checkpoint(&[], text(&vector["policy"]).as_bytes()).map(|_| nothing),
            "verify_court_file" => self.court_file(vector)?,
            "open_identity" => {
                let file = self.fresh();
                std::fs::write(&file, octets(&vector["file"])).unwrap();
                Identity::open_file(shown(&file), text(&vector["passphrase"]).as_bytes(), None)?.member_id()
            }
            "read_enrolment" => PublicIdentity::from_enrolment_file(&octets(&vector["file"]))?.fingerprint(),
            "read_emergency_secret" => {
                let file = self.fresh();
                EmergencySecret::from_text(text(&vector["text"]).as_bytes())?.create_text_file(shown(&file))?;
                let printed = std::fs::read_to_string(&file).unwrap();
                assert!(printed.contains(text(&vector["expected"]["printed"])));
                nothing
            }
            "read_recovery_share" => RecoveryShare::from_text(text(&vector["text"]).as_bytes())?.number().to_string(),
            "packet_fingerprint" => packet_fingerprint(&input())?,
            "verify_erasure" => verify_erasure_certificate(&input(), texts(&vector["custodians"]))?.origin,
            "read_access_policy" => AccessPolicy::parse(text(&vector["toml"]))?.version().to_string(),
            "add_form" => return self.add_form(vector).map(|()| nothing),
            "verify_bundle" => return self.bundle(vector),
            "verify_extract" => {
                let folder = self.altered(vector);
                let key = text(&contents(&folder)["extract_key"]).to_owned();
                let verified = verify_extract(&shown(&folder.join("extract")), Some(key))?;
                verified.signer.unwrap_or_default().trim().to_owned()
            }
            "open_packet" => return self.packet(vector),
            other => panic!("no such call: {other}"),
        })
    }

    fn court_file(&mut self, vector: &Value) -> Answer {
        let folder = self.fresh();
        std::fs::create_dir(&folder).unwrap();
        for (name, content) in vector["files"].as_object().unwrap() {
            std::fs::write(folder.join(name), octets(content)).unwrap();
        }
        Ok(verify_court_file(shown(&folder), text(&vector["policy"]).as_bytes())?.size.to_string())
    }

    /// Each form in a vault of its own: one form can be in the way of another.
    fn add_form(&mut self, vector: &Value) -> Result<(), SaferoomError> {
        let (folder, identity) = (self.fresh(), Identity::generate());
        std::fs::create_dir(&folder).unwrap();
        let keys = file_key_store(shown(&folder.join("keys")));
        let file = shown(&folder.join("vault.saferoom"));
        let vault =
            Vault::create(file, keys, &identity, "test.example.org/vectors".to_owned(), "Unit".to_owned(), None)?;
        let access = AccessInput { purpose: "HSYSADMIN".to_owned(), reason: None };
        vault.sign_in(&identity)?.add_form(text(&vector["toml"]), &identity, access)
    }

    fn bundle(&mut self, vector: &Value) -> Answer {
        let folder = self.altered(vector);
        let (policy, kept) = (there(&folder.join("trust-policy")), there(&folder.join("kept-checkpoint")));
        let now = contents(&folder)["now"].as_u64().unwrap();
        let verified = verify_bundle(shown(&folder.join("bundle")), &policy, &[kept], now, None)?;
        let failed = verified.verdicts.iter().filter(|verdict| verdict.answer == BundleAnswer::Failed);
        let names: Vec<&str> = failed.map(|verdict| verdict.name.as_str()).collect();
        Ok(if names.is_empty() { "none".to_owned() } else { names.join(" ") })
    }

    fn packet(&mut self, vector: &Value) -> Answer {
        let folder = self.altered(vector);
        if self.founder.is_none() {
            let passphrase = text(&contents(&folder)["passphrase"]).as_bytes().to_vec();
            self.founder = Some(Identity::open_file(shown(&folder.join("founder.identity")), &passphrase, None)?);
        }
        let founder = self.founder.clone().unwrap();
        let known = KnownSenders::new();
        known.pin(&there(&folder.join("sender.address")))?;
        let (packet, seen) = (shown(&folder.join("case.packet")), shown(&folder.join("seen")));
        let opened = Correspondent::of_identity(founder).open(packet, &known, seen, shown(&folder))?;
        Ok(opened.info().parts.len().to_string())
    }

    /// What a release has left, with the change of this vector.
    fn altered(&mut self, vector: &Value) -> PathBuf {
        let folder = self.fresh();
        copy(&root().join("databases/0.1.0"), &folder);
        let Some(file) = vector["file"].as_str().map(|file| folder.join(file)) else { return folder };
        if vector["remove"] == true {
            std::fs::remove_file(file).unwrap();
            return folder;
        }
        let mut bytes = there(&file);
        let place = |value: &Value, length: usize| {
            let given = value.as_i64().unwrap();
            usize::try_from(if given < 0 { length as i64 + given } else { given }).unwrap()
        };
        if !vector["flip"].is_null() {
            let at = place(&vector["flip"], bytes.len());
            bytes[at] ^= 0x41;
        }
        if !vector["cut_to"].is_null() {
            bytes.truncate(place(&vector["cut_to"], bytes.len()));
        }
        if !vector["append"].is_null() {
            bytes.extend(octets(&vector["append"]));
        }
        std::fs::write(file, bytes).unwrap();
        folder
    }

    fn fresh(&mut self) -> PathBuf {
        self.made += 1;
        self.folder.join(self.made.to_string())
    }
}

fn prove(vector: &Value) -> Result<(), SaferoomError> {
    let proof: Vec<Vec<u8>> = vector["proof"].as_array().unwrap().iter().map(octets).collect();
    let (size, root) = (vector["size"].as_u64().unwrap(), octets(&vector["root"]));
    match vector["index"].as_u64() {
        Some(index) => verify_inclusion(&octets(&vector["leaf_hash"]), index, size, &proof, &root),
        None => {
            let old_size = vector["old_size"].as_u64().unwrap();
            verify_consistency(old_size, &octets(&vector["old_root"]), size, &root, &proof)
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

fn read(path: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

fn there(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap()
}

fn contents(folder: &Path) -> Value {
    serde_json::from_slice(&there(&folder.join("contents.json"))).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &place),
            false => drop(std::fs::copy(&path, &place).unwrap()),
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|item| text(item).to_owned()).collect()
}

/// A text without quotation marks, or a number.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn octets(value: &Value) -> Vec<u8> {
    let digits = text(value).as_bytes();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
