//! Rooms of two stations and their monitor, end to end, through the built binary.

mod station;
mod team;

use saferoom::access::Access;
use saferoom::model::records::{Room, RoomUse, Station};
use saferoom::model::{Coded, PartialDate, Text};
use team::{Team, run};

/// A station's vault with a room that was used; its founder sends.
fn station(name: &str) -> Team {
    let team = Team::new();
    let session = team.0.session();
    let access = Access::for_purpose("supervision");
    let text = |text: &str| Text::new(text).ok();
    let station = Station { name_en: text(name), ..Station::default() };
    let station = session.create(Some(session.unit()), &station, &access).unwrap().record;
    let room = Room { name: text("Room"), ..Room::default() };
    let room = session.create(Some(station), &room, &access).unwrap().record;
    let used = RoomUse {
        date: PartialDate::parse("2025-03-04").ok(),
        used_for: Coded::new("child_victim_interview").ok(),
        ..RoomUse::default()
    };
    session.create(Some(room), &used, &access).unwrap();
    drop(session);
    // Stations send as supervisors do.
    team.person("supervisor");
    team.enrol("supervisor", "unit-supervisor").ends_with(0);
    address(&team, "supervisor");
    team
}

fn address(team: &Team, name: &str) {
    let (key, out, passphrase) = (team.file(name), team.file(&format!("{name}.address")), team.file("passphrase"));
    run(&["packet", "address", "--key", &key, "--out", &out, "--passphrase-file", &passphrase]).ends_with(0);
}

const WHY: [&str; 2] = ["--purpose", "supervision"];

#[test]
fn two_stations_send_their_rooms_to_a_monitor() {
    let monitor = Team::new();
    monitor.person("monitor");
    monitor.enrol("monitor", "room-monitor").ends_with(0);
    address(&monitor, "monitor");
    let to = monitor.file("monitor.address");
    let take_in = |packet: &str, known: &str| {
        monitor.as_member("monitor", &[&["rooms", "import", packet, "--known", known, "--json"], &WHY[..]].concat())
    };
    for name in ["Kandal example station", "Kampot example station"] {
        let team = station(name);
        let (packet, known) = (team.file("rooms.packet"), team.file("supervisor.address"));
        let send = ["rooms", "export", "--to", &to, "--out", &packet, "--json"];
        let sent = team.as_member("supervisor", &[&send[..], &WHY].concat()).json();
        assert_eq!((&sent["records"], &sent["since_commit"]), (&3.into(), &0.into()));
        let taken = take_in(&packet, &known).json();
        assert_eq!(taken["records"].as_array().unwrap().len(), 3);
        assert_eq!(take_in(&packet, &known).json()["again"], true);
        let next = team.file("next.packet");
        let send = ["rooms", "export", "--to", &to, "--out", &next];
        let sent = team.as_member("supervisor", &[&send[..], &WHY].concat()).ends_with(0);
        assert!(sent.out.contains("what is new since commit"), "{}", sent.out);
        assert_eq!(take_in(&next, &known).json()["records"].as_array().unwrap().len(), 0);
        // For somebody else.
        let other =
            team.as_member("supervisor", &[&["rooms", "import", &packet, "--known", &known], &WHY[..]].concat());
        assert!(other.ends_with(4).err.contains("error[S100"), "for the monitor only");
    }
    let stations = monitor.as_member("monitor", &[&["rooms", "stations", "--json"], &WHY[..]].concat()).json();
    let mut names: Vec<_> = stations.as_array().unwrap().iter().map(|one| one["names"][0].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Kampot example station", "Kandal example station"]);
    let unknown = ["rooms", "allow", &"0".repeat(32), &to];
    let refused = monitor.as_member("monitor", &[&unknown[..], &WHY].concat());
    assert_ne!(refused.exit, 0);
    assert!(refused.err.contains("error["), "{}", refused.err);
}
