//! One log of a bundle: its entries read one by one, and compared with everything that is known about it.

use super::signed::{Signed, Source, cosigned_backwards};
use super::times::Times;
use super::verify::{LogOfBundle, Verifier, prefixed, write_of};
use super::write::commits_to;
use super::{BundleFile, BundleProblem, LogFile, view};
use crate::log::{
    DetailKey, DetailValue, Entry, EntryStream, EpochChain, EpochError, Event, Frontier, Hash, ReadFolder,
    StreamedEntry, Verdict,
};

/// What is remembered of a log while it is read.
struct Reading<'l> {
    log: &'l LogOfBundle,
    /// Its checkpoints, by size, and how many were compared up to now.
    signed: Vec<Signed>,
    compared: usize,
    epochs: EpochChain,
    times: Times,
    /// The lines of the part of the view that is being computed.
    view: String,
}

impl Verifier<'_> {
    pub(super) fn stream(
        &mut self,
        folder: &impl ReadFolder,
        log: &LogOfBundle,
        show: &mut impl FnMut(Option<u64>, &StreamedEntry<'_>),
    ) {
        let mut stream = match EntryStream::new(prefixed(folder, log), log.size) {
            Ok(stream) => stream,
            Err(error) => {
                self.report.fail(Verdict::Integrity, error);
                return self.unread(0);
            }
        };
        let all = std::mem::take(&mut self.signed);
        let (mut signed, others) = all.into_iter().partition::<Vec<_>, _>(|of| *of.checkpoint.origin() == log.origin);
        self.signed = others;
        signed.sort_by_key(|signed| signed.checkpoint.size());
        let (epochs, times) = (EpochChain::new(log.origin.clone()), Times::default());
        let mut reading = Reading { log, signed, compared: 0, epochs, times, view: String::new() };
        let mut before = None;
        loop {
            self.compare(&mut reading, &stream);
            match stream.next_entry() {
                Ok(None) => break,
                Ok(Some(entry)) => {
                    show(log.number, &entry);
                    let decoded = self.read_entry(&mut reading, &entry);
                    if self.has_view {
                        self.read_view(folder, &mut reading, &entry, decoded.as_ref());
                    }
                }
                // The same error again: the stream has no more to give.
                Err(error) if before.as_ref() == Some(&error) => break,
                Err(error) => {
                    self.report.fail(Verdict::Integrity, error.clone());
                    before = Some(error);
                }
            }
        }
        self.end(&mut reading, &stream.frontier());
    }

    fn end(&mut self, reading: &mut Reading<'_>, frontier: &Frontier) {
        let log = reading.log;
        if frontier.size() < log.size {
            self.unread(frontier.size());
        } else if log.number.is_some() && frontier.root() != log.root {
            self.report.fail(Verdict::Integrity, BundleProblem::Root);
        }
        self.check_epochs(reading);
        for size in cosigned_backwards(&reading.signed) {
            self.report.fail(Verdict::Time, BundleProblem::WitnessBack { size });
        }
    }

    fn read_entry<'e>(&mut self, reading: &mut Reading<'_>, streamed: &StreamedEntry<'e>) -> Option<Entry<'e>> {
        let index = streamed.index;
        self.report.count();
        if let Some(commitment) = self.openings.remove(&(reading.log.number, index))
            && !commits_to(streamed.bytes, &commitment)
        {
            self.report.fail(Verdict::Openings, BundleProblem::Opening { index });
        }
        let entry = match Entry::decode(streamed.bytes) {
            Ok(entry) => entry,
            Err(error) => {
                self.report.fail(Verdict::Integrity, BundleProblem::Entry { index, error });
                return None;
            }
        };
        if entry.seq != index {
            self.report.fail(Verdict::Integrity, BundleProblem::Sequence { index });
        }
        if entry.what.as_ref().and_then(|what| what.previous).is_some_and(|previous| previous >= index) {
            self.report.fail(Verdict::Integrity, BundleProblem::Previous { index });
        }
        if let Err(error) = reading.epochs.read(index, &entry) {
            self.report.fail(Verdict::Authenticity, error);
        }
        for problem in reading.times.read(index, &entry) {
            self.report.fail(Verdict::Time, problem);
        }
        if let Some(write) = write_of(&entry) {
            self.writes.logged(&write);
        }
        self.read_for_devices(reading.log, index, &entry);
        Some(entry)
    }

    /// Computes the line of an entry, and compares the part of the view that ends with it.
    fn read_view(
        &mut self,
        folder: &impl ReadFolder,
        reading: &mut Reading<'_>,
        streamed: &StreamedEntry<'_>,
        entry: Option<&Entry<'_>>,
    ) {
        let index = streamed.index;
        if let Some(entry) = entry {
            reading.view.push_str(&view::line(&reading.log.origin, entry, &streamed.leaf));
        }
        let (part, number) = (index / view::ENTRIES, reading.log.number);
        if !(index + 1).is_multiple_of(view::ENTRIES) && index + 1 != reading.log.size {
            return;
        }
        let computed = std::mem::take(&mut reading.view).into_bytes();
        let name = BundleFile::OfLog(number, LogFile::View(part)).to_string();
        let listed = self.views.remove(&(number, part)) == Some(Hash::of(&computed));
        match folder.read(&name, view::MAX_PART_LENGTH) {
            Ok(found) if listed && found == computed => (),
            Ok(_) => self.report.fail(Verdict::View, BundleProblem::View { part }),
            Err(error) => self.report.fail(Verdict::View, error),
        }
    }

    fn read_for_devices(&mut self, log: &LogOfBundle, index: u64, entry: &Entry<'_>) {
        let Some(list) = &self.devices else { return };
        if index == 0
            && let Err(problem) = list.check_genesis(log.place, entry)
        {
            return self.report.fail(Verdict::Devices, problem);
        }
        if list.devices().get(log.place).is_some_and(|listed| listed.device != entry.device) {
            self.report.fail(Verdict::Devices, BundleProblem::OtherDevice { index });
        }
        if let (Some(number), Event::Retired) = (log.number, entry.event)
            && let Some(DetailValue::Number(said)) =
                entry.detail.as_ref().and_then(|detail| detail.get(DetailKey::FINAL_SIZE))
            && *said != log.size
        {
            self.report.fail(Verdict::Devices, BundleProblem::FinalSize { log: number, said: *said, size: log.size });
        }
    }

    /// Compares the tree with the checkpoints of its present size.
    fn compare(&mut self, reading: &mut Reading<'_>, stream: &EntryStream<impl ReadFolder>) {
        let size = stream.read();
        let mut root = None;
        while let Some(signed) = reading.signed.get(reading.compared).filter(|of| of.checkpoint.size() == size) {
            if *signed.checkpoint.root() != *root.get_or_insert_with(|| stream.frontier().root()) {
                match signed.source {
                    Source::Newest => self.report.fail(Verdict::Integrity, BundleProblem::Root),
                    Source::Earlier | Source::Kept => {
                        self.report.fail(Verdict::Consistency, BundleProblem::Fork { size });
                    }
                }
            }
            if let Some((witness, _)) = signed.cosigned().filter(|(_, cosigned)| reading.times.later_than(*cosigned)) {
                let witness = witness.clone();
                self.report.fail(Verdict::Time, BundleProblem::AfterCosignature { size, witness });
            }
            reading.compared += 1;
        }
    }

    /// A log without epochs has nothing to check.
    fn check_epochs(&mut self, reading: &mut Reading<'_>) {
        let epochs = &mut reading.epochs;
        if !epochs.has_epochs() {
            return;
        }
        for signed in &reading.signed {
            if let Err(error) = epochs.check(signed.checkpoint.size(), &signed.note) {
                self.report.fail(Verdict::Authenticity, error);
            }
        }
        for (epoch, size) in epochs.without_handover() {
            self.report.fail(Verdict::Authenticity, EpochError::NotSigned { epoch, size });
        }
    }
}
