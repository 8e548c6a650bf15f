//! What `#[derive(Record)]` accepts and refuses, and what it says to the person who wrote the declaration.
//!
//! After changing a message: `TRYBUILD=overwrite cargo test -p saferoom --test derive_ui`, and read the difference.

#[test]
fn declarations() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass.rs");
    cases.compile_fail("tests/ui/refused_*.rs");
}
