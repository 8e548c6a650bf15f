//! Lines out: scope by scope, batch by batch. Each batch is logged durably before its first line is written, and at any
//! time only one batch and the structure of one case are in memory.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use super::super::act::Act;
use super::super::read::Granted;
use super::super::write::prefix_bounds;
use super::super::{Error, IntegrityError, Session};
use super::error::ExchangeError;
use super::manifest::{FORMAT, KindSummary, Manifest, SignedManifest};
use super::write_lines::LineWriter;
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::{RecordId, hexadecimal};
use crate::log::{Detail, DetailKey, Event, Outcome, What};
use crate::model::{FieldBuffer, ModelError, RecordKind, Timestamp, catalogue};
use crate::store::HeadRow;

/// How many revisions are read in one transaction, and how many sealed bytes about: what is in memory at a time.
const BATCH: usize = 256;
const BATCH_BYTES: usize = 4 << 20;

/// What to export.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportOptions {
    /// These cases with all that stands below them; none: everything.
    pub cases: Option<Vec<RecordId>>,
    /// Whether to write every revision, oldest first, instead of the current one.
    pub history: bool,
}

impl Session {
    /// Writes every record that this member can open as a line of JSON to `out`: plaintext. `tell` hears how many lines
    /// are written. Parents come before their children.
    ///
    /// Each record is read through the log; the export has an entry when it begins and one when it ends, with the digest
    /// of the manifest that is returned.
    ///
    /// # Errors
    /// [`AccessError`] (logged as denied), also without a reason in words; [`ExchangeError`] if writing fails;
    /// [`IntegrityError`]. What was written until then is logged, and of no use without a manifest.
    pub fn export_lines(
        &self,
        out: &mut dyn Write,
        options: &ExportOptions,
        access: &Access,
        tell: &mut dyn FnMut(u64),
    ) -> Result<SignedManifest, Error> {
        let chosen = self.begin_export(options, access)?;
        let mut export = Export {
            session: self,
            access,
            history: options.history,
            writer: LineWriter::new(out),
            buffer: FieldBuffer::with_capacity(1024),
            kinds: BTreeMap::new(),
            unknown_kinds: 0,
        };
        match &chosen {
            Some(cases) => cases.iter().try_for_each(|case| export.scope(*case, tell))?,
            None => export.everything(tell)?,
        }
        export.finish(options, chosen.as_deref())
    }

    /// Refuses what may not be, logs that an export begins, and finds the chosen cases.
    fn begin_export(&self, options: &ExportOptions, access: &Access) -> Result<Option<Vec<HeadRow>>, Error> {
        let about: Vec<_> = options.cases.iter().flatten().map(|case| (*case, RecordKind::CASE.number())).collect();
        self.act(access, Event::Export, &about, |act| {
            act.demand(Action::Export)?;
            if access.reason().is_none() {
                return Err(AccessError::ReasonMissing.into());
            }
            act.keys.state.verify_all(act.rows)?;
            let Some(cases) = &options.cases else {
                act.log(Event::Export, Outcome::Success, None, None)?;
                act.note_whole_export()?;
                return Ok(None);
            };
            let heads: Vec<_> = cases.iter().map(|case| act.head(*case)).collect::<Result<_, _>>()?;
            if heads.iter().any(|head| head.kind != RecordKind::CASE.number()) {
                return Err(ExchangeError::NotACase.into());
            }
            heads.iter().try_for_each(|head| act.refuse_erased(head.scope))?;
            heads.iter().try_for_each(|head| log_export(act, Some(head), None))?;
            Ok(Some(heads))
        })
    }
}

/// An export in progress.
struct Export<'e> {
    session: &'e Session,
    access: &'e Access,
    history: bool,
    writer: LineWriter<'e>,
    buffer: FieldBuffer,
    kinds: BTreeMap<String, KindSummary>,
    unknown_kinds: u64,
}

impl Export<'_> {
    /// The unit first, for all cases stand below it; then all other scopes in the order of their ids.
    fn everything(&mut self, tell: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let unit = self.session.look(|act| act.head(self.session.unit()))?;
        self.scope(unit, tell)?;
        let mut from = Some([0; 16]);
        while let Some(first) = from {
            let Some(found) = self.session.look(|act| Ok(act.rows.record_from(first)?))? else { break };
            let heads = self.session.look(|act| {
                let head = act.head(RecordId::from_bytes(found))?;
                let mut scopes = Vec::new();
                let (first, last) = prefix_bounds(head.scope);
                // Nearly always one: ids of two scopes seldom begin alike.
                act.rows.each_head(first, last, |row| {
                    let erased = act.keys.roster.erased_since(row.scope).is_some();
                    if row.record == row.scope.record() && !erased {
                        scopes.push(row);
                    }
                })?;
                Ok((scopes, after(last)))
            })?;
            let (scopes, next) = heads;
            for scope in scopes.into_iter().filter(|scope| scope.record != unit.record) {
                self.scope(scope, tell)?;
            }
            from = next;
        }
        Ok(())
    }

    /// One scope: what opens it, and all that stands below, parents first.
    fn scope(&mut self, opening: HeadRow, tell: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let mut waiting = self.session.look(|act| {
            let (first, last) = prefix_bounds(opening.scope);
            let mut heads = Vec::new();
            act.rows.each_head(first, last, |row| {
                if row.scope == opening.scope {
                    heads.push((row.record, row.parent, row.kind == RecordKind::LOCK.number()));
                }
            })?;
            Ok(parents_first(opening.record, &heads))
        })?;
        waiting.reverse();
        while !waiting.is_empty() {
            let batch = self.grant(&mut waiting)?;
            for granted in batch {
                let first = self.history && granted.number() > 1;
                let opened = self.session.open_dynamic(granted, self.access, &mut self.buffer)?;
                let kind = self.kinds.entry(opened.record.spec().name().to_owned()).or_default();
                kind.records += u64::from(!first);
                kind.lines += 1;
                kind.fields.extend(opened.record.iter().map(|(field, _)| field.number.get()));
                kind.withheld.extend(opened.withheld.iter().map(|compartment| compartment.name().to_owned()));
                self.writer.write(&opened).map_err(|error| ExchangeError::writing(&error))?;
            }
            tell(self.writer.lines);
        }
        Ok(())
    }

    /// Decides about the next records and logs it, in one transaction; takes them from the end of `waiting`.
    fn grant(&mut self, waiting: &mut Vec<RecordId>) -> Result<Vec<Granted>, Error> {
        let (history, kinds, unknown) = (self.history, &mut self.kinds, &mut self.unknown_kinds);
        let left = waiting.len();
        let (batch, taken, refused) = self.session.act(self.access, Event::Read, &[], |act| {
            let (mut batch, mut bytes, mut taken, mut refused) = (Vec::new(), 0, 0, Vec::new());
            while taken < left && batch.len() < BATCH && bytes < BATCH_BYTES && taken < BATCH {
                let record = waiting[left - 1 - taken];
                taken += 1;
                match grant_record(act, record, history) {
                    Ok(granted) => {
                        bytes += granted.iter().map(Granted::sealed_length).sum::<usize>();
                        batch.extend(granted);
                    }
                    Err(error @ (Error::Access(AccessError::NoKey { .. }) | Error::Model(ModelError::NoSuchKind))) => {
                        let head = act.head(record)?;
                        act.log_failure(Event::Denied, Outcome::MinorFailure, Some((record, head.kind)), &error)?;
                        refused.push(head.kind);
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok((batch, taken, refused))
        })?;
        waiting.truncate(left - taken);
        for kind in refused {
            match RecordKind::from_number(kind).and_then(|kind| catalogue().by_kind(kind)) {
                Some(spec) => kinds.entry(spec.name().to_owned()).or_default().not_opened += 1,
                None => *unknown += 1,
            }
        }
        Ok(batch)
    }

    /// Signs the manifest and logs its digest.
    fn finish(self, options: &ExportOptions, chosen: Option<&[HeadRow]>) -> Result<SignedManifest, Error> {
        let (session, access) = (self.session, self.access);
        let (lines, bytes) = (self.writer.lines, self.writer.bytes);
        let sha256 = self.writer.finish().map_err(|error| ExchangeError::writing(&error))?;
        let purpose = access.decide()?;
        let (kinds, unknown_kinds) = (self.kinds, self.unknown_kinds);
        session.act(access, Event::Export, &[], |act| {
            let wall = i64::try_from(act.wall()).unwrap_or(i64::MAX);
            let manifest = Manifest {
                format: FORMAT.to_owned(),
                vault: act.keys.file.vault.to_string(),
                device: act.keys.file.device.to_string(),
                member: act.keys.member.member.to_string(),
                created_at: Timestamp::from_milliseconds(wall).map_err(ModelError::from)?.to_text(),
                purpose: purpose.local().unwrap_or_else(|| purpose.hl7()).to_owned(),
                cases: options.cases.as_ref().map(|cases| cases.iter().map(ToString::to_string).collect()),
                history: options.history,
                lines,
                bytes,
                sha256: hexadecimal(&sha256),
                kinds,
                unknown_kinds,
                log_size: act.keys.frontier.size(),
                log_root: act.keys.frontier.root().to_base64(),
            };
            let signing = &act.keys.signing;
            let signed = SignedManifest::sign(manifest, signing.verifying_key(), |bytes| signing.sign(bytes));
            let digest = signed.digest();
            let detail = || Detail::of(DetailKey::COUNT, lines).with(DetailKey::MANIFEST_DIGEST, &digest[..]);
            match chosen {
                Some(cases) => cases.iter().try_for_each(|case| log_export(act, Some(case), Some(detail())))?,
                None => log_export(act, None, Some(detail()))?,
            }
            Ok(signed)
        })
    }
}

fn log_export(act: &mut Act<'_>, case: Option<&HeadRow>, detail: Option<Detail<'_>>) -> Result<(), Error> {
    let what = case.map(|head| What {
        record: head.record,
        kind: u64::from(head.kind),
        fields: std::borrow::Cow::Borrowed(&[]),
        revision: None,
        head: None,
        previous: None,
        subject: None,
    });
    act.log(Event::Export, Outcome::Success, what, detail).map(drop)
}

/// Grants the current revision, or all of them, oldest first.
fn grant_record(act: &mut Act<'_>, record: RecordId, history: bool) -> Result<Vec<Granted>, Error> {
    if !history {
        return Ok(vec![act.grant(record, None, None)?]);
    }
    let head = act.head(record)?;
    let spec = act.keys.spec_of(&head)?;
    let mut revisions = vec![act.verify_current(&head)?];
    while let Some(newest) = revisions.last() {
        match (newest.row.earlier, newest.row.previous) {
            (Some(earlier), Some(digest)) => revisions.push(act.verify_revision(&head, earlier, &digest)?),
            (None, None) => break,
            _ => return Err(IntegrityError::Head.into()),
        }
    }
    let mut granted = Vec::with_capacity(revisions.len());
    for revision in revisions.into_iter().rev() {
        // Each entry names the one before it on the same record: the head is read again.
        let head = act.head(record)?;
        granted.push(act.grant_revision(spec, head, revision, None)?);
    }
    Ok(granted)
}

/// The records of a scope, each after its parent, and a lock after what it closes. Time and memory in proportion to their
/// number.
fn parents_first(opening: RecordId, heads: &[(RecordId, RecordId, bool)]) -> Vec<RecordId> {
    let mut children: HashMap<RecordId, Vec<RecordId>> = HashMap::new();
    for lock in [false, true] {
        for (record, parent, _) in heads.iter().filter(|head| head.2 == lock && head.0 != opening) {
            children.entry(*parent).or_default().push(*record);
        }
    }
    let mut order = vec![opening];
    let mut next = 0;
    while let Some(record) = order.get(next) {
        next += 1;
        let below = children.remove(record).unwrap_or_default();
        order.extend(below);
    }
    // The state was verified: every record stands below the one that opens its scope. Should one not, it is not lost.
    let mut left: Vec<_> = children.into_values().flatten().collect();
    left.sort_unstable();
    order.extend(left);
    order
}

/// The id that follows; none after the last.
fn after(id: [u8; 16]) -> Option<[u8; 16]> {
    u128::from_be_bytes(id).checked_add(1).map(u128::to_be_bytes)
}
