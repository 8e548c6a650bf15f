//! What a build of the library does not have. Every build has the same surface: what it lacks answers this error.

use saferoom::error::{Diagnosis, Family};

/// A part that was left out when the library was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotInThisBuild {
    /// Builds for phones leave the command line out.
    #[error("this build of the library has no command line")]
    #[cfg_attr(feature = "cli", allow(dead_code))]
    CommandLine,
    /// Builds for phones leave extracts and tables of counts out.
    #[error("this build of the library makes and opens no extracts")]
    #[cfg_attr(feature = "extracts", allow(dead_code))]
    Extracts,
}

impl Diagnosis for NotInThisBuild {
    fn code(&self) -> u16 {
        Family::Input.code(90)
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::CommandLine => "Use the program `saferoom`, or a build of the library with the feature `cli`.",
            Self::Extracts => "Do this at the extract desk, or use a build of the library with the feature `extracts`.",
        }
    }
}
