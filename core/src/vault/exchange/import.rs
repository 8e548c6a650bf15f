//! Lines in: checked to the last one, then written in one transaction of the file, signed in as many commits as it takes.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};

use super::super::act::Act;
use super::super::closing::Way;
use super::super::session::Batch;
use super::super::{Error, Session};
use super::error::{ExchangeError, LineProblem};
use super::line::MAX_LINE;
use super::plan::{Plan, Planned};
use super::read_lines::LineReader;
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::RecordId;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::{FieldBuffer, Occasion, catalogue};

/// How many records one signature covers; a commit carries 65,536 at most.
const RECORDS_PER_COMMIT: u64 = 50_000;
/// How often progress is told, in lines.
const TELL_EVERY: u64 = 256;

/// How to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Whether the good lines are written although others are rejected.
    pub partial: bool,
    /// The longest line that is read, in bytes.
    pub longest_line: usize,
    /// How many records one signature covers, at most 50,000.
    pub records_per_commit: u64,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { partial: false, longest_line: MAX_LINE, records_per_commit: RECORDS_PER_COMMIT }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStep {
    /// So many bytes of the file are checked.
    Checked(u64),
    /// So many lines, of so many, are written; they stay only if all are.
    Written(u64, u64),
}

/// The id that a record got here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewId {
    /// Its id in the file.
    pub old: Box<str>,
    /// Its id in this vault.
    pub new: RecordId,
}

/// What became of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// Lines with a record to be written.
    pub lines: u64,
    /// Lines of a unit: it stands for the unit of this vault, and was not written.
    pub units: u64,
    /// Lines that are rejected.
    pub rejected: u64,
    /// What is wrong: the first thousand, in the order of their lines.
    pub problems: Vec<LineProblem>,
    /// How much is wrong.
    pub problem_count: u64,
    /// Revisions written by kind; empty if nothing was written.
    pub imported: BTreeMap<&'static str, u64>,
    /// The ids that the file names and those that the records got, by line; empty if nothing was written.
    pub ids: Vec<NewId>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// Checks every line of `file` against the catalogue of this release, without extra fields, and writes nothing; see
/// [`Session::check_lines`] for those of a vault. Memory grows with the number of ids, not with the values.
///
/// # Errors
/// [`ExchangeError`] about the file as a whole; what is wrong with lines is in the report.
pub fn check_lines<F: Read + Seek>(
    file: F,
    options: &ImportOptions,
    tell: &mut dyn FnMut(ImportStep),
) -> Result<ImportReport, Error> {
    let plan = Plan::new(RecordId::from_bytes([0; 16]), Occasion::default(), catalogue());
    let (plan, sha256) = checked(plan, file, options, tell)?;
    Ok(report(&plan, sha256))
}

impl Session {
    /// As [`check_lines`], against the catalogue of this vault with its extra fields.
    ///
    /// # Errors
    /// As [`check_lines`]; [`Error::Locked`].
    pub fn check_lines<F: Read + Seek>(
        &self,
        file: F,
        options: &ImportOptions,
        tell: &mut dyn FnMut(ImportStep),
    ) -> Result<ImportReport, Error> {
        let (plan, sha256) = checked(self.empty_plan()?, file, options, tell)?;
        Ok(report(&plan, sha256))
    }

    fn empty_plan(&self) -> Result<Plan, Error> {
        Ok(Plan::new(self.unit(), Occasion::at(self.vault().clock().0), self.catalogue()?))
    }

    /// Checks every line of `file`, then writes: all lines, or with [`ImportOptions::partial`] the good ones; otherwise
    /// nothing. All that is written is written in one transaction. Reads the file twice.
    ///
    /// Records get new ids; see [`ImportReport::ids`]. A line with the id of an earlier one and the next number is its
    /// next revision. Whoever imports is the author.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed), logged as denied, unless the role may `import`;
    /// [`ExchangeError`] and what the vault answers; nothing is written then. What is wrong with lines is in the report.
    pub fn import_lines<F: Read + Seek>(
        &self,
        mut file: F,
        options: &ImportOptions,
        access: &Access,
        tell: &mut dyn FnMut(ImportStep),
    ) -> Result<ImportReport, Error> {
        let (plan, sha256) = checked(self.empty_plan()?, &mut file, options, tell)?;
        let mut report = report(&plan, sha256);
        if report.lines == report.rejected || (report.rejected > 0 && !options.partial) {
            return Ok(report);
        }
        let reader = LineReader::open(file, options.longest_line)?;
        let all = report.lines - report.rejected;
        let (held, unsigned) = (None, HashSet::new());
        let mut work = Work { plan: &plan, reader, sha256, options, written: 0, all, held, unsigned };
        let done = self.acts(|act| {
            act.state(access)?;
            act.demand(Action::Import)?;
            act.way = Way::Import;
            work.commit(act, tell)
        });
        done.map_err(|error| self.refused(access, Event::Import, &[], error))?;
        report.imported = plan.counts;
        let mut ids: Vec<_> = plan.ids.into_iter().filter(|(_, known)| known.is_written()).collect();
        ids.sort_unstable_by_key(|(_, known)| known.line);
        report.ids = ids.into_iter().map(|(old, known)| NewId { old, new: known.new }).collect();
        Ok(report)
    }
}

fn checked<F: Read + Seek>(
    mut plan: Plan,
    file: F,
    options: &ImportOptions,
    tell: &mut dyn FnMut(ImportStep),
) -> Result<(Plan, [u8; 32]), Error> {
    let mut reader = LineReader::open(file, options.longest_line)?;
    while let Some((number, text)) = reader.next()? {
        match text {
            Ok(text) => plan.check(number, text),
            Err(rule) => plan.unreadable(number, rule),
        }
        if number.is_multiple_of(TELL_EVERY) {
            tell(ImportStep::Checked(reader.position));
        }
    }
    plan.finish();
    tell(ImportStep::Checked(reader.position));
    Ok((plan, reader.digest()))
}

fn report(plan: &Plan, sha256: [u8; 32]) -> ImportReport {
    ImportReport {
        lines: plan.lines,
        units: plan.units,
        rejected: plan.rejected.len() as u64,
        problems: plan.problems.clone(),
        problem_count: plan.problem_count,
        imported: BTreeMap::new(),
        ids: Vec::new(),
        sha256,
    }
}

/// The second pass.
struct Work<'p, R> {
    plan: &'p Plan,
    reader: LineReader<R>,
    sha256: [u8; 32],
    options: &'p ImportOptions,
    written: u64,
    all: u64,
    /// A line that has to wait for the next commit.
    held: Option<(u64, Planned)>,
    /// The records of this commit: they have no author before it is signed, and cannot be amended.
    unsigned: HashSet<RecordId>,
}

impl<R: Read + Seek> Work<'_, R> {
    /// Writes as many lines as one commit takes; done at the end of the file.
    fn commit(&mut self, act: &mut Act<'_>, tell: &mut dyn FnMut(ImportStep)) -> Result<Option<()>, Error> {
        let mut batch = Batch { act, fields: FieldBuffer::with_capacity(1024) };
        self.unsigned.clear();
        for _ in 0..self.options.records_per_commit.clamp(1, RECORDS_PER_COMMIT) {
            let Some((line, planned)) = self.next()? else { return self.end(batch.act, tell).map(Some) };
            let amended = matches!(&planned, Planned::Amend { id, .. } if self.unsigned.contains(id));
            if amended {
                self.held = Some((line, planned));
                break;
            }
            self.write(&mut batch, planned).map_err(|error| stopped(line, error))?;
            if self.written.is_multiple_of(TELL_EVERY) {
                tell(ImportStep::Written(self.written, self.all));
            }
        }
        Ok(None)
    }

    /// The next good line that has something to write.
    fn next(&mut self) -> Result<Option<(u64, Planned)>, Error> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        while let Some((number, text)) = self.reader.next()? {
            if self.plan.rejected.contains(&number) {
                continue;
            }
            match text.ok().and_then(|text| self.plan.planned(number, text)) {
                Some(Planned::Unit) => {}
                Some(planned) => return Ok(Some((number, planned))),
                None => return Err(ExchangeError::Changed.into()),
            }
        }
        Ok(None)
    }

    fn write(&mut self, batch: &mut Batch<'_, '_>, planned: Planned) -> Result<(), Error> {
        let written = match planned {
            Planned::Unit => return Ok(()),
            Planned::Create { id, parent, record } => batch.create_as(id, parent, &record)?,
            Planned::Amend { id, record } => batch.amend_dynamic(id, &record)?,
        };
        self.unsigned.insert(written.record);
        self.written += 1;
        Ok(())
    }

    /// The file is at its end: it has to be the one that was checked.
    fn end(&mut self, act: &mut Act<'_>, tell: &mut dyn FnMut(ImportStep)) -> Result<(), Error> {
        if self.reader.digest() != self.sha256 || self.written != self.all {
            return Err(ExchangeError::Changed.into());
        }
        let detail = Detail::of(DetailKey::COUNT, self.written).with(DetailKey::MANIFEST_DIGEST, &self.sha256[..]);
        act.log(Event::Import, Outcome::Success, None, Some(detail))?;
        tell(ImportStep::Written(self.written, self.all));
        Ok(())
    }
}

/// The same error with the line that it is about, if it is about a line.
fn stopped(line: u64, error: Error) -> Error {
    match error {
        Error::Model(_)
        | Error::Statement(_)
        | Error::Parent { .. }
        | Error::TooMany { .. }
        | Error::NoSuchRecord
        | Error::WrongKind { .. } => ExchangeError::Stopped { line, error: Box::new(error) }.into(),
        other => other,
    }
}
