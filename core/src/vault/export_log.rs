//! The log as a bundle that anyone can verify: all logs of the file, what the store holds, the devices that kept it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::act::Act;
use super::lines::first_place;
use super::unlocked::StoredHashes;
use super::{Error, IntegrityError, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::random_bytes;
use crate::log::{
    BundleDevice, BundleLog, BundleProblem, BundleWriter, Checkpoint, Detail, DetailKey, DeviceList, DiskFolder, Event,
    FolderError, FolderProblem, Hash, KeyName, Note, NoteKey, Outcome, StoredHead, TrustPolicy, WitnessRequest,
    WriteFolder,
};
use crate::model::Compartment;
use crate::store::HeadRow;

/// What goes into a bundle beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogExport {
    /// Checkpoints from before, such as the one of an auditor's last visit: each goes into the bundle, with a proof that the
    /// log extends it.
    pub since: Vec<Note>,
    /// Which reasons are disclosed in their words.
    pub reasons: OpenReasons,
    /// Leaves out the derived view, which is several times as large as the entries.
    pub without_view: bool,
}

/// Which reasons go into a bundle in their words. The others stay commitments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum OpenReasons {
    /// None.
    #[default]
    None,
    /// Those of these entries of the log that is being kept.
    Of(BTreeSet<u64>),
    /// All that there are, of earlier logs too.
    All,
}

/// A bundle that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedLog {
    /// Its newest checkpoint.
    pub checkpoint: Checkpoint,
    /// The index of the entry about this export. It is the last one, unless somebody else was at work meanwhile.
    pub entry: u64,
    /// How many entries it has, those of earlier logs included.
    pub entries: u64,
    /// How many revisions of records it lists.
    pub revisions: u64,
    /// How many reasons it discloses.
    pub reasons: u64,
}

impl Session {
    /// Writes the log of this vault as a bundle into a new folder, or into one that is empty. `progress` is told how many
    /// entries of how many are written. The export is itself an entry.
    ///
    /// The folder gets its name only when all of it is there.
    ///
    /// # Errors
    /// As [`write_log`](Self::write_log); [`BundleProblem::NotEmpty`].
    pub fn export_log(
        &self,
        folder: &Path,
        options: &LogExport,
        access: &Access,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ExportedLog, Error> {
        // Said early; decided by the file system below.
        demand_empty(folder)?;
        let scratch = Scratch::beside(folder);
        let exported = self.write_log(DiskFolder::new(&scratch.0), options, access, progress)?;
        scratch.place(folder)?;
        Ok(exported)
    }

    /// As [`export_log`](Self::export_log), into any folder that is empty, such as one in memory. Memory does not grow with
    /// the log; the folder is unfinished after an error.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] or [`AccessError::NoKey`] if the member may not; [`IntegrityError::Entry`] if an entry
    /// does not open to its leaf; [`BundleProblem`] about the folder, an earlier checkpoint that is not of this log
    /// ([`BundleProblem::Fork`], [`BundleProblem::Shrunk`], [`BundleProblem::Origin`]), and
    /// [`BundleProblem::NoOpening`]; [`Error::ForeignVault`].
    pub fn write_log(
        &self,
        folder: impl WriteFolder,
        options: &LogExport,
        access: &Access,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ExportedLog, Error> {
        let entry = self.act(access, Event::LogRead, &[], |act| {
            act.demand(Action::ExportLog)?;
            if !act.holds_oversight() {
                return Err(AccessError::NoKey { compartment: Compartment::Oversight.name() }.into());
            }
            let index = act.log_size();
            act.log(Event::LogRead, Outcome::Success, None, Some(Detail::of(DetailKey::COUNT, index + 1)))?;
            Ok(index)
        })?;
        let mut folder = Some(folder);
        self.look_to_sign(|act, keys| {
            let note = act.sign_checkpoint(keys)?;
            // Signed: there is no second time.
            let folder = folder.take().ok_or(BundleProblem::NotEmpty)?;
            Export { act, options, newest: note.text().parse()?, reasons: 0, revisions: 0 }
                .write(folder, &note, progress)
                .map(|exported| ExportedLog { entry, ..exported })
        })
    }

    /// What an auditor needs to judge bundles of this vault, to be handed over by another way than the bundles: the keys of
    /// all its logs. Which verdicts are demanded and which witnesses are believed is for the auditor to add.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn trust_policy(&self) -> Result<TrustPolicy, Error> {
        self.logs()?.into_iter().try_fold(TrustPolicy::new(), |policy, log| {
            policy.with_log(log.key, None).map_err(|_| IntegrityError::Log.into())
        })
    }
}

/// An export under way.
struct Export<'e, 'a> {
    act: &'e mut Act<'a>,
    options: &'e LogExport,
    newest: Checkpoint,
    reasons: u64,
    revisions: u64,
}

impl Export<'_, '_> {
    fn write(
        mut self,
        folder: impl WriteFolder,
        note: &Note,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ExportedLog, Error> {
        let mut bundle = BundleWriter::new(folder);
        if !self.options.without_view {
            bundle = bundle.with_view();
        }
        let devices = self.devices()?;
        let since = self.since(&devices)?;
        let total = self.ends(&devices).map(|log| log.size).sum();
        let mut done = 0;
        for (number, log) in self.ends(&devices).enumerate().collect::<Vec<_>>() {
            let of_log = |note: &&Note| note.text().lines().next() == Some(log.origin.as_str());
            let mut earlier: Vec<Note> = since.iter().filter(of_log).cloned().collect();
            earlier.extend(self.act.handovers(number)?);
            let size = log.size;
            self.write_log(&mut bundle, number, log, &earlier, &mut |more| progress(done + more, total))?;
            done += size;
        }
        for proof in self.proofs(&since, note)? {
            bundle.consistency(&proof)?;
        }
        self.write_heads(&mut bundle)?;
        bundle.devices(&devices)?;
        bundle.finish(note)?;
        let Self { newest: checkpoint, revisions, reasons, .. } = self;
        Ok(ExportedLog { checkpoint, entry: 0, entries: total, revisions, reasons })
    }

    fn devices(&self) -> Result<DeviceList, Error> {
        let device = |log: &crate::access::LogLine| {
            let key = NoteKey::new(KeyName::new(log.origin.clone())?, log.log_key);
            let ended = log.ended.map(|end| (end.size, end.root));
            Ok(BundleDevice { device: log.device, key, ended })
        };
        let devices: Result<_, Error> = self.act.keys.roster.logs().iter().map(device).collect();
        Ok(DeviceList::new(devices?)?)
    }

    /// How each log has to end, in their order.
    fn ends<'d>(&'d self, devices: &'d DeviceList) -> impl Iterator<Item = BundleLog> + 'd {
        devices.devices().iter().zip(0..).map(|(device, number)| match device.ended {
            Some((size, root)) => BundleLog { number: Some(number), origin: device.key.name().clone(), size, root },
            None => BundleLog::of(&self.newest),
        })
    }

    /// The checkpoints from before, if a log of this vault signed each.
    fn since(&self, devices: &DeviceList) -> Result<Vec<Note>, Error> {
        let keys: Vec<NoteKey> = devices.devices().iter().map(|device| device.key.clone()).collect();
        for note in &self.options.since {
            Checkpoint::open(note.to_string().as_bytes(), &keys)?;
        }
        Ok(self.options.since.clone())
    }

    /// That the log which is being kept extends the checkpoints of its own.
    fn proofs(&self, since: &[Note], newest: &Note) -> Result<Vec<WitnessRequest>, Error> {
        let logs = self.act.keys.roster.logs().len();
        let hashes = StoredHashes(self.act.rows, first_place(logs - 1));
        let mut proofs = Vec::new();
        for note in since {
            let checkpoint: Checkpoint = note.text().parse()?;
            if checkpoint.origin() == self.newest.origin() {
                proofs.push(WitnessRequest::prove(checkpoint.size(), self.newest.size(), &hashes, newest.clone())?);
            }
        }
        Ok(proofs)
    }

    fn write_log<F: WriteFolder>(
        &mut self,
        bundle: &mut BundleWriter<F>,
        number: usize,
        log: BundleLog,
        earlier: &[Note],
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (size, is_kept) = (log.size, log.number.is_none());
        let mut wanted = match &self.options.reasons {
            OpenReasons::Of(indices) if is_kept => indices.clone(),
            _ => BTreeSet::new(),
        };
        let (all, reasons) = (self.options.reasons == OpenReasons::All, &mut self.reasons);
        let mut writer = bundle.log(log, earlier)?;
        self.act.each_opened(number, 0, size, |opened| {
            let index = opened.entry.seq;
            let chosen = wanted.remove(&index);
            let commits = opened.entry.why.as_ref().is_some_and(|why| why.commitment.is_some());
            let opening = opened.opening.as_ref().filter(|_| commits && (all || chosen));
            if chosen && opening.is_none() {
                return Err(BundleProblem::NoOpening { index }.into());
            }
            *reasons += u64::from(opening.is_some());
            if index.is_multiple_of(1024) {
                progress(index);
            }
            Ok(writer.append(opened.bytes, opening)?)
        })?;
        if let Some(index) = wanted.pop_first() {
            return Err(BundleProblem::NoOpening { index }.into());
        }
        writer.finish()?;
        Ok(())
    }

    /// What the store holds, as it is: if somebody changed a row, the bundle has to show it, not hide it.
    fn write_heads<F: WriteFolder>(&mut self, bundle: &mut BundleWriter<F>) -> Result<(), Error> {
        let rows = self.act.rows;
        let mut written = Ok(());
        rows.each_head([0; 16], [0xFF; 16], |head| {
            if written.is_ok() {
                written = self.write_head(bundle, &head);
            }
        })?;
        written?;
        Ok(bundle.end_of_heads()?)
    }

    fn write_head<F: WriteFolder>(&mut self, bundle: &mut BundleWriter<F>, head: &HeadRow) -> Result<(), Error> {
        let (mut next, mut above) = (Some(head.revision), u64::MAX);
        while let Some(id) = next {
            let stored = self.act.stored_revision(head, id)?;
            // A chain that does not go down would never end.
            if stored.revision >= above {
                return Err(IntegrityError::Head.into());
            }
            (next, above) = (stored.earlier, stored.revision);
            let StoredRevision { revision, digest, .. } = stored;
            bundle.head(&StoredHead { record: head.record, revision, digest: Hash::from_bytes(digest) })?;
            self.revisions += 1;
        }
        Ok(())
    }
}

/// A revision as the store has it, compared with nothing.
pub(super) struct StoredRevision {
    pub(super) revision: u64,
    pub(super) digest: [u8; 32],
    pub(super) earlier: Option<i64>,
}

fn demand_empty(folder: &Path) -> Result<(), Error> {
    let io = |error: std::io::Error| folder_error(folder, FolderProblem::Io(error.kind()));
    match fs::read_dir(folder) {
        Ok(mut files) => {
            if files.next().is_none() {
                Ok(())
            } else {
                Err(BundleProblem::NotEmpty.into())
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io(error)),
    }
}

fn folder_error(folder: &Path, problem: FolderProblem) -> Error {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    BundleProblem::from(FolderError { name, problem }).into()
}

/// An unfinished bundle; dropped, it goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(folder: &Path) -> Self {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.part", u64::from_be_bytes(random_bytes())));
        Self(folder.with_file_name(name))
    }

    /// Gives it its name, unless something stands there meanwhile.
    fn place(self, folder: &Path) -> Result<(), Error> {
        demand_empty(folder)?;
        let io = |error: std::io::Error| folder_error(folder, FolderProblem::Io(error.kind()));
        if folder.exists() {
            // Only an empty one goes.
            fs::remove_dir(folder).map_err(io)?;
        }
        fs::rename(&self.0, folder).map_err(io)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
