//! The saferoom command.
fn main() {}
