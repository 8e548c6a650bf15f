//! An extract: a desk that reads no case makes a table in which nobody can be found.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use saferoom::access::Access;
use saferoom::access::packet::{ContentKind, KnownSenders, Packet, PacketWriter};
use saferoom::access::policy::RoleName;
use saferoom::keys::{Clock, Identity, PacketAddress, SystemClock};
use saferoom::model::records::Child;
use saferoom::vault::{Session, Vault};

use super::begin::host_of;
use super::folder::Folder;
use super::monitoring::{FiveStations, StationDesk};
use super::need_to_know::sign_in;
use super::reading::{Example, refused, unexpected};
use super::show::Step;
use super::{show, stations};
use crate::console::Console;
use crate::extract::make_from;
use crate::failure::Failure;
use crate::new_file;

/// The specification; `examples/statistics/spec.toml` in the repository.
const SPEC: &str = include_str!("../../../examples/statistics/spec.toml");

/// What the unit is called in extracts.
const UNIT: &str = "Example unit";

/// Of fewer cases no extract is made.
const FEWEST: usize = 10;

/// [`Step::Extract`].
pub(super) fn by_the_desk(
    out: &Console,
    folder: &Folder,
    (founder, session): (&Identity, &Session),
    example: Example<'_>,
    five: &FiveStations,
) -> Result<(), Failure> {
    show::step(out, Step::Extract, "Let an analyst count, without a name");
    show::say(
        out,
        "With every write, coarse values went into rows of their own: an age, a province, a month, a kind of harm. An \
         extract desk holds the key of these rows, and no other. It tries to read a child:",
    );
    let desk = Identity::generate();
    let role = RoleName::parse("extract-desk")?;
    let manage = Access::for_purpose("record-management");
    session.enrol(&desk.public(), &role, session.unit().scope(), &[founder], &manage)?;
    let at_the_desk = sign_in(folder, &desk)?;
    let access = Access::for_purpose("HRESCH");
    let closed = at_the_desk.read::<Child>(example.child.child, &access).err();
    out.blank();
    refused(out, &closed.ok_or_else(|| unexpected("the extract desk read a child"))?.into());

    out.blank();
    if at_the_desk.statistics(&access)?.cases.len() < FEWEST {
        show::say(out, "With so few children nothing may leave: whoever knows one of them would find her.");
        return Ok(());
    }
    let spec = folder.extract_spec();
    fs::write(&spec, SPEC).map_err(|error| Failure::writing(&spec, &error))?;
    let office = Identity::generate();
    let there = found_desk(folder, &office)?;
    show::say(
        out,
        "Nobody who counts needs these vaults. The rows go in packets to the extract desk, which has its own: one from this \
         vault, and one from the vault of each of five stations.",
    );
    out.blank();
    let mut taken = hand_over(folder, (UNIT, &folder.statistics()), (&desk, &at_the_desk), (&office, &there))?;
    for station in &five.desks {
        let (name, packet) = (station_name(station), folder.statistics_of(&station.name));
        taken += hand_over(folder, (&name, &packet), (&station.counting.0, &station.counting.1), (&office, &there))?;
    }
    out.good(format_args!("{taken} rows came in; the same packet once more changes nothing"));
    out.blank();
    let manifest = make_from(&spec, (&office, &there), &folder.extract(), &access, out)?;
    let (rows, children, covered) = (manifest.rows, &manifest.children, &manifest.provenance.stations);
    show::say(
        out,
        format!(
            "There it makes a signed extract, which says whom it covers, and until when. Whoever knows the age, sex, province \
             and quarter of a child finds no group smaller than {}; children whom too few others are like are left out.",
            children.k
        ),
    );
    out.blank();
    let lines = covered.iter().map(|covered| [format!("  {}", covered.station), covered.until.clone()]);
    out.table(&["  covered", "until"], lines);
    out.blank();
    out.good(format_args!("{} of {} children are in it", rows.released, rows.source));
    out.good(format_args!(
        "left out: {}; lost to coarser values: {} of the information",
        percent(rows.suppressed as f64 / rows.source.max(1) as f64),
        percent(manifest.utility.loss)
    ));
    let told: BTreeSet<&str> = covered.iter().map(|covered| covered.station.as_str()).collect();
    let names: Vec<String> = five.desks.iter().map(station_name).collect();
    let all: BTreeSet<&str> = names.iter().map(String::as_str).chain([UNIT]).collect();
    let until = covered.iter().all(|covered| covered.until.len() == "2026-01".len());
    if rows.released == 0 || children.k < 5 || told != all || !until {
        return Err(unexpected("the extract has a class that is too small, or does not say whom it covers"));
    }
    Ok(())
}

/// What a station is called in extracts.
fn station_name(station: &StationDesk) -> String {
    format!("{} example station", station.place.name)
}

/// The vault of the desk, which holds no case.
fn found_desk(folder: &Folder, office: &Identity) -> Result<Session, Failure> {
    let vault = folder.extract_desk();
    let vault = Vault::create(&vault, host_of(&vault), office, "desk.example.org/audit/1", &stations::unit())?;
    Ok(vault.sign_in(office)?)
}

/// The rows of a vault go to that of the desk in a packet; the desk takes it in once. How many there were.
fn hand_over(
    folder: &Folder,
    (name, place): (&str, &Path),
    (sender, session): (&Identity, &Session),
    (office, there): (&Identity, &Session),
) -> Result<u64, Failure> {
    let access = Access::for_purpose("HRESCH");
    let slice = session.hand_over_statistics(&office.public().verifying_key, name, false, &access)?;
    let (part, now, mut file) = (slice.encode(), SystemClock::default().wall_milliseconds(), Vec::new());
    let part: &[u8] = &part;
    PacketWriter::new(sender, now)
        .to(&office.public().hybrid_key, now)
        .part(ContentKind::STATISTICS, "", &part)
        .write(&mut file)?;
    new_file::write(place, &file)?;
    let mut known = KnownSenders::new();
    known.pin(&PacketAddress::from(&sender.public()));
    let taken = there.take_in(Packet::open(Cursor::new(&file), office)?, &known, folder.path(), &access)?;
    let again = there.take_in(Packet::open(Cursor::new(&file), office)?, &known, folder.path(), &access)?;
    if taken.statistics != slice.rows.len() as u64 || taken.statistics == 0 || again.statistics != 0 {
        return Err(unexpected("rows were lost on the way to the desk, or taken in twice"));
    }
    Ok(taken.statistics)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
