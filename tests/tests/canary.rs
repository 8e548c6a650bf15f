//! Marked values go into every field of every record. None of them may be found in any file, in any spelling, at any
//! moment: not while a batch is open, not while the session is, not after a failed write, not in the end.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{
    FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::model::search::folded_name;
use saferoom::model::{
    Code, DynamicRecord, FieldBuffer, FieldSpec, ModelError, Narrative, PartialDate, PlaceCode, RecordKind, RecordSpec,
    SearchKind, Timestamp, Value, ValueType, catalogue, code_lists, rules, validate,
};
use saferoom::seal::sha256;
use saferoom::vault::{Error, Host, Session, Vault};
use saferoom_tests::{folder_apart, run_apart, text, unit};

const PASSPHRASE: &str = "canary passphrase of the founder";

/// A distinctive value, and the bytes by which it would be recognised.
struct Canaries {
    marked: Vec<(String, Vec<u8>)>,
    count: u64,
}

impl Canaries {
    fn new() -> Self {
        let mut canaries = Self { marked: Vec::new(), count: 0 };
        canaries.mark("passphrase", PASSPHRASE.as_bytes().to_vec());
        canaries
    }

    fn mark(&mut self, name: &str, bytes: Vec<u8>) {
        assert!(bytes.len() >= 8, "{name} would be found by accident");
        self.marked.push((name.to_owned(), bytes));
    }

    fn words(&mut self, name: &str) -> String {
        self.words_ending(name, " សុភា")
    }

    fn words_ending(&mut self, name: &str, end: &str) -> String {
        self.count += 1;
        // Nothing of it repeats, so that half a value is found as well.
        let digest = sha256(format!("{name} {}", self.count).as_bytes());
        let tail: String = digest[..10].iter().map(|byte| char::from(b'a' + byte % 26)).collect();
        let words = format!("Canary{:04}{tail}{end}", self.count);
        self.mark(name, words.as_bytes().to_vec());
        self.mark(name, words.as_bytes()[..20].to_vec());
        // As the search index folds it.
        for folded in folded_name(&words).iter().filter(|folded| folded.len() >= 8) {
            self.mark(&format!("{name}, folded"), folded.as_bytes().to_vec());
        }
        words
    }

    fn reason(&mut self) -> Access {
        let words = self.words("reason");
        Access::for_purpose("forensic-interview").because(words)
    }

    /// A whole record; each field has a value.
    fn record(&mut self, spec: &'static RecordSpec) -> DynamicRecord {
        let mut record = DynamicRecord::new(spec);
        for field in spec.fields {
            let path = format!("{}.{}", spec.name(), field.name);
            let value = match field.repeated {
                true => Value::List(vec![self.value(&path, field), self.value(&path, field)]),
                false => self.value(&path, field),
            };
            record.set(field.name, value).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        self.lawful(record)
    }

    /// Another record of the kind, with what no host changes by hand as it stood.
    fn amended(&mut self, first: &DynamicRecord) -> DynamicRecord {
        let spec = first.spec();
        let governed: Vec<_> = rules().governed(spec.kind).collect();
        if governed.iter().any(|rule| rule.fields.is_empty()) {
            return first.clone();
        }
        let mut again = self.record(spec);
        for field in governed.iter().flat_map(|rule| &rule.fields).filter_map(|number| spec.field(*number)) {
            if let Some(value) = first.get(field.name) {
                again.set(field.name, value.clone()).unwrap();
            }
        }
        again
    }

    /// The record without the marks that no field of a real record could have, such as a percentage of twenty digits.
    fn lawful(&mut self, record: DynamicRecord) -> DynamicRecord {
        let spec = record.spec();
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        let Err(error) = validate(spec, &fields) else { return record };
        let ModelError::Invalid(violations) = error else { panic!("{error}") };
        let mut lawful = DynamicRecord::new(spec);
        for field in spec.fields {
            let broken = violations.iter().any(|violation| violation.field == field.name);
            let value = match record.get(field.name) {
                Some(value) if !broken => value.clone(),
                Some(_) if !field.required => continue,
                Some(_) if field.value_type == ValueType::Unsigned => Value::Unsigned(1),
                Some(_) => Value::Text(text(&"0123456789abcdef".repeat(4))),
                None if broken => self.value(&format!("{}.{}", spec.name(), field.name), field),
                None => continue,
            };
            lawful.set(field.name, value).unwrap();
        }
        self.lawful(lawful)
    }

    fn value(&mut self, path: &str, field: &FieldSpec) -> Value {
        self.count += 1;
        let count = self.count;
        match field.value_type {
            // A name is of one script.
            ValueType::Text if field.search == Some(SearchKind::Name) => {
                Value::Text(text(&self.words_ending(path, "")))
            }
            ValueType::Text => Value::Text(text(&self.words(path))),
            ValueType::Narrative => {
                let words = format!("{}\n{}", self.words(path), self.words(path)).repeat(40);
                Value::Narrative(Narrative::new(words).unwrap())
            }
            ValueType::Code => {
                let list = code_lists().list(field.code_list.unwrap()).unwrap();
                let longest = list.entries.iter().max_by_key(|entry| entry.code.len()).unwrap();
                if longest.code.len() >= 10 {
                    self.mark(path, longest.code.as_bytes().to_vec());
                }
                Value::Code(Code::parse(&longest.code).unwrap())
            }
            ValueType::Date => {
                let date = PartialDate::day(1901 + (count % 90) as u16, 7, 1 + (count % 28) as u8).unwrap();
                self.mark(path, date.to_text().into_bytes());
                Value::Date(date)
            }
            ValueType::Time => {
                let time = Timestamp::from_milliseconds(1_433_731_337_000 + count as i64 * 1_000_037).unwrap();
                self.mark(path, time.milliseconds().to_be_bytes().to_vec());
                self.mark(path, time.milliseconds().to_le_bytes().to_vec());
                self.mark(path, time.to_text().into_bytes());
                self.mark(path, time.milliseconds().to_string().into_bytes());
                Value::Time(time)
            }
            ValueType::Place => {
                let digits = format!("{:08}", 73_910_000 + count);
                self.mark(path, digits.clone().into_bytes());
                Value::Place(PlaceCode::parse(&digits).unwrap())
            }
            ValueType::Bool => Value::Bool(true),
            ValueType::Unsigned => {
                let number = 0xCAFE_D00D_BEEF_0000 + count;
                self.mark(path, number.to_be_bytes().to_vec());
                self.mark(path, number.to_le_bytes().to_vec());
                self.mark(path, number.to_string().into_bytes());
                Value::Unsigned(number)
            }
            ValueType::Id => {
                let id = RecordId::random();
                self.mark(path, id.as_bytes().to_vec());
                Value::Id(id)
            }
        }
    }

    /// All spellings that are looked for, by their first eight bytes.
    fn needles(&self) -> Needles {
        let mut needles = Needles::default();
        for (name, bytes) in &self.marked {
            needles.add(name, "bytes", bytes.clone());
            needles.add(name, "backwards", bytes.iter().rev().copied().collect());
            needles.add_texts(name, "", bytes);
            if let Ok(words) = std::str::from_utf8(bytes) {
                needles.add(name, "UTF-16LE", words.encode_utf16().flat_map(u16::to_le_bytes).collect());
                needles.add(name, "UTF-16BE", words.encode_utf16().flat_map(u16::to_be_bytes).collect());
            }
            let digest = sha256(bytes);
            needles.add(name, "SHA-256", digest.to_vec());
            needles.add(name, "half of the SHA-256", digest[..16].to_vec());
            needles.add_texts(name, "SHA-256 in ", &digest);
        }
        needles
    }
}

#[derive(Default)]
struct Needles(HashMap<[u8; 8], Vec<(String, Vec<u8>)>>);

impl Needles {
    fn add(&mut self, name: &str, spelling: &str, bytes: Vec<u8>) {
        let Some(first) = bytes.first_chunk().copied() else { return };
        self.0.entry(first).or_default().push((format!("{name} as {spelling}"), bytes));
    }

    fn add_texts(&mut self, name: &str, prefix: &str, bytes: &[u8]) {
        let lower: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.add(name, &format!("{prefix}upper hex"), lower.to_uppercase().into_bytes());
        self.add(name, &format!("{prefix}hex"), lower.into_bytes());
        for shift in 0..3_usize {
            let shifted = [&vec![0; shift][..], bytes].concat();
            for (engine, kind) in [(&STANDARD_NO_PAD, "base64"), (&URL_SAFE_NO_PAD, "base64url")] {
                let encoded = engine.encode(&shifted);
                // The outermost characters also depend on the neighbours.
                let (start, end) = (if shift == 0 { 0 } else { shift + 1 }, encoded.len() - 1);
                self.add(name, &format!("{prefix}{kind}, shifted by {shift}"), encoded.as_bytes()[start..end].to_vec());
            }
        }
    }

    fn find(&self, haystack: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for start in 0..haystack.len().saturating_sub(7) {
            let Some(candidates) = haystack[start..].first_chunk().and_then(|first| self.0.get(first)) else {
                continue;
            };
            let there = candidates.iter().filter(|(_, needle)| haystack[start..].starts_with(needle));
            found.extend(there.map(|(name, _)| name.as_str()));
        }
        found
    }

    /// Looks through every file of the folder, names included; answers which kinds of files it saw.
    fn search(&self, folder: &Path, when: &str) -> Vec<String> {
        let mut seen = Vec::new();
        for path in files(folder) {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let found = [self.find(&bytes), self.find(name.as_bytes())].concat();
            assert!(found.is_empty(), "{when}, in {name}: {found:?}");
            seen.push(name);
        }
        seen
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

/// The search itself is sound: what is planted is found in every spelling.
#[test]
fn planted_canaries_are_found() {
    let mut canaries = Canaries::new();
    for spec in catalogue().records() {
        canaries.record(spec);
    }
    let needles = canaries.needles();
    for (name, bytes) in &canaries.marked {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        for (spelling, planted) in [
            ("bytes", bytes.clone()),
            ("hex", hex.clone().into_bytes()),
            ("HEX", hex.to_uppercase().into_bytes()),
            ("hash", sha256(bytes).to_vec()),
            ("base64", STANDARD_NO_PAD.encode([b"xyz", &bytes[..], b"abc"].concat()).into_bytes()),
            ("base64 + 1", STANDARD_NO_PAD.encode([b"x", &bytes[..], b"abc"].concat()).into_bytes()),
            ("base64 + 2", STANDARD_NO_PAD.encode([b"xy", &bytes[..], b"abc"].concat()).into_bytes()),
        ] {
            let haystack = [b"before", &planted[..], b"after"].concat();
            assert!(!needles.find(&haystack).is_empty(), "{name} as {spelling}");
        }
    }
    let words = String::from_utf8(canaries.marked[1].1.clone()).unwrap();
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(!needles.find(&wide).is_empty());
    assert!(needles.find(&[0x41; 4096]).is_empty());
}

/// In a process of its own, so that its temporary folder and what it prints can be searched as well.
#[test]
fn no_value_is_found_anywhere() {
    let folder = saferoom_tests::folder();
    let output = run_apart("every_field_is_marked", folder.path(), None).unwrap();
    let printed = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&printed));
    let printed = String::from_utf8_lossy(&printed);
    assert!(printed.contains("1 passed") && !printed.contains("Canary"), "{printed}");
    // And once more, now that the process has ended: by the common part of all marks.
    let mut needles = Needles::default();
    needles.add("mark", "bytes", b"Canary00".to_vec());
    needles.add("mark", "UTF-16", "Canary00".encode_utf16().flat_map(u16::to_le_bytes).collect());
    needles.search(folder.path(), "after the process has ended");
}

#[test]
#[ignore = "run by no_value_is_found_anywhere, in a process of its own"]
fn every_field_is_marked() {
    let Some(folder) = folder_apart() else { return };
    let mut canaries = Canaries::new();
    let words = Passphrase::new(PASSPHRASE.as_bytes().to_vec()).unwrap();
    let keys = FileKeyStore::new(folder.join("keys"));
    let identity_file = folder.join("identity");
    let lock = Unlock::Both(&words, &keys);
    create_identity_file(&identity_file, &Identity::generate(), lock, PassphraseCost::LEAST).unwrap();
    let founder = open_identity_file(&identity_file, lock).unwrap();
    let (name, origin) = (canaries.words("name of the unit"), "canary-origin.police.example.org/audit/1");
    canaries.mark("origin", b"canary-origin.police".to_vec());
    canaries.mark("purpose", b"forensic-interview".to_vec());
    canaries.mark("member", founder.member().as_bytes().to_vec());
    let path = folder.join("vault.saferoom");
    let vault = Vault::create(&path, Host::new(keys.clone()), &founder, origin, &unit(&name)).unwrap();
    let session = vault.sign_in(&founder).unwrap();

    // Every kind, below a parent of every kind that it may stand under.
    let mut written: Vec<(&'static RecordSpec, RecordId)> = Vec::new();
    let whole = canaries.record(catalogue().by_name("unit").unwrap());
    let access = canaries.reason();
    session.write_batch(&access, |batch| batch.amend_dynamic(session.unit(), &whole)).unwrap();
    written.push((whole.spec(), session.unit()));
    let mut missing = 0;
    while written.len() < by_hand().count() {
        let (spec, parent) = next(&written);
        let record = canaries.record(spec);
        let again = canaries.amended(&record);
        let access = canaries.reason();
        let needles = canaries.needles();
        let id = session
            .write_history(&access, |batch| {
                let id = batch.create_dynamic(Some(parent), &record)?.record;
                // In the middle of a batch: whatever SQLite spills lies in files now.
                needles.search(&folder, "while a batch is open");
                Ok(id)
            })
            .unwrap();
        if again != record {
            session.write_batch(&access, |batch| batch.amend_dynamic(id, &again)).unwrap();
        }
        written.push((spec, id));
        let opened = session.read_fields(id, None, &access).unwrap();
        assert!(opened.record == again);
        missing += spec.fields.len() - again.iter().count();
    }
    assert!(missing < 50, "{missing} fields have no mark");
    canaries.needles().search(&folder, "while the session is open");
    let seen = canaries.needles().search(&folder, "while the session is open");
    for file in ["vault.saferoom", "vault.saferoom-wal", "vault.saferoom-shm", "identity"] {
        assert!(seen.iter().any(|name| name == file), "{file} was searched: {seen:?}");
    }
    assert!(seen.iter().any(|name| name.starts_with("keys/")));
    failed_writes(&session, &mut canaries, &folder, &written);
    let access = canaries.reason();
    let size = session.log_size().unwrap();
    session.log_entries(0, size, &access).unwrap();
    let _ = session.read_fields(session.unit(), None, &Access::for_purpose("forensic-interviewing"));
    session.check(|_, _| ()).unwrap();
    println!("{session:?} {vault:?} {founder:?} {access:?} {words:?} {whole:?}");
    canaries.needles().search(&folder, "after all was read");
    session.lock();
    canaries.needles().search(&folder, "after the session was locked");
    drop((session, vault));
    canaries.needles().search(&folder, "after the vault was closed");
}

/// The kinds that a host writes: no lock, and nothing that the library alone writes.
fn by_hand() -> impl Iterator<Item = &'static RecordSpec> {
    catalogue().records().iter().copied().filter(|spec| spec.kind != RecordKind::LOCK && !spec.is_by_library())
}

/// A kind that is not written yet, with a parent that is.
fn next(written: &[(&'static RecordSpec, RecordId)]) -> (&'static RecordSpec, RecordId) {
    let missing = by_hand().filter(|spec| !written.iter().any(|(known, _)| known == spec));
    let mut placed = missing.filter_map(|spec| {
        let parent = written.iter().find(|(known, _)| spec.parents.contains(&known.kind))?;
        Some((spec, parent.1))
    });
    placed.next().expect("every kind can be reached from the unit")
}

/// Batches that are rolled back after they have written much, by an error of the host, of a rule, and of the disk.
fn failed_writes(
    session: &Session,
    canaries: &mut Canaries,
    folder: &Path,
    written: &[(&'static RecordSpec, RecordId)],
) {
    let statement = catalogue().by_name("statement").unwrap();
    let parent = written.iter().find(|(spec, _)| statement.parents.contains(&spec.kind)).unwrap().1;
    let access = canaries.reason();
    // More than SQLite's cache of 2 MB, so that pages are written before the commit.
    let records: Vec<_> = (0..80).map(|_| canaries.record(statement)).collect();
    let needles = canaries.needles();
    for how in ["by the host", "by a rule"] {
        let failed = session.write_batch(&access, |batch| -> Result<(), Error> {
            for record in &records {
                for _ in 0..10 {
                    batch.create_dynamic(Some(parent), record)?;
                }
            }
            needles.search(folder, "in a batch that will fail");
            match how {
                "by the host" => Err(Error::Locked),
                _ => batch.create_dynamic(Some(parent), &DynamicRecord::new(statement)).map(drop),
            }
        });
        assert!(failed.is_err());
        needles.search(folder, &format!("after a batch was rolled back {how}"));
    }
    let obstacle = saferoom_tests::raw(&folder.join("vault.saferoom"));
    obstacle
        .execute_batch("CREATE TRIGGER obstacle BEFORE INSERT ON commitment BEGIN SELECT RAISE(ABORT, 'no'); END")
        .unwrap();
    let failed = session.write_batch(&access, |batch| batch.create_dynamic(Some(parent), &records[0]));
    let told = format!("{:?}", failed.unwrap_err());
    println!("{told}");
    obstacle.execute_batch("DROP TRIGGER obstacle").unwrap();
    needles.search(folder, "after the disk refused");
}
