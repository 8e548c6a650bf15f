//! The beginning: found a vault, set up stations, record a caseload.

use std::path::Path;
use std::time::{Duration, Instant};

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Identity, Passphrase, PassphraseCost, Unlock, create_identity_file};
use saferoom::vault::{Batch, Error, Host, Session, Vault};

use super::caseload::{self, PlannedCase, StationIds};
use super::folder::{Folder, device_of, quoted};
use super::names::{Name, passphrase};
use super::random::Random;
use super::show::Step;
use super::{show, stations};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

/// How many cases are written with one signature.
const CASES_PER_BATCH: usize = 20;

/// A child in the vault, with its interviews.
#[derive(Debug, Clone)]
pub(super) struct WrittenChild {
    /// The child.
    pub(super) child: RecordId,
    /// Interviews in order, each with its statement.
    pub(super) interviews: Vec<(RecordId, RecordId)>,
}

/// A case in the vault.
#[derive(Debug, Clone)]
pub(super) struct WrittenCase {
    /// The case.
    pub(super) case: RecordId,
    /// The children in it.
    pub(super) children: Vec<WrittenChild>,
}

/// What was written, and how long it took.
pub(super) struct Caseload {
    /// The cases.
    pub(super) cases: Vec<WrittenCase>,
    /// Every name that went into the vault.
    pub(super) names: Vec<Name>,
    /// How many records were recorded.
    pub(super) records: usize,
    /// How long recording them took.
    pub(super) time: Duration,
}

/// [`Step::Found`].
pub(super) fn found(out: &Console, folder: &Folder) -> Result<(Identity, Vault), Failure> {
    show::step(out, Step::Found, "Found a vault");
    show::say(
        out,
        "A vault is one file. Its founder becomes the first member; whoever is no member finds nothing but ciphertext \
         in it. The identity file holds the founder's keys, locked by a passphrase; the device folder keeps what must \
         not travel with the file.",
    );
    let started = Instant::now();
    let words = passphrase(RecordId::random().as_bytes());
    new_file::write(&folder.passphrase(), format!("{words}\n").as_bytes())?;
    let identity = Identity::generate();
    let unlock = Passphrase::new(words.into_bytes())?;
    create_identity_file(&folder.identity(), &identity, Unlock::Passphrase(&unlock), PassphraseCost::STANDARD)?;
    let vault = Vault::create(&folder.vault(), host(folder), &identity, "tour.example.org/audit/1", &stations::unit())?;
    out.blank();
    out.pairs([
        ("  vault", quoted(&folder.vault())),
        ("  device keys", quoted(&device_of(&folder.vault()))),
        ("  identity", quoted(&folder.identity())),
        ("  passphrase", quoted(&folder.passphrase())),
        ("  founder", format!("member {}", identity.member())),
        ("  time", show::seconds(started.elapsed())),
    ]);
    out.blank();
    show::say(
        out,
        "The passphrase lies beside the vault only because this is a tour: with real records, it is in a head and \
         nowhere else.",
    );
    Ok((identity, vault))
}

/// The host with the tour's own device folder.
pub(super) fn host(folder: &Folder) -> Host {
    host_of(&folder.vault())
}

/// The host of a vault whose device folder lies beside it.
pub(super) fn host_of(vault: &Path) -> Host {
    Host::new(FileKeyStore::new(device_of(vault)))
}

/// [`Step::Stations`].
pub(super) fn set_up(
    out: &Console,
    session: &Session,
    random: &mut Random,
    names: &mut Vec<Name>,
) -> Result<Vec<StationIds>, Failure> {
    show::step(out, Step::Stations, "Five stations, each with a room for children");
    show::say(
        out,
        "Stations, rooms and officers are records too: an interview points at the room it was held in and at who asked \
         the questions. Officers are persons with rights; their names are sealed like a child's.",
    );
    let access = Access::for_purpose("record-management").because("The tour sets up its stations");
    let unit = session.unit();
    let ids = session.write_batch(&access, |batch| {
        let stations = stations::PLACES.iter().map(|place| {
            let station = batch.create(Some(unit), &stations::station(place))?.record;
            let room = batch.create(Some(station), &stations::room(place, random))?.record;
            let officers = (0..stations::OFFICERS_PER_STATION).map(|index| {
                let (officer, name) = stations::officer(index, random);
                names.push(name);
                Ok(batch.create(Some(unit), &officer)?.record)
            });
            Ok(StationIds { station, room, officers: officers.collect::<Result<_, Error>>()? })
        });
        stations.collect::<Result<Vec<_>, Error>>()
    })?;
    out.blank();
    out.table(
        &["  station", "province", "room open since", "officers"],
        stations::PLACES.iter().zip(&ids).map(|(place, ids)| {
            let officers = ids.officers.len().to_string();
            [format!("  {}", place.name), place.province.to_owned(), place.room_since.to_string(), officers]
        }),
    );
    Ok(ids)
}

/// [`Step::Record`].
pub(super) fn record(
    out: &Console,
    session: &Session,
    interviews: usize,
    stations: &[StationIds],
    random: &mut Random,
    mut names: Vec<Name>,
) -> Result<Caseload, Failure> {
    show::step(out, Step::Record, &format!("Record {interviews} interviews"));
    show::say(
        out,
        "Cases, children, interviews and statements, invented from the seed. Each field is sealed for the compartment \
         it belongs to (identity, offence, well-being, narrative and others), each record is signed, and each write \
         leaves an entry in the log. No text tells anything: harm is named by code, statements are left out.",
    );
    let planned = caseload::draw(interviews, stations, random);
    let children: usize = planned.iter().map(|case| case.children.len()).sum();
    let access = Access::for_purpose("forensic-interview").because("The tour records its invented caseload");
    let progress = out.progress(interviews as u64, "Recording interviews");
    let (unit, started) = (session.unit(), Instant::now());
    let mut cases = Vec::with_capacity(planned.len());
    for some in planned.chunks(CASES_PER_BATCH) {
        cases.extend(session.write_history(&access, |batch| {
            some.iter().map(|case| write_case(batch, unit, case)).collect::<Result<Vec<_>, _>>()
        })?);
        let written = some.iter().flat_map(|case| &case.children).map(|child| child.interviews.len()).sum::<usize>();
        progress.advance(written as u64);
    }
    let time = started.elapsed();
    progress.finish();
    names.extend(planned.iter().flat_map(|case| &case.children).flat_map(|child| child.names.clone()));
    let records = cases.len() + children + 2 * interviews;
    let again = planned.iter().flat_map(|case| &case.children).filter(|child| child.interviews.len() > 1).count();
    out.blank();
    out.pairs([
        ("  cases", cases.len().to_string()),
        ("  children", format!("{children}, of whom {again} were interviewed more than once")),
        ("  interviews", format!("{interviews}, each with a statement")),
        ("  time", format!("{} for {records} records", show::seconds(time))),
        ("  rate", format!("{} records a second: sealed, signed, logged, on the disk", show::rate(records, time))),
    ]);
    Ok(Caseload { cases, names, records, time })
}

pub(super) fn write_case(
    batch: &mut Batch<'_, '_>,
    unit: RecordId,
    planned: &PlannedCase,
) -> Result<WrittenCase, Error> {
    let case = batch.create(Some(unit), &planned.case)?.record;
    let children = planned.children.iter().map(|planned| {
        let child = batch.create(Some(case), &planned.child)?.record;
        let interviews = planned.interviews.iter().map(|(interview, statement)| {
            let interview = batch.create(Some(child), interview)?.record;
            Ok((interview, batch.create(Some(interview), statement)?.record))
        });
        Ok(WrittenChild { child, interviews: interviews.collect::<Result<_, Error>>()? })
    });
    Ok(WrittenCase { case, children: children.collect::<Result<_, Error>>()? })
}
