//! The five stations of the tour, each with a room for children, and their officers. All invented.

use saferoom::model::records::{Officer, Room, Station, Unit};
use saferoom::model::{PartialDate, PlaceCode};

use super::caseload::{code, text};
use super::names::Name;
use super::random::Random;

/// One station as the tour tells it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Its province, in English.
    pub(super) name: &'static str,
    /// Its province, in Khmer.
    pub(super) khmer: &'static str,
    /// The gazetteer's number of the province.
    pub(super) province: &'static str,
    /// How many of a hundred cases it has.
    pub(super) share: u64,
    /// The year in which its room for children opened.
    pub(super) room_since: u16,
}

/// The stations.
pub(super) const PLACES: [Place; 5] = [
    Place { name: "Phnom Penh", khmer: "ភ្នំពេញ", province: "12", share: 34, room_since: 2019 },
    Place { name: "Kandal", khmer: "កណ្តាល", province: "08", share: 18, room_since: 2021 },
    Place { name: "Siem Reap", khmer: "សៀមរាប", province: "17", share: 20, room_since: 2020 },
    Place { name: "Battambang", khmer: "បាត់ដំបង", province: "02", share: 18, room_since: 2021 },
    Place { name: "Kampot", khmer: "កំពត", province: "07", share: 10, room_since: 2022 },
];

/// How many officers each station has.
pub(super) const OFFICERS_PER_STATION: usize = 4;

/// The unit that keeps the cases.
pub(super) fn unit() -> Unit {
    Unit {
        name: text("Example unit for the protection of children"),
        name_km: text("អង្គភាពគំរូការពារកុមារ"),
        kind: code("dahtjp"),
        province: PlaceCode::parse("12").ok(),
        ..Unit::default()
    }
}

/// A station's record.
pub(super) fn station(place: &Place) -> Station {
    Station {
        name_en: text(&format!("{} example station", place.name)),
        name_km: text(&format!("ប៉ុស្តិ៍គំរូ {}", place.khmer)),
        level: code(if place.province == "12" { "municipal" } else { "provincial" }),
        place: PlaceCode::parse(&format!("{}01", place.province)).ok(),
        has_child_friendly_room: Some(true),
        ..Station::default()
    }
}

/// The record of its room for children.
pub(super) fn room(place: &Place, random: &mut Random) -> Room {
    Room {
        name: text(&format!("Child-friendly room, {}", place.name)),
        status: code("active"),
        opened_on: PartialDate::month(place.room_since, random.between(1, 12) as u8).ok(),
        funder: text("Example fund"),
        has_observation_room: Some(random.percent(60)),
        recording_installed: Some(random.percent(80)),
        separate_waiting_place: Some(random.percent(60)),
        wheelchair_accessible: Some(random.percent(40)),
        seats: Some(random.between(3, 5)),
        ..Room::default()
    }
}

/// An officer; the first of a station is a woman, since most children ask for one.
pub(super) fn officer(index: usize, random: &mut Random) -> (Officer, Name) {
    let name = Name::draw(random);
    let female = index == 0 || random.percent(45);
    let roles = if index == 0 { ["interviewer", "supervisor"] } else { ["interviewer", "investigator"] };
    let officer = Officer {
        name: text(&name.khmer),
        name_latin: text(&name.latin),
        badge_number: text(&format!("EX-{:05}", random.between(10_000, 99_999))),
        rank: text(random.pick(&["Captain", "Lieutenant", "Warrant officer"])),
        sex: code(if female { "female" } else { "male" }),
        roles: roles.into_iter().filter_map(code).collect(),
        status: code("active"),
        certifications: text("Interviewing children, basic course").into_iter().collect(),
        certified_until: PartialDate::year(random.between(2026, 2028) as u16).ok(),
        ..Officer::default()
    };
    (officer, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use saferoom::model::{FieldBuffer, Record, validate};

    fn valid<R: Record>(record: &R) {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        validate(R::spec(), &fields).unwrap();
    }

    #[test]
    fn all_are_valid() {
        let mut random = Random::new(7);
        valid(&unit());
        for place in &PLACES {
            valid(&station(place));
            valid(&room(place, &mut random));
            (0..OFFICERS_PER_STATION).for_each(|index| valid(&officer(index, &mut random).0));
        }
        assert_eq!(PLACES.iter().map(|place| place.share).sum::<u64>(), 100);
    }
}
