//! Five stations, each with a vault of its own, and who monitors their rooms with keys to no child.

use std::fs;

use saferoom::access::Access;
use saferoom::access::packet::{KnownSenders, Packet};
use saferoom::access::policy::RoleName;
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Identity, PacketAddress, Passphrase, PassphraseCost, Unlock, create_identity_file};
use saferoom::model::records::Unit;
use saferoom::model::{LabelLanguage, PartialDate};
use saferoom::practice::indicators::{MonitorReport, Share};
use saferoom::vault::{Host, Session, Vault};

use super::caseload::{code, text};
use super::folder::{Folder, device_of, quoted};
use super::random::Random;
use super::reading::unexpected;
use super::show::Step;
use super::stations::{PLACES, Place};
use super::{monitored, show};
use crate::console::Console;
use crate::failure::Failure;
use crate::monitor::monitor_page;
use crate::new_file;

/// Five stations, each with a vault of its own.
pub(super) struct FiveStations {
    pub(super) desks: Vec<StationDesk>,
    random: Random,
}

/// A station with who sends for it.
pub(super) struct StationDesk {
    pub(super) place: &'static Place,
    /// As a name of files.
    pub(super) name: String,
    /// Who hands over its statistics, and reads no case.
    pub(super) counting: (Identity, Session),
    supervisor: Identity,
    session: Session,
    room: RecordId,
}

impl FiveStations {
    /// Founds them, with some interviews each.
    pub(super) fn found(out: &Console, folder: &Folder, seed: u64) -> Result<Self, Failure> {
        let path = folder.rooms("");
        fs::create_dir(&path).map_err(|error| Failure::writing(&path, &error))?;
        let mut random = Random::new(seed ^ 0x0052_4F4F_4D53);
        let progress = out.progress(PLACES.len() as u64, "Vaults of five stations");
        let mut desks = Vec::new();
        for place in &PLACES {
            desks.push(StationDesk::found(folder, place, &mut random)?);
            progress.advance(1);
        }
        progress.finish();
        Ok(Self { desks, random })
    }
}

/// Who monitors, in a vault of their own.
struct MonitorDesk {
    identity: Identity,
    session: Session,
    known: KnownSenders,
}

/// [`Step::Monitor`].
pub(super) fn of_five_stations(out: &Console, folder: &Folder, stations: FiveStations) -> Result<(), Failure> {
    show::step(out, Step::Monitor, "Five stations and their monitor");
    show::say(
        out,
        "Each station keeps a vault of its own. After each of two rounds it sends what is new of rooms, visits and \
         training in a sealed packet; the monitor's vault takes it in. The monitor has no key to any child, and needs none.",
    );
    let FiveStations { desks, mut random } = stations;
    let mut monitor = MonitorDesk::found(folder)?;
    let progress = out.progress(desks.len() as u64, "Rooms of five stations");
    let mut rows = Vec::new();
    for desk in desks {
        monitor.known.pin(&(&desk.supervisor.public()).into());
        let mut sent = Vec::new();
        for round in 0..monitored::ROUNDS.len() {
            desk.session.write_batch(&supervise(), |batch| monitored::visit(batch, desk.room, round, &mut random))?;
            if round == 1 {
                desk.count_interviews()?;
            }
            sent.push(desk.send(folder, round, &monitor)?);
        }
        rows.push([format!("  {}", desk.place.name), sent[0].to_string(), sent[1].to_string()]);
        progress.advance(1);
    }
    progress.finish();
    out.blank();
    out.table(&["  station", "records in its first packet", "new in its second"], rows);
    let report = monitor.session.monitor_report(&supervise())?;
    judge(&report)?;
    tell(out, &report);
    for language in LabelLanguage::ALL {
        let file = folder.monitoring_report(language.code());
        new_file::write(&file, monitor_page(&report, *language).as_bytes())?;
    }
    out.blank();
    show::say(
        out,
        format!("Rooms side by side, as a page that loads nothing: {}", quoted(&folder.monitoring_report("en"))),
    );
    Ok(())
}

fn supervise() -> Access {
    Access::for_purpose("supervision").because("The tour monitors rooms")
}

/// A vault in the folder of this step, and its founder.
fn vault_of(folder: &Folder, name: &str, unit: &str) -> Result<(Vault, Identity, Session), Failure> {
    let path = folder.rooms(&format!("{name}.saferoom"));
    let founder = Identity::generate();
    let host = Host::new(FileKeyStore::new(device_of(&path)));
    let unit = Unit { name: text(unit), kind: code("provincial_ahtjp"), ..Unit::default() };
    let origin = format!("{name}.tour.example.org/audit/1");
    let vault = Vault::create(&path, host, &founder, &origin, &unit)?;
    let session = vault.sign_in(&founder)?;
    Ok((vault, founder, session))
}

/// Somebody with a role in a vault, signed in.
fn enrolled(vault: &Vault, founder: &Identity, session: &Session, role: &str) -> Result<(Identity, Session), Failure> {
    let identity = Identity::generate();
    let access = Access::for_purpose("record-management").because("The tour enrols its people");
    session.enrol(&identity.public(), &RoleName::parse(role)?, session.unit().scope(), &[founder], &access)?;
    let session = vault.sign_in(&identity)?;
    Ok((identity, session))
}

impl StationDesk {
    fn found(folder: &Folder, place: &'static Place, random: &mut Random) -> Result<Self, Failure> {
        let name = place.name.to_lowercase().replace(' ', "-");
        let (vault, founder, chief) = vault_of(folder, &name, &format!("Example unit of {}", place.name))?;
        let (supervisor, session) = enrolled(&vault, &founder, &chief, "unit-supervisor")?;
        let unit = chief.unit();
        let access = Access::for_purpose("record-management").because("The tour sets up its stations");
        let room = chief.write_batch(&access, |batch| monitored::found(batch, unit, place, random))?;
        let counting = enrolled(&vault, &founder, &chief, "extract-desk")?;
        Ok(Self { place, name, counting, supervisor, session, room })
    }

    fn count_interviews(&self) -> Result<(), Failure> {
        let months: Vec<_> = monitored::MONTHS.iter().filter_map(|month| PartialDate::parse(month).ok()).collect();
        let written = self.session.count_interviews(&months, &supervise())?;
        if written.len() == months.len() { Ok(()) } else { Err(unexpected("a month was not counted")) }
    }

    /// Sends what is new, and lets the monitor take it in; how many records it held.
    fn send(&self, folder: &Folder, round: usize, monitor: &MonitorDesk) -> Result<usize, Failure> {
        let path = folder.rooms(&format!("{}-{}.packet", self.name, round + 1));
        let to: PacketAddress = (&monitor.identity.public()).into();
        let sent = self.session.export_rooms(&to, &path, &self.supervisor, false, &supervise())?;
        let file = fs::File::open(&path).map_err(|error| Failure::reading(&path, &error))?;
        let packet = Packet::open(file, &monitor.identity)?;
        let taken = monitor.session.take_in(packet, &monitor.known, &folder.rooms(""), &supervise())?;
        if taken.records.len() == sent.records && (sent.since == 0) == (round == 0) {
            Ok(sent.records)
        } else {
            Err(unexpected("a packet did not arrive as it was sent"))
        }
    }
}

impl MonitorDesk {
    fn found(folder: &Folder) -> Result<Self, Failure> {
        let (vault, founder, chief) = vault_of(folder, "monitor", "Example monitor")?;
        let (identity, session) = enrolled(&vault, &founder, &chief, "room-monitor")?;
        let path = folder.passphrase();
        let words = fs::read(&path).map_err(|error| Failure::reading(&path, &error))?;
        let words: Vec<u8> = words.into_iter().take_while(|byte| *byte != b'\n').collect();
        let unlock = Passphrase::new(words)?;
        // Cheap to unlock, because this is a tour.
        let file = folder.rooms("monitor.identity");
        create_identity_file(&file, &identity, Unlock::Passphrase(&unlock), PassphraseCost::LEAST)?;
        Ok(Self { identity, session, known: KnownSenders::new() })
    }
}

/// What the figures have to be, whatever the seed.
fn judge(report: &MonitorReport) -> Result<(), Failure> {
    let actions = (report.actions.done, report.actions.open, report.actions.overdue);
    let said = report.meeting.event.surveys.get("post");
    let meeting = said.map(|said| (said.useful, said.will_apply));
    let published = Some((Share { count: 18, of: 21 }, Share { count: 20, of: 21 }));
    let months = report.stations.iter().map(|station| station.interviews.len());
    let few = report.stations.iter().all(|station| {
        station.interviews.first().is_some_and(|month| month.interviews == Some(8))
            && station.interviews.last().is_some_and(|month| month.interviews.is_none())
    });
    let holds = report.stations.len() == PLACES.len()
        && report.stations.iter().all(|station| station.rooms.iter().all(|room| room.rounds.len() == 2))
        && actions == (5, 10, 5)
        && report.testimonials.len() == PLACES.len()
        && (report.reach.participants, report.reach.women.count) == (30, 15)
        && months.sum::<usize>() == 2 * PLACES.len()
        && few
        && meeting == published;
    if holds { Ok(()) } else { Err(unexpected("the monitor's figures are not those of the stations")) }
}

fn tell(out: &Console, report: &MonitorReport) {
    let score = |place: usize, room: &saferoom::practice::indicators::RoomFigures| {
        room.rounds.get(place).map_or_else(String::new, |round| round.scores.total.text())
    };
    let rows =
        report.stations.iter().flat_map(|station| &station.rooms).zip(&report.stations).map(|(room, station)| {
            [format!("  {}", station.name_en), score(0, room), score(1, room), station.actions.overdue.to_string()]
        });
    out.blank();
    out.table(&["  station", "2023", "2024", "actions overdue"], rows);
    out.blank();
    out.good(format_args!("rooms that got better: {}", report.improved.text()));
    out.good(format_args!("trained: {} officers, women {}", report.reach.participants, report.reach.women.text()));
    let Some(said) = report.meeting.event.surveys.get("post") else { return };
    out.blank();
    show::say(
        out,
        format!(
            "In the page too: the meeting of 20 March 2024, reconstructed from what is published: {} officers, {} women; \
             {} found it useful, {} will pass it on.",
            report.meeting.event.reach.participants,
            report.meeting.event.reach.women.count,
            said.useful.text(),
            said.will_apply.text()
        ),
    );
}
