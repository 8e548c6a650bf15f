//! The plain model: who is who, which case is given to whom, and for whom the newest group of each compartment was sealed.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Compartments;
use crate::access::policy::{AccessPolicy, Action, Reach, Sensitivity, founder, is_of_cases};
use crate::id::RecordId;
use crate::model::Compartment;

/// A device, by its number among all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Device {
    pub(super) index: usize,
    pub(super) revoked: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) role: &'static str,
    pub(super) suspended: bool,
    pub(super) retired: bool,
    pub(super) devices: Vec<Device>,
    /// Number of the second secret for emergencies.
    pub(super) second: Option<usize>,
}

impl Person {
    pub(super) fn is_active(&self) -> bool {
        !self.suspended && !self.retired
    }
}

#[derive(Debug, Clone)]
pub(super) struct Share {
    pub(super) who: usize,
    pub(super) compartments: Compartments,
    pub(super) past: bool,
}

/// The newest group of a compartment.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// Number of its data key.
    pub(super) ordinal: u16,
    /// Devices that may have been given its key, at any time since it was sealed.
    pub(super) could: BTreeSet<usize>,
    /// Devices that were given it when it was sealed, and have not lost it since.
    pub(super) must: BTreeSet<usize>,
    /// Whether it was ever wrapped for the unit's circle, or may have been.
    pub(super) by_circle: bool,
    /// Devices, each with a second secret, that may open it in an emergency by what was wrapped since it was sealed.
    pub(super) duty: BTreeSet<(usize, usize)>,
    /// Those that could when it was sealed, and have not lost it since.
    pub(super) duty_must: BTreeSet<(usize, usize)>,
}

/// A case and the child in it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) case: RecordId,
    pub(super) child: RecordId,
    pub(super) name: String,
    pub(super) sensitivity: Sensitivity,
    pub(super) assigned: BTreeMap<usize, Compartments>,
    pub(super) shares: Vec<Share>,
    pub(super) groups: BTreeMap<Compartment, Group>,
    pub(super) erased: bool,
}

impl Record {
    /// Whether the unit's circles reach it.
    pub(super) fn is_standard(&self) -> bool {
        self.sensitivity == Sensitivity::Standard
    }
}

impl Default for Record {
    fn default() -> Self {
        let none = RecordId::from_bytes([0; 16]);
        Self {
            case: none,
            child: none,
            name: String::new(),
            sensitivity: Sensitivity::Standard,
            assigned: BTreeMap::new(),
            shares: Vec::new(),
            groups: BTreeMap::new(),
            erased: false,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    policy: AccessPolicy,
    pub(super) people: Vec<Person>,
    pub(super) records: Vec<Record>,
    /// How many emergencies there were.
    pub(super) findings: usize,
    devices: usize,
}

impl Model {
    /// The founder, person 0 on device 0.
    pub(super) fn founded() -> Self {
        let mut model =
            Self { policy: AccessPolicy::standard(), people: Vec::new(), records: Vec::new(), findings: 0, devices: 0 };
        model.enrol("founder");
        model
    }

    pub(super) fn enrol(&mut self, role: &'static str) {
        self.people.push(Person { role, suspended: false, retired: false, devices: Vec::new(), second: None });
        self.add_device(self.people.len() - 1);
    }

    pub(super) fn add_device(&mut self, who: usize) {
        self.people[who].devices.push(Device { index: self.devices, revoked: false });
        self.devices += 1;
    }

    /// How many devices there ever were.
    pub(super) fn device_count(&self) -> usize {
        self.devices
    }

    /// Whether somebody's role opens a case in an emergency.
    pub(super) fn may_break_glass(&self, who: usize) -> bool {
        self.policy.role(self.people[who].role).is_some_and(|role| role.may(Action::BreakGlass))
    }

    /// The devices for which a circle's secret is wrapped for emergencies, each with the second secret.
    pub(super) fn on_duty(&self, compartment: Compartment) -> BTreeSet<(usize, usize)> {
        let named = self.policy.emergency().compartments.contains(&compartment);
        let people =
            self.people.iter().enumerate().filter(|(who, of)| named && of.is_active() && self.may_break_glass(*who));
        let devices = people.filter_map(|(_, person)| Some((person.second?, &person.devices)));
        let active = devices.flat_map(|(second, devices)| devices.iter().map(move |device| (device, second)));
        active.filter(|(device, _)| !device.revoked).map(|(device, second)| (device.index, second)).collect()
    }

    fn reach(&self, who: usize, compartment: Compartment) -> Reach {
        let role = self.people[who].role;
        if role == "founder" {
            founder().reach(compartment)
        } else {
            self.policy.role(role).unwrap().reach(compartment)
        }
    }

    /// Whether somebody is assigned what they open.
    pub(super) fn works_on_cases(&self, who: usize) -> bool {
        Compartment::ALL.iter().any(|compartment| self.reach(who, *compartment) == Reach::Case)
    }

    /// Whether somebody's role reads these compartments anywhere.
    pub(super) fn reads(&self, who: usize, compartments: Compartments) -> bool {
        compartments.iter().all(|compartment| self.reach(who, compartment).reads())
    }

    /// What somebody can be assigned, if anything.
    pub(super) fn assignable(&self, who: usize) -> Option<(usize, Compartments)> {
        let all = Compartment::ALL.iter().copied();
        let compartments = Compartments::of(all.filter(|of| is_of_cases(*of) && self.reach(who, *of).reads()));
        (self.people[who].is_active() && !compartments.is_empty()).then_some((who, compartments))
    }

    /// Whether the circle of a case gives somebody a compartment.
    fn given(&self, who: usize, case: usize, compartment: Compartment) -> bool {
        let record = &self.records[case];
        let assigned = record.assigned.get(&who).is_some_and(|compartments| compartments.contains(compartment));
        let mut shares = record.shares.iter().filter(|share| share.who == who && !share.past);
        (assigned && self.reach(who, compartment).reads())
            || shares.any(|share| share.compartments.contains(compartment))
    }

    /// What saferoom lets somebody read of a case.
    pub(super) fn readable(&self, who: usize, case: usize) -> Compartments {
        let standard = self.records[case].sensitivity == Sensitivity::Standard;
        let of_unit = |compartment| self.reach(who, compartment) == Reach::Unit && (standard || who == 0);
        let all = Compartment::ALL.iter().copied();
        Compartments::of(all.filter(|compartment| of_unit(*compartment) || self.given(who, case, *compartment)))
    }

    /// The devices for which a key of a compartment is wrapped, if it is brought in now.
    pub(super) fn entitled(&self, case: usize, compartment: Compartment) -> BTreeSet<usize> {
        let standard = self.records[case].sensitivity == Sensitivity::Standard;
        self.devices_of(|who| {
            (standard && self.reach(who, compartment) == Reach::Unit) || self.given(who, case, compartment)
        })
    }

    fn devices_of(&self, which: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let people = self.people.iter().enumerate().filter(|(who, person)| person.is_active() && which(*who));
        people
            .flat_map(|(_, person)| &person.devices)
            .filter(|device| !device.revoked)
            .map(|device| device.index)
            .collect()
    }

    /// Takes in who has come to hold the newest groups, and who has lost them, by the last step.
    pub(super) fn remember(&mut self) {
        for case in 0..self.records.len() {
            let compartments: Vec<_> = self.records[case].groups.keys().copied().collect();
            for compartment in compartments {
                let entitled = self.entitled(case, compartment);
                // What a circle holds, everybody holds who ever gets the circle, however the case is held by then.
                let of_circle = self.devices_of(|who| self.reach(who, compartment) == Reach::Unit);
                let on_duty = self.on_duty(compartment);
                let standard = self.records[case].is_standard();
                let group = self.records[case].groups.get_mut(&compartment).unwrap();
                group.by_circle |= standard;
                group.must.retain(|device| entitled.contains(device));
                group.could.extend(entitled);
                group.duty_must.retain(|pair| standard && on_duty.contains(pair));
                if group.by_circle {
                    group.could.extend(of_circle);
                    group.duty.extend(on_duty);
                }
            }
        }
    }
}
