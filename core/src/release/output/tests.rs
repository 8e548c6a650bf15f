use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::*;
use crate::keys::SigningKey;
use crate::release::engine::Unwatched;
use crate::release::spec::{Files, ReleasePolicy, Spec};
use crate::release::{ReleaseKey, Released, Table, release};

const SPEC: &str = r#"
name = "Interviews, first half"
audience = "inside"
unit = "child"
suppression = 0.2
[[column]]
name = "child"
role = "identifier"
[[column]]
name = "age"
role = "quasi-identifying"
hierarchy = { kind = "age" }
label = { en = "Age", km = "អាយុ" }
[[column]]
name = "sex"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }
field = "child.sex"
[[column]]
name = "month"
role = "quasi-identifying"
hierarchy = { kind = "date" }
coarsest = 3
[[column]]
name = "harm"
role = "sensitive"
[[column]]
name = "days"
role = "insensitive"
[[model]]
kind = "k-anonymity"
k = 5
[[model]]
kind = "distinct-l-diversity"
column = "harm"
l = 2
"#;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

/// Children with up to three rows each, some values missing.
fn source(backwards: bool) -> Table {
    let row = |i: usize| {
        let sex = ["female", "male", ""][(i / 7) % 3];
        let days = if i.is_multiple_of(11) { String::new() } else { (i % 9).to_string() };
        format!("c{},{},{sex},2026-0{}-1{},h{},{days}\n", i % 90, 6 + i % 5, 1 + i % 2, i % 9, i % 3)
    };
    let mut rows: Vec<String> = (0..200).map(row).collect();
    if backwards {
        rows.reverse();
    }
    Table::from_csv(format!("child,age,sex,month,harm,days\n{}", rows.concat()).as_bytes()).unwrap()
}

fn released(backwards: bool) -> Released {
    let spec = Spec::parse(SPEC).unwrap();
    release(&spec, &source(backwards), &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap()
}

struct Page(&'static str);

impl Pages for Page {
    fn pages(&self, account: &crate::release::Account) -> Vec<(String, String)> {
        vec![(self.0.to_owned(), format!("<p>{}</p>", account.name))]
    }
}

const PAGE: Page = Page("risk-report.en.html");

fn signer() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

/// Writes an extract with everything.
fn written(place: &Path, released: &Released, key: u8) -> Result<Manifest, OutputError> {
    let provenance = Provenance { source: "interviews".into(), terms: "Inside only".into(), ..Provenance::default() };
    let (key, signer) = (ReleaseKey::from_bytes(&[key; 32]), signer());
    write_extract(
        place,
        released,
        &ExtractParts { provenance: &provenance, key: &key, signer: Some(&signer), pages: &PAGE },
    )
}

fn opened(place: &Path) -> Result<Extract, OutputError> {
    open_extract(place, Trust::Keys(&[signer().verifying_key()]))
}

fn files(place: &Path) -> Vec<(String, Vec<u8>)> {
    let paths = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut files: Vec<_> = paths.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

fn sorted(table: &Table) -> Vec<Vec<Option<String>>> {
    let row = |row| table.columns().iter().map(|column| column.value(row).map(str::to_owned)).collect();
    let mut rows: Vec<Vec<Option<String>>> = (0..table.rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn an_extract_comes_back_as_it_was_released_in_another_order() {
    let place = tempfile::tempdir().unwrap();
    let released = released(false);
    let manifest = written(&place.path().join("e"), &released, 1).unwrap();
    let extract = opened(&place.path().join("e")).unwrap();
    assert_eq!(extract.manifest, manifest);
    assert_ne!(extract.table, released.table);
    assert_eq!(sorted(&extract.table), sorted(&released.table));
    assert_eq!(extract.signer, Some(signer().verifying_key()));
    let kinds: Vec<ColumnType> = manifest.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds[3..], [ColumnType::String, ColumnType::Integer]);
    assert!(manifest.columns[4].missing > 0);
    assert!(manifest.children.k >= 5 && manifest.children.k < manifest.counted.k);
    assert_eq!(manifest.columns[0].label.km, "អាយុ");
    // The folder has these files and no other, and stands alone in its place.
    let names: Vec<String> = files(&place.path().join("e")).into_iter().map(|(name, _)| name).collect();
    let expected = [CROISSANT, DATA, FRICTIONLESS, DICTIONARY_CSV, DICTIONARY_JSON, MANIFEST, SIGNATURE, PAGE.0, RISK];
    assert_eq!(names, expected);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn bytes_depend_on_rows_specification_and_key_alone() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    written(&at("a"), &released(false), 1).unwrap();
    written(&at("b"), &released(true), 1).unwrap();
    written(&at("c"), &released(false), 2).unwrap();
    assert_eq!(files(&at("a")), files(&at("b")), "the order of the rows that were given is gone");
    assert_ne!(fs::read(at("a").join(DATA)).unwrap(), fs::read(at("c").join(DATA)).unwrap());
}

/// OpenSSH's own tool takes the signature, and refuses another manifest.
#[test]
fn stock_ssh_keygen_verifies_the_manifest() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("e");
    written(&folder, &released(false), 1).unwrap();
    let allowed = place.path().join("allowed");
    fs::write(&allowed, format!("desk {}\n", public_key_line(&signer().verifying_key()).unwrap())).unwrap();
    let verify = |manifest: &Path| {
        let mut command = Command::new("ssh-keygen");
        command.args(["-Y", "verify", "-I", "desk", "-n", NAMESPACE, "-f"]).arg(&allowed);
        command.arg("-s").arg(folder.join(SIGNATURE)).stdin(fs::File::open(manifest).unwrap());
        command.stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    let Ok(good) = verify(&folder.join(MANIFEST)) else {
        println!("skipped: there is no ssh-keygen");
        return;
    };
    assert!(good.success());
    assert!(!verify(&folder.join(RISK)).unwrap().success());
}

#[test]
fn whatever_is_changed_is_noticed() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("e");
    written(&folder, &released(false), 1).unwrap();
    for (name, bytes) in files(&folder) {
        let path = folder.join(&name);
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert!(opened(&folder).is_err(), "{name} changed");
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(opened(&folder).is_err(), "{name} cut");
        fs::remove_file(&path).unwrap();
        let expected = match name.as_str() {
            SIGNATURE => OutputError::Unsigned,
            _ => OutputError::Missing { file: name.clone() },
        };
        assert_eq!(opened(&folder), Err(expected));
        fs::write(&path, &bytes).unwrap();
    }
    fs::write(folder.join("more.csv"), "x").unwrap();
    assert_eq!(opened(&folder), Err(OutputError::Unexpected));
    fs::remove_file(folder.join("more.csv")).unwrap();
    assert!(opened(&folder).is_ok());
    let others = [SigningKey::from_seed(&[8; 32]).verifying_key()];
    assert_eq!(open_extract(&folder, Trust::Keys(&others)), Err(OutputError::UntrustedSigner));
}

/// Whoever signs a manifest that the table does not bear out is not believed either.
#[test]
fn a_signed_lie_is_found() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("e");
    let honest = written(&folder, &released(false), 1).unwrap();
    let lies: [fn(&mut Manifest); 6] = [
        |m| m.counted.k += 1,
        |m| m.children.k = m.counted.k + 1,
        |m| m.rows.suppressed += 1,
        |m| m.columns[4].missing += 1,
        |m| m.counted.sensitive[0].t_equal /= 2.0,
        |m| m.parameters.models = vec![crate::release::spec::ModelKind::KAnonymity { k: 1000 }],
    ];
    for (index, lie) in lies.into_iter().enumerate() {
        let mut manifest = honest.clone();
        lie(&mut manifest);
        let text = manifest.to_bytes().unwrap();
        fs::write(folder.join(SIGNATURE), signature::sign(&signer(), &text).unwrap()).unwrap();
        fs::write(folder.join(MANIFEST), text).unwrap();
        assert!(matches!(opened(&folder), Err(OutputError::Claim { .. })), "lie {index}");
    }
    let spaced = [b" ".as_slice(), &honest.to_bytes().unwrap()].concat();
    fs::write(folder.join(SIGNATURE), signature::sign(&signer(), &spaced).unwrap()).unwrap();
    fs::write(folder.join(MANIFEST), spaced).unwrap();
    assert_eq!(opened(&folder), Err(OutputError::NotCanonical));
}

#[test]
fn what_the_file_does_not_bear_out_is_not_signed_and_not_left() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("e");
    let mut false_k = released(false);
    false_k.account.after.k += 1;
    assert_eq!(written(&folder, &false_k, 1), Err(OutputError::Claim { claim: "k" }));
    let mut false_t = released(false);
    false_t.account.after.sensitive[0].t_equal *= 0.99;
    assert_eq!(written(&folder, &false_t, 1), Err(OutputError::Claim { claim: "t, equal" }));
    let bad_page = Page("../risk-report.en.html");
    let (provenance, key) = (Provenance::default(), ReleaseKey::generate());
    let parts = ExtractParts { provenance: &provenance, key: &key, signer: None, pages: &bad_page };
    assert_eq!(write_extract(&folder, &released(false), &parts), Err(OutputError::PageName));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left");
    fs::create_dir(&folder).unwrap();
    assert_eq!(written(&folder, &released(false), 1), Err(OutputError::Exists));
}

/// Who stands in no class stands alone before: what harmed that child must not change a byte of what leaves.
#[test]
fn what_harmed_a_child_who_is_left_out_changes_no_file() {
    let place = tempfile::tempdir().unwrap();
    let spec =
        Spec::parse(&SPEC.replace("coarsest = 3", "coarsest = 1").replace("kind = \"age\"", "kind = \"suppress\""))
            .unwrap();
    let folder = |harm: &str| {
        let mut text = Vec::new();
        source(false).to_csv(&mut text).unwrap();
        text.extend_from_slice(format!("c999,17,female,2027-09-09,{harm},\n").as_bytes());
        let table = Table::from_csv(&text).unwrap();
        let released = release(&spec, &table, &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap();
        assert!(released.account.suppressed > 0 && released.account.before.sensitive.is_empty());
        assert!(!released.account.after.sensitive.is_empty());
        written(&place.path().join(harm), &released, 1).unwrap();
        files(&place.path().join(harm))
    };
    let plain = folder("h0");
    assert_eq!(plain, folder("h1"));
    assert_eq!(plain, folder("rareharm"));
}

#[test]
fn dictionaries_name_what_left_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("e");
    // One child has a harm of its own, and is left out.
    let mut text = Vec::new();
    source(false).to_csv(&mut text).unwrap();
    text.extend_from_slice(b"c999,17,female,2026-09-09,rareharm,4242\n");
    let spec = Spec::parse(&SPEC.replace("coarsest = 3", "coarsest = 1")).unwrap();
    let table = Table::from_csv(&text).unwrap();
    let released = release(&spec, &table, &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap();
    assert!(released.account.suppressed > 0);
    let manifest = written(&folder, &released, 1).unwrap();
    for (name, bytes) in files(&folder) {
        // zstd would hide it in the rows; those are compared with what was released.
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("rareharm") && !text.contains("4242"), "{name}");
    }
    let dictionary: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join(DICTIONARY_JSON)).unwrap()).unwrap();
    let columns = dictionary["columns"].as_array().unwrap();
    assert_eq!(columns.len(), manifest.columns.len());
    let harms: Vec<&str> =
        columns[3]["values"].as_array().unwrap().iter().map(|v| v["value"].as_str().unwrap()).collect();
    assert_eq!(harms, ["h0", "h1", "h2"]);
}

#[test]
fn every_type_comes_back_and_what_is_no_table_is_refused() {
    let csv = "text,whole,number,day\na,1,2.5,2024-02-29\n,,,\nb,-7,0.1,1969-12-31\n";
    let table = Table::from_csv(csv.as_bytes()).unwrap();
    let types: Vec<ColumnType> = table.columns().iter().map(|column| ColumnType::of(column, false)).collect();
    assert_eq!(types, [ColumnType::String, ColumnType::Integer, ColumnType::Number, ColumnType::Date]);
    let mut bytes = Vec::new();
    write_parquet(&table, &types, &[], &mut bytes).unwrap();
    assert!(is_parquet(&bytes));
    assert_eq!(read_parquet(bytes.clone()).unwrap(), table);
    assert_eq!(read_parquet(bytes[..bytes.len() - 9].to_vec()), Err(OutputError::Parquet));
    assert_eq!(read_parquet(csv.as_bytes().to_vec()), Err(OutputError::Parquet));
    // A type that would lose something is refused, not rounded.
    let wrong = [ColumnType::String, ColumnType::Integer, ColumnType::Integer, ColumnType::Date];
    assert_eq!(write_parquet(&table, &wrong, &[], Vec::new()), Err(OutputError::Parquet));
}
