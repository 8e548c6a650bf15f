//! The saferoom command as a library.
