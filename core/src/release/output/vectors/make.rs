//! Makes the vectors of manifests and signatures. One thing is wrong in each of those to refuse; its name says what.

use serde_json::{Value, json};
use ssh_key::public::{Ed25519PublicKey, KeyData};
use ssh_key::{Algorithm, HashAlg, LineEnding, SshSig};

use super::super::super::account::{SearchAccount, Utility};
use super::super::super::meaning::Label;
use super::super::super::spec::{ModelKind, Role};
use super::super::super::table::Table;
use super::super::manifest::{Coverage, FORMAT, FileEntry, Manifest, ManifestColumn, Parameters, Provenance, Rows};
use super::super::recount::Claims;
use super::super::signature::{NAMESPACE, public_key_line, sign};
use super::super::types::ColumnType;
use crate::keys::SigningKey;
use crate::seal::sha256;
use crate::vectors::{bad, good, hex};

/// Ten rows in two classes of five.
const ROWS: &str = "\
age,sex,harm,days
10-14,female,physical,3
10-14,female,sexual,
10-14,female,physical,8
10-14,female,neglect,3
10-14,female,sexual,5
15-17,,physical,2
15-17,,neglect,4
15-17,,sexual,1
15-17,,sexual,3
15-17,,neglect,3
";

pub(super) fn manifests() -> Vec<Value> {
    let vector = |text: &str, csv: &str| json!({ "text": text, "csv": csv });
    let mut vectors = vec![
        good("an extract", "ten children, each with one row", vector(&written(&example()), ROWS)),
        good("children with several rows", "classes of three children", vector(&written(&several()), ROWS)),
        good("from tables of one's own", "no station, no field of the catalogue", vector(&written(&own()), ROWS)),
    ];
    let texts = texts().into_iter().chain(members());
    vectors.extend(texts.map(|(name, error, text)| bad(name, error, "", vector(&text, ROWS))));
    vectors.extend(names().into_iter().map(|(name, text)| bad(name, "manifest", "", vector(&text, ROWS))));
    vectors.extend(claims().into_iter().map(|(name, edit)| {
        let mut manifest = example();
        edit(&mut manifest);
        bad(name, "claim", "", vector(&written(&manifest), ROWS))
    }));
    vectors.push(bad("a table without rows", "claim", "", vector(&written(&example()), "age,sex,harm,days\n")));
    vectors.push(bad("a row less in the file", "claim", "", vector(&written(&example()), less())));
    vectors
}

fn less() -> &'static str {
    ROWS.strip_suffix("15-17,,neglect,3\n").unwrap()
}

fn written(manifest: &Manifest) -> String {
    String::from_utf8(manifest.to_bytes().unwrap()).unwrap()
}

fn example() -> Manifest {
    let table = Table::from_csv(ROWS.as_bytes()).unwrap();
    let counted = Claims::count(&table, &["age", "sex"], &["harm"], None).unwrap();
    let column = |name: &str, role, kind, levels: &[u64], missing| ManifestColumn {
        name: name.into(),
        role,
        kind,
        label: Label { en: name.into(), km: String::new() },
        field: (name == "sex").then(|| "child.sex".into()),
        levels: levels.to_vec(),
        height: 2 * levels.len() as u64,
        loss: 0.25 * levels.len() as f64,
        missing,
    };
    let file = |name: &str| FileEntry { name: name.into(), bytes: 3, sha256: hex(sha256(name.as_bytes())) };
    let station = Coverage { station: "Kandal".into(), until: "2026-06".into() };
    Manifest {
        format: FORMAT.into(),
        created_by: "saferoom 0.1.0".into(),
        release: "07".repeat(16),
        name: "Interviews, first half".into(),
        audience: "inside".into(),
        provenance: Provenance {
            source: "interviews".into(),
            stations: vec![station],
            older_rules: 0,
            terms: "Inside only".into(),
        },
        parameters: Parameters {
            models: vec![
                ModelKind::KAnonymity { k: 5 },
                ModelKind::DistinctLDiversity { column: "harm".into(), l: 3 },
                ModelKind::EntropyLDiversity { column: "harm".into(), l: 2.5 },
                ModelKind::AverageRisk { risk: 0.2 },
            ],
            suppression_limit: 0.25,
            local_recoding: false,
            children_have_rows: false,
        },
        rows: Rows { source: 12, released: 10, suppressed: 2 },
        columns: vec![
            column("age", Role::QuasiIdentifying, ColumnType::String, &[1], 0),
            column("sex", Role::QuasiIdentifying, ColumnType::String, &[1], 5),
            column("harm", Role::Sensitive, ColumnType::String, &[], 0),
            column("days", Role::Insensitive, ColumnType::Integer, &[], 1),
        ],
        children: counted.clone(),
        counted,
        utility: Utility {
            cost: vec![0.25],
            loss: 0.25,
            precision: 0.5,
            entropy: 12.5,
            discernibility: 74.0,
            average_class: 5.0,
            brought_back: 0,
        },
        search: SearchAccount { transformations: 9.0, checks: 7, optimal: true, bound: vec![0.25] },
        gap: 0.0,
        files: ["data.parquet", "dictionary.csv", "risk.json"].map(file).to_vec(),
    }
}

/// Each class has rows of three children.
fn several() -> Manifest {
    let table = Table::from_csv(ROWS.as_bytes()).unwrap();
    let units = [0, 0, 1, 1, 2, 3, 3, 4, 4, 5];
    let mut manifest = example();
    manifest.children = Claims::count(&table, &["age", "sex"], &["harm"], Some(&units)).unwrap();
    manifest.parameters.models = vec![ModelKind::KAnonymity { k: 3 }];
    manifest.parameters.children_have_rows = true;
    manifest
}

fn own() -> Manifest {
    let mut manifest = example();
    manifest.provenance = Provenance { source: "a table".into(), ..Provenance::default() };
    manifest.columns[1].field = None;
    manifest
}

/// Texts that are no manifest, or not the one text of it.
fn texts() -> Vec<(&'static str, &'static str, String)> {
    let text = written(&example());
    let with = |old: &str, new: &str| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    };
    vec![
        ("no text", "manifest", String::new()),
        ("a list", "manifest", "[]".into()),
        ("the last byte is missing", "manifest", text[..text.len() - 1].into()),
        ("something behind", "manifest", format!("{text}{{}}")),
        ("a newer format", "format", with(FORMAT, "saferoom-extract/2")),
        ("a format that is no text", "manifest", with(&format!("\"{FORMAT}\""), "1")),
        ("a line end behind", "not-canonical", format!("{text}\n")),
        ("blanks between", "not-canonical", with("\"gap\":0", "\"gap\": 0")),
        ("members in another order", "not-canonical", serde_json::to_string(&example()).unwrap()),
        ("a letter written as its number", "not-canonical", with("\"Interviews, ", "\"\\u0049nterviews, ")),
        ("a number with a point", "not-canonical", with("\"gap\":0", "\"gap\":0.0")),
        ("a number with an exponent", "not-canonical", with("\"entropy\":12.5", "\"entropy\":1.25e1")),
    ]
}

/// Members that are not there, there twice, or hold what they may not.
fn members() -> Vec<(&'static str, &'static str, String)> {
    let text = written(&example());
    let with = |old: &str, new: &str| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    };
    let malformed = [
        ("a member is missing", with("\"gap\":0,", "")),
        ("a member that is not known", with("\"gap\":0,", "\"gap\":0,\"more\":1,")),
        (
            "a member of a column that is not known",
            with("\"height\":2,\"label\":{\"en\":\"age\"", "\"height\":2,\"key\":1,\"label\":{\"en\":\"age\""),
        ),
        ("a member twice", with("\"gap\":0,", "\"gap\":0,\"gap\":0,")),
        ("null for a number", with("\"gap\":0", "\"gap\":null")),
        ("a text for a number", with("\"checks\":7", "\"checks\":\"7\"")),
        ("a negative number of rows", with("\"suppressed\":2", "\"suppressed\":-2")),
        ("a number beyond 64 bits", with("\"suppressed\":2", "\"suppressed\":18446744073709551616")),
        ("a part of a row", with("\"suppressed\":2", "\"suppressed\":2.5")),
        ("a role that is none", with("\"insensitive\"", "\"public\"")),
        ("a type that is none", with("\"integer\"", "\"float\"")),
        ("a model that is none", with("\"average-risk\"", "\"some-risk\"")),
        ("a model without its number", with("\"k\":5,\"kind\":\"k-anonymity\"", "\"kind\":\"k-anonymity\"")),
    ];
    malformed.into_iter().map(|(name, text)| (name, "manifest", text)).collect()
}

/// Files that no folder of an extract has.
fn names() -> Vec<(&'static str, String)> {
    let of = |names: &[&str]| {
        let mut manifest = example();
        let file = |name: &&str| FileEntry { name: (*name).into(), ..manifest.files[0].clone() };
        manifest.files = names.iter().map(file).collect();
        written(&manifest)
    };
    vec![
        ("a file outside of the folder", of(&["../data.parquet"])),
        ("a file of the root", of(&["/data.parquet"])),
        ("a file without a name", of(&["", "data.parquet"])),
        ("a hidden file", of(&[".data.parquet"])),
        ("files descend", of(&["risk.json", "data.parquet"])),
        ("a file twice", of(&["data.parquet", "data.parquet"])),
        ("the manifest among its files", of(&["data.parquet", "manifest.json"])),
        ("the signature among the files", of(&["data.parquet", "manifest.json.sig"])),
    ]
}

type Edit = fn(&mut Manifest);

/// What the rows do not bear out.
fn claims() -> Vec<(&'static str, Edit)> {
    /// What is counted in children and in rows, changed in both.
    fn both(manifest: &mut Manifest, edit: fn(&mut Claims)) {
        edit(&mut manifest.children);
        edit(&mut manifest.counted);
    }
    vec![
        ("a smallest class too large", |manifest| both(manifest, |claims| claims.k = 6)),
        ("a largest class too small", |manifest| both(manifest, |claims| claims.largest = 4)),
        ("a class too few", |manifest| both(manifest, |claims| claims.classes = 1)),
        ("a highest risk too low", |manifest| both(manifest, |claims| claims.highest_risk = 0.1)),
        ("an average risk too low", |manifest| both(manifest, |claims| claims.average_risk = 0.1)),
        ("unique rows where there are none", |manifest| both(manifest, |claims| claims.unique = 0.1)),
        ("more values in a class", |manifest| both(manifest, |claims| claims.sensitive[0].distinct_l = 4)),
        ("more entropy in a class", |manifest| both(manifest, |claims| claims.sensitive[0].entropy_l = 3.0)),
        ("values that are nearer", |manifest| both(manifest, |claims| claims.sensitive[0].t_equal = 0.0)),
        ("values that are nearer in order", |manifest| both(manifest, |claims| claims.sensitive[0].t_ordered = 0.0)),
        ("no word of a sensitive column", |manifest| both(manifest, |claims| claims.sensitive.clear())),
        ("more children than rows", |manifest| manifest.children.k = 6),
        ("other children where each has one row", |manifest| manifest.children.k = 4),
        ("a row that is not there", |manifest| {
            manifest.rows.released = 11;
            manifest.rows.source = 13;
        }),
        ("rows that do not add up", |manifest| manifest.rows.source = 13),
        ("more suppressed than allowed", |manifest| manifest.parameters.suppression_limit = 0.1),
        ("a column of another name", |manifest| manifest.columns[0].name = "years".into()),
        ("columns in another order", |manifest| manifest.columns.swap(0, 1)),
        ("a column too few", |manifest| drop(manifest.columns.pop())),
        ("a column of another type", |manifest| manifest.columns[3].kind = ColumnType::Number),
        ("an identifier that leaves", |manifest| manifest.columns[3].role = Role::Identifier),
        ("a missing value too few", |manifest| manifest.columns[1].missing = 4),
        ("a larger k is promised", |manifest| manifest.parameters.models[0] = ModelKind::KAnonymity { k: 6 }),
        ("more values are promised", |manifest| {
            manifest.parameters.models[1] = ModelKind::DistinctLDiversity { column: "harm".into(), l: 4 };
        }),
        ("more entropy is promised", |manifest| {
            manifest.parameters.models[2] = ModelKind::EntropyLDiversity { column: "harm".into(), l: 3.0 };
        }),
        ("a lower risk is promised", |manifest| {
            manifest.parameters.models[3] = ModelKind::AverageRisk { risk: 0.1 };
        }),
        ("a promise for a column that is not sensitive", |manifest| {
            manifest.parameters.models[1] = ModelKind::DistinctLDiversity { column: "days".into(), l: 2 };
        }),
    ]
}

/// A signature with this namespace and hash.
fn signed(key: &SigningKey, namespace: &str, hash: HashAlg, message: &[u8]) -> String {
    let data = SshSig::signed_data(namespace, hash, message).unwrap();
    let bytes = ssh_key::Signature::new(Algorithm::Ed25519, key.sign(&data)).unwrap();
    let public = KeyData::Ed25519(Ed25519PublicKey(*key.verifying_key().as_bytes()));
    SshSig::new(public, namespace, hash, bytes).unwrap().to_pem(LineEnding::LF).unwrap()
}

pub(super) fn signatures() -> Vec<Value> {
    let (key, other) = (SigningKey::from_seed(&[7; 32]), SigningKey::from_seed(&[8; 32]));
    let (line, other_line) = [&key, &other].map(|key| public_key_line(&key.verifying_key()).unwrap()).into();
    let text = written(&example());
    let signature = sign(&key, text.as_bytes()).unwrap();
    let vector = |text: &str, signature: &str, trusted: &str| json!({ "text": text, "signature": signature, "trusted": trusted });
    let by = |signature: &str| vector(&text, signature, &line);
    let elsewhere = signed(&key, "file", HashAlg::Sha512, text.as_bytes());
    let weaker = signed(&key, NAMESPACE, HashAlg::Sha256, text.as_bytes());
    let changed = text.replace("\"suppressed\":2", "\"suppressed\":1");
    let armour = |old: &str, new: &str| {
        assert!(signature.contains(old));
        signature.replace(old, new)
    };
    let allowed = format!("# desk\n\ndesk@example.org namespaces=\"{NAMESPACE}\" {line}\n");
    vec![
        good("signed", "Ed25519 of the seed 07...07", by(&signature)),
        good("one of two keys", "", vector(&text, &signature, &format!("{other_line}\n{line}\n"))),
        good("a file of allowed signers", "", vector(&text, &signature, &allowed)),
        bad("another text", "bad-signature", "one row less was suppressed", vector(&changed, &signature, &line)),
        bad("a line end behind the text", "bad-signature", "", vector(&format!("{text}\n"), &signature, &line)),
        bad("a key that is not trusted", "untrusted-signer", "", vector(&text, &signature, &other_line)),
        bad("made for another purpose", "namespace", "namespace `file`", by(&elsewhere)),
        bad("another hash", "signature-form", "SHA-256", by(&weaker)),
        bad("no signature", "signature-form", "", by("")),
        bad("cut off", "signature-form", "", by(&signature[..signature.len() / 2])),
        bad("another armour", "signature-form", "", by(&armour("SSH SIGNATURE", "PGP SIGNATURE"))),
        bad("no key is trusted", "public-key", "", vector(&text, &signature, "# nobody\n")),
        bad("a key of another kind", "public-key", "", vector(&text, &signature, "ssh-rsa AAAA")),
    ]
}
