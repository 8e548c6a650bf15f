//! What can go wrong when an extract is written or opened. No text carries a value of the table.

use std::io;

use super::super::error::ReleaseError;
use crate::error::{Diagnosis, Family};

/// Why an extract was not written, or not opened.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// There is something of this name already.
    #[error("there is a file or folder of this name already")]
    Exists,
    /// A file or folder could not be written.
    #[error("{file} cannot be written: {kind}")]
    Write {
        /// Its name inside the folder.
        file: String,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// An extract that counts as released, whose folder could not be signed or could not get its name.
    #[error("the extract counts as released, but could not be signed or could not get its name: it is {folder}")]
    NotFinished {
        /// What the folder is called.
        folder: String,
    },
    /// A file could not be read.
    #[error("{file} cannot be read: {kind}")]
    Read {
        /// Its name inside the folder.
        file: String,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// A file is larger than any that is read.
    #[error("{file} is too large")]
    TooLarge {
        /// Its name inside the folder.
        file: String,
    },
    /// Not a Parquet file, or a damaged one.
    #[error("the file is not Parquet, or damaged")]
    Parquet,
    /// A column of a type that no table here has.
    #[error("column {column} holds {what}")]
    ColumnType {
        /// The column.
        column: String,
        /// What it holds.
        what: &'static str,
    },
    /// A page of a report with a name that none has.
    #[error("a page of the report has a name that is not allowed")]
    PageName,
    /// Something that cannot be written as canonical JSON.
    #[error("a number of the report is not finite")]
    NotFinite,

    /// There is no signature, and one was asked for.
    #[error("the extract is not signed")]
    Unsigned,
    /// The file of the signature is not an SSH signature with Ed25519.
    #[error("the signature is not an SSH signature with Ed25519 and SHA-512")]
    SignatureForm,
    /// A signature that was made for something else.
    #[error("the signature was made for another purpose than an extract")]
    Namespace,
    /// Signed by somebody whom the reader does not trust.
    #[error("the extract is signed by a key that is not among the trusted ones")]
    UntrustedSigner,
    /// The manifest is not what was signed.
    #[error("the signature does not belong to this manifest")]
    BadSignature,
    /// Not a public key of Ed25519.
    #[error("not an Ed25519 public key in OpenSSH form")]
    PublicKey,
    /// A key of an allowed-signers file with an option that is not kept here.
    #[error("line {line}: the key is trusted under a condition that is not checked here")]
    KeyOption {
        /// The line, from 1.
        line: usize,
    },

    /// The manifest is not of the expected form.
    #[error("the manifest is not of the expected form")]
    Manifest,
    /// The manifest is not canonical JSON.
    #[error("the manifest is not canonical JSON")]
    NotCanonical,
    /// A format that this release does not know.
    #[error("the extract is of another format")]
    Format,
    /// A file that the manifest names is missing.
    #[error("{file} is missing")]
    Missing {
        /// Its name.
        file: String,
    },
    /// A file that the manifest does not name.
    #[error("there is a file that the manifest does not name")]
    Unexpected,
    /// A file is not the one that the manifest names.
    #[error("{file} is not the file that was written")]
    Changed {
        /// Its name.
        file: String,
    },
    /// The finished table does not say what the manifest claims.
    #[error("the finished table does not bear out the manifest: {claim}")]
    Claim {
        /// Which claim.
        claim: &'static str,
    },

    /// An error of the table itself.
    #[error(transparent)]
    Release(#[from] ReleaseError),
}

impl Diagnosis for OutputError {
    fn code(&self) -> u16 {
        use OutputError as E;
        Family::Output.code(match self {
            E::Release(error) => return error.code(),
            E::Exists => 0,
            E::Write { .. } => 1,
            E::Read { .. } => 2,
            E::TooLarge { .. } => 3,
            E::Parquet => 4,
            E::ColumnType { .. } => 5,
            E::PageName => 6,
            E::NotFinite => 7,
            E::NotFinished { .. } => 8,
            E::Unsigned => 10,
            E::SignatureForm => 11,
            E::Namespace => 12,
            E::UntrustedSigner => 13,
            E::BadSignature => 14,
            E::PublicKey => 15,
            E::KeyOption { .. } => 16,
            E::Manifest => 20,
            E::NotCanonical => 21,
            E::Format => 22,
            E::Missing { .. } => 23,
            E::Unexpected => 24,
            E::Changed { .. } => 25,
            E::Claim { .. } => 26,
        })
    }

    fn advice(&self) -> &'static str {
        use OutputError as E;
        match self {
            E::Release(error) => error.advice(),
            E::Exists => "Name a new folder.",
            E::Write { .. } => "Make room or choose another place; nothing was left behind.",
            E::NotFinished { .. } => {
                "Finish it (`saferoom extract finish`); or custodians withdraw it. Do not build the extract again."
            }
            E::Read { .. } => "Check the name and whether you may read it.",
            E::TooLarge { .. } => "This is not an extract of saferoom, or the table has to be taken in parts.",
            E::Parquet => "Check that the right file was given; write it again if it is damaged.",
            E::ColumnType { .. } => "Leave the column out, or save it as text, whole numbers, numbers or dates.",
            E::PageName => "Name pages risk-report.<language>.html.",
            E::NotFinite | E::Claim { .. } => {
                "Do not use the extract. If you made it: nothing was signed; please report this without the data."
            }
            E::Unsigned => "Ask the sender for a signed extract, or say that an unsigned one is expected.",
            E::SignatureForm | E::Namespace | E::BadSignature => "Do not use the extract; ask the sender for it again.",
            E::UntrustedSigner => "Check with the sender whose key signed it, by another way than the one it came.",
            E::KeyOption { .. } => {
                "Check the signature with ssh-keygen -Y verify, or give the key in a line without options but namespaces."
            }
            E::PublicKey => "Give a line as in a .pub file: ssh-ed25519, the key, a comment.",
            E::Manifest | E::NotCanonical => "Do not use the extract; ask the sender for it again.",
            E::Format => "Use a newer release of saferoom.",
            E::Missing { .. } | E::Changed { .. } => "Do not use the extract; copy it again, or ask the sender for it.",
            E::Unexpected => "Remove what does not belong to the extract from its folder.",
        }
    }
}

impl OutputError {
    pub(super) fn write(file: &str) -> impl Fn(io::Error) -> Self {
        move |error| Self::Write { file: file.to_owned(), kind: error.kind() }
    }

    pub(super) fn read(file: &str) -> impl Fn(io::Error) -> Self {
        move |error| Self::Read { file: file.to_owned(), kind: error.kind() }
    }
}
