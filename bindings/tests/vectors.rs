//! The vectors that a host can call with, through the surface that crosses: `tests/conformance/calls.json` names them for every
//! language.

use std::path::{Path, PathBuf};

use saferoom_ffi::{
    AccessInput, AccessPolicy, EmergencySecret, Identity, PublicIdentity, RecoveryShare, SaferoomError, Vault,
    file_key_store, judge_checkpoint, leaf_hash, packet_fingerprint, verify_checkpoint, verify_consistency,
    verify_court_file, verify_entry_proof, verify_erasure_certificate, verify_inclusion, verify_note,
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
    let mut runner = Runner { folder: folder.clone(), made: 0 };
    let mut count = 0;
    for entry in index["calls"].as_array().unwrap() {
        let vectors = read(&format!("vectors/{}", text(&entry["vectors"])));
        for vector in vectors.as_array().unwrap().iter().filter(|vector| is_taken(entry, vector)) {
            let what = format!("{}: {}", entry["call"], vector["name"]);
            let wanted = vector["code"].as_u64().or_else(|| index["codes"][text_or_nothing(&vector["error"])].as_u64());
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

struct Runner {
    folder: PathBuf,
    made: usize,
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

fn read(path: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests").join(path);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn text_or_nothing(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
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
