//! What `#[derive(Record)]` refuses (what it accepts: `declaration.rs`), and what it says to the person who wrote the declaration.
//!
//! After changing a message: `TRYBUILD=overwrite cargo test -p saferoom --test derive_ui`, and read the difference.

#[test]
fn declarations() {
    // Only what does not compile: one `pass` would have the library built a second time, and not merely checked.
    trybuild::TestCases::new().compile_fail("tests/ui/refused_*.rs");
}
