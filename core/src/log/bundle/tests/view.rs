//! The derived view: computed anew, line by line.

use super::*;
use crate::log::MemoryFolder;

fn with_view(log: &Log) -> MemoryFolder {
    let mut folder = MemoryFolder::default();
    let newest = log.checkpoint(log.entries.len());
    let mut bundle = BundleWriter::new(&mut folder).with_view();
    let mut writer = bundle.log(BundleLog::of(&newest.text().parse().unwrap()), &[]).unwrap();
    log.entries.iter().for_each(|entry| writer.append(entry, None).unwrap());
    writer.finish().unwrap();
    bundle.finish(&newest).unwrap();
    folder
}

/// The same bundle with another file, and a manifest that lists it.
fn listed(folder: &MemoryFolder, name: &str, bytes: &[u8]) -> MemoryFolder {
    let mut folder = folder.clone();
    let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
    manifest.add(name.parse().unwrap(), bytes);
    folder.0.insert(name.to_owned(), bytes.to_vec());
    folder.0.insert("bundle".into(), manifest.to_string().into_bytes());
    folder
}

#[test]
fn a_view_is_what_the_entries_say() {
    for size in [1, 4096, 4097] {
        let log = Log::of(size);
        let folder = with_view(&log);
        let report = verify(&folder, &[&log.checkpoint(1)]);
        assert_eq!(*report.answer(Verdict::View), Answer::Passed, "{size}: {report:?}");
        let text: String = (0..size.div_ceil(4096))
            .map(|part| String::from_utf8(folder.0[&format!("view/{part}.ndjson")].clone()).unwrap())
            .collect();
        assert_eq!(text.lines().count() as u64, size);
        for (line, index) in text.lines().zip(0..) {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(event["resourceType"], "AuditEvent");
            assert_eq!(event["extension"][0]["valueString"], ORIGIN);
            assert_eq!(event["extension"][1]["valueString"], index.to_string());
            assert_eq!(event["extension"][2]["valueString"], leaf_hash(&log.entries[index]).to_base64());
        }
    }
}

#[test]
fn a_view_that_says_something_else_fails_alone() {
    let log = small();
    let folder = with_view(&log);
    let name = "view/0.ndjson";
    let text = String::from_utf8(folder.0[name].clone()).unwrap();
    let first = text.lines().next().unwrap().to_owned() + "\n";
    let changes = [
        text.replacen("\"outcome\":\"0\"", "\"outcome\":\"4\"", 1),
        text.replacen(&first, "", 1),
        text.clone() + &first,
        String::new(),
        text.replacen('{', "{ ", 1),
    ];
    for changed in changes {
        assert_ne!(changed, text);
        let report = verify(&listed(&folder, name, changed.as_bytes()), &[&log.checkpoint(2)]);
        assert_eq!(failed(&report), [Verdict::View], "{changed}");
        assert_eq!(problems(&report, Verdict::View), [BundleProblem::View { part: 0 }]);
    }
    // Changed without the manifest, gone, or of entries that there are not.
    let mut other = folder.clone();
    other.0.insert(name.into(), first.clone().into_bytes());
    assert_eq!(failed(&verify(&other, &[])), [Verdict::View]);
    other.0.remove(name);
    assert_eq!(failed(&verify(&other, &[])), [Verdict::View]);
    let more = listed(&folder, "view/1.ndjson", first.as_bytes());
    assert_eq!(problems(&verify(&more, &[]), Verdict::View), [BundleProblem::View { part: 1 }]);
}
