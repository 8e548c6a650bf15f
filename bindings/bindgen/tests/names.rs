//! The names in the root's `uniffi.toml` really come out: a configuration that uniffi does not understand is ignored
//! with a warning at most.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library beside this test: cargo has built it, since this crate lists it under `[dev-dependencies]`.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = format!("{}saferoom_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.with_file_name(name)
}

fn generate(language: &str, out: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_uniffi-bindgen"))
        .current_dir(root)
        .arg("generate")
        .arg(library())
        .args(["--config", "uniffi.toml", "--language", language, "--no-format", "--out-dir"])
        .arg(out)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{language}: {said}");
    assert!(!said.contains("warning"), "{language}: {said}");
}

fn text(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

#[test]
fn every_language_gets_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    for language in ["kotlin", "swift", "python"] {
        generate(language, &out.join(language));
    }

    let kotlin = text(out.join("kotlin/org/saferoom/saferoom_ffi.kt"));
    assert!(kotlin.contains("package org.saferoom\n"));
    assert!(kotlin.contains("\"saferoom_ffi\""), "the library is found by its name");
    assert!(kotlin.contains("val `purpose`"), "records are immutable");
    assert!(!kotlin.contains("var `purpose`"), "records are immutable");

    let swift = text(out.join("swift/SaferoomNative.swift"));
    assert!(swift.contains("import SaferoomFFI"));
    assert!(swift.contains("public let purpose: String"), "records are immutable");
    assert!(!swift.contains("extension SaferoomError: Foundation.LocalizedError"), "the hand-written layer does it");
    text(out.join("swift/SaferoomFFI.h"));

    // Members, and the changes that custodians sign.
    for name in ["class Proposal", "class PublicIdentity", "sealed class MemberChange", "enum class Standing"] {
        assert!(kotlin.contains(name), "{name}");
    }
    for name in
        ["fun `changeMembers`", "fun `caseMembers`", "fun `setSensitivity`", "fun `enrolmentFile`", "fun `addUnit`"]
    {
        assert!(kotlin.contains(name), "{name}");
    }
    for name in ["class Proposal", "class PublicIdentity", "enum MemberChange", "enum Standing", "enum Sensitivity"] {
        assert!(swift.contains(name), "{name}");
    }
    for name in
        ["func changeMembers(", "func caseMembers(", "func approveShare(", "func enrolmentFile(", "func addUnit("]
    {
        assert!(swift.contains(name), "{name}");
    }

    // Practice, the log asked, packets of a vault, what is written.
    let same = ["class LiveInterview", "class ChangeFeed"];
    let of_kotlin = [
        "sealed class InterviewStep",
        "interface FileProgress",
        "fun `interviewStep`",
        "fun `queryBundle`",
        "fun `takeIn`",
    ];
    let of_swift =
        ["enum InterviewStep", "protocol FileProgress", "func interviewStep(", "func queryBundle(", "func takeIn("];
    for name in same.iter().chain(&of_kotlin) {
        assert!(kotlin.contains(name), "{name}");
    }
    for name in same.iter().chain(&of_swift) {
        assert!(swift.contains(name), "{name}");
    }

    let python = text(out.join("python/saferoom_ffi.py"));
    assert!(python.contains("saferoom_ffi"), "the library is found by its name");
    assert!(python.contains("class MemberChange") && python.contains("def change_members("));

    // Errors and structures that could hold words of a person print none.
    for (language, generated) in [("kotlin", &kotlin), ("swift", &swift), ("python", &python)] {
        assert!(generated.contains("uniffi_trait_display"), "{language}");
    }
}
