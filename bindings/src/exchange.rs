//! Bulk: export to a file and import from one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::vault::exchange::{ExchangeError, ExportOptions, ImportOptions, ImportReport, ImportStep, LineProblem};

use crate::error::SaferoomError;
use crate::host::HostCallError;
use crate::json::json;
use crate::session::Session;
use crate::types::AccessInput;

/// Hears how far a long call is. Called from inside the call: it must not call the session, nor wait for a thread that does.
#[uniffi::export(rust, foreign)]
pub trait ExchangeProgress: Send + Sync {
    /// So many lines (of an export or of the second pass of an import) or bytes (of the first pass) are done.
    ///
    /// # Errors
    /// Whatever the host raises; the call goes on.
    fn at(&self, done: u64) -> Result<(), HostCallError>;
}

/// An export that is there.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Exported {
    /// The lines: plaintext.
    pub lines_file: String,
    /// The signed manifest.
    pub manifest_file: String,
    /// The manifest as JSON.
    pub manifest: String,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportProblem {
    /// The line, from 1.
    pub line: u64,
    /// Name of the kind, where it is known.
    pub kind: Option<String>,
    /// Name of the field, where one is to blame.
    pub field: Option<String>,
    /// Stable name of the rule.
    pub rule: String,
    /// The problem in words.
    pub text: String,
}

/// What became of the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Imported {
    /// Lines with a record to be written.
    pub lines: u64,
    /// Lines that are rejected.
    pub rejected: u64,
    /// How many were written; 0 if nothing was.
    pub written: u64,
    /// What is wrong: the first thousand.
    pub problems: Vec<ImportProblem>,
    /// How much is wrong.
    pub problem_count: u64,
    /// The ids of the file and the ids that the records got.
    pub ids: std::collections::HashMap<String, String>,
}

#[uniffi::export]
impl Session {
    /// Writes records as JSON Lines to a new file, in plaintext, with a signed manifest beside it. Logged as a disclosure.
    ///
    /// # Errors
    /// The purpose is refused or has no reason in words (logged), there is such a file, or writing fails.
    pub fn export_file(
        &self,
        path: String,
        cases: Option<Vec<String>>,
        history: bool,
        access: AccessInput,
        progress: Option<Arc<dyn ExchangeProgress>>,
    ) -> Result<Exported, SaferoomError> {
        let cases = cases.map(|ids| ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()).transpose()?;
        let options = ExportOptions { cases, history };
        let mut tell = |lines| {
            let _ = progress.as_ref().map(|progress| progress.at(lines));
        };
        let exported = self.0.export_file(Path::new(&path), &options, &access.into(), &mut tell)?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        Ok(Exported {
            lines_file: text(exported.lines),
            manifest_file: text(exported.manifest_file),
            manifest: json(&exported.manifest)?,
        })
    }

    /// Brings in the records of a file of JSON Lines: all, or with `partial` the good ones, in one transaction. With
    /// `dry_run` the lines are checked only.
    ///
    /// # Errors
    /// The file cannot be read, or what the vault answers; nothing is written then.
    pub fn import_file(
        &self,
        path: String,
        partial: bool,
        dry_run: bool,
        access: AccessInput,
        progress: Option<Arc<dyn ExchangeProgress>>,
    ) -> Result<Imported, SaferoomError> {
        let file = std::fs::File::open(path).map_err(|error| ExchangeError::Io {
            what: "file",
            verb: "read",
            kind: error.kind(),
        })?;
        let options = ImportOptions { partial, ..ImportOptions::default() };
        let mut tell = |step| {
            let (ImportStep::Checked(done) | ImportStep::Written(done, _)) = step;
            let _ = progress.as_ref().map(|progress| progress.at(done));
        };
        let report = if dry_run {
            self.0.check_lines(file, &options, &mut tell)?
        } else {
            self.0.import_lines(file, &options, &access.into(), &mut tell)?
        };
        Ok(report.into())
    }
}

impl From<ImportReport> for Imported {
    fn from(report: ImportReport) -> Self {
        Self {
            lines: report.lines,
            rejected: report.rejected,
            written: report.imported.values().sum(),
            problems: report.problems.iter().map(ImportProblem::from).collect(),
            problem_count: report.problem_count,
            ids: report.ids.into_iter().map(|id| (id.old.into_string(), id.new.to_string())).collect(),
        }
    }
}

impl From<&LineProblem> for ImportProblem {
    fn from(problem: &LineProblem) -> Self {
        Self {
            line: problem.line,
            kind: problem.kind.map(str::to_owned),
            field: problem.field.map(str::to_owned),
            rule: problem.rule.name().to_owned(),
            text: problem.rule.to_string(),
        }
    }
}
