//! An access policy as people write it, in TOML, and as programs get it, in JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::{
    AccessPolicy, Action, Effect, EmergencyRule, FORMAT, Limit, Limits, MAX_POLICY_LENGTH, Measure, Night, PolicyError,
    Reach, RecoveryRule, Retention, RetentionRule, RetentionStart, Role, RoleName, SecondPerson, Sensitivity,
    SensitivityRule, SignInRule, check,
};
use crate::model::Compartment;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u64,
    version: u64,
    custodians: WrittenCustodians,
    recovery: RecoveryRule,
    emergency: WrittenEmergency,
    sensitivity: WrittenSensitivities,
    unusual: WrittenUnusual,
    sign_in: SignInRule,
    retention: WrittenRetention,
    #[serde(default)]
    second_person: Vec<WrittenSecondPerson>,
    role: Vec<WrittenRole>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenCustodians {
    needed: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenEmergency {
    compartments: Vec<String>,
    #[serde(default)]
    narrative: bool,
    review_within_hours: u32,
    open_for_hours: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenSensitivities {
    standard: WrittenSensitivity,
    restricted: WrittenSensitivity,
    sealed: WrittenSensitivity,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenSensitivity {
    unit_reach: bool,
    searchable: bool,
    break_glass: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnusual {
    night_from_hour: u32,
    night_to_hour: u32,
    utc_offset_minutes: i32,
    slow_seconds: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenRetention {
    majority_age: u32,
    rule: Vec<WrittenRetentionRule>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenRetentionRule {
    name: String,
    en: String,
    km: String,
    #[serde(default)]
    harm: Vec<String>,
    #[serde(default)]
    outcomes: Vec<String>,
    from: String,
    years: u32,
    #[serde(default)]
    months: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecondPerson {
    action: String,
    roles: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    name: String,
    en: String,
    km: String,
    #[serde(default)]
    reach: BTreeMap<String, String>,
    #[serde(default)]
    may: Vec<String>,
    #[serde(default)]
    purposes: Vec<String>,
    #[serde(default)]
    limits: Vec<WrittenLimit>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimit {
    measure: String,
    at: u32,
    effect: String,
}

impl AccessPolicy {
    /// Reads a policy that a person wrote, and checks it.
    ///
    /// # Errors
    /// [`PolicyError`] that names the place.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY_LENGTH {
            return Err(PolicyError::TooLarge);
        }
        let written: Written = toml::from_str(text).map_err(|error| malformed(text, &error))?;
        if written.format != FORMAT {
            return Err(PolicyError::Format(written.format));
        }
        let narrative = written.emergency.narrative;
        let policy = written.read()?.ordered();
        if policy.emergency.compartments.contains(&Compartment::Narrative) != narrative {
            return Err(PolicyError::EmergencyNarrative);
        }
        check::rules(&policy)?;
        check::vocabulary(&policy)?;
        Ok(policy)
    }

    /// The policy as TOML, which [`parse`](Self::parse) reads: what a custodian changes to make the next version.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Plain words and numbers: there is nothing in them that TOML could refuse.
        toml::to_string(&Written::of(self)).unwrap_or_default()
    }
}

/// As the document is written: for programs that read JSON.
impl Serialize for AccessPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::of(self).serialize(serializer)
    }
}

fn malformed(text: &str, error: &toml::de::Error) -> PolicyError {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    PolicyError::Toml { line, problem: error.message().to_owned() }
}

impl Written {
    fn read(self) -> Result<AccessPolicy, PolicyError> {
        let sensitivities = self.sensitivity;
        Ok(AccessPolicy {
            version: self.version,
            custodians_needed: self.custodians.needed,
            recovery: self.recovery,
            emergency: self.emergency.read()?,
            sensitivities: [
                sensitivities.standard.read(Sensitivity::Standard),
                sensitivities.restricted.read(Sensitivity::Restricted),
                sensitivities.sealed.read(Sensitivity::Sealed),
            ],
            second_persons: self.second_person.into_iter().map(WrittenSecondPerson::read).collect::<Result<_, _>>()?,
            retention: self.retention.read()?,
            night: Night {
                from_hour: self.unusual.night_from_hour,
                to_hour: self.unusual.night_to_hour,
                utc_offset_minutes: self.unusual.utc_offset_minutes,
            },
            slow_seconds: self.unusual.slow_seconds,
            sign_in: self.sign_in,
            roles: self.role.into_iter().map(WrittenRole::read).collect::<Result<_, _>>()?,
        })
    }

    fn of(policy: &AccessPolicy) -> Self {
        let [standard, restricted, sealed] = policy.sensitivities.each_ref().map(WrittenSensitivity::of);
        let emergency = &policy.emergency;
        Self {
            format: FORMAT,
            version: policy.version,
            custodians: WrittenCustodians { needed: policy.custodians_needed },
            recovery: policy.recovery,
            emergency: WrittenEmergency {
                compartments: emergency.compartments.iter().map(ToString::to_string).collect(),
                narrative: emergency.compartments.contains(&Compartment::Narrative),
                review_within_hours: emergency.review_within_hours,
                open_for_hours: emergency.open_for_hours,
            },
            sensitivity: WrittenSensitivities { standard, restricted, sealed },
            unusual: WrittenUnusual {
                night_from_hour: policy.night.from_hour,
                night_to_hour: policy.night.to_hour,
                utc_offset_minutes: policy.night.utc_offset_minutes,
                slow_seconds: policy.slow_seconds,
            },
            sign_in: policy.sign_in,
            retention: WrittenRetention {
                majority_age: policy.retention.majority_age,
                rule: policy.retention.rules.iter().map(WrittenRetentionRule::of).collect(),
            },
            second_person: policy.second_persons.iter().map(WrittenSecondPerson::of).collect(),
            role: policy.roles.iter().map(WrittenRole::of).collect(),
        }
    }
}

impl WrittenEmergency {
    fn read(self) -> Result<EmergencyRule, PolicyError> {
        let named = |name: &String| word("emergency", "compartment", name, Compartment::from_name);
        Ok(EmergencyRule {
            compartments: self.compartments.iter().map(named).collect::<Result<_, _>>()?,
            review_within_hours: self.review_within_hours,
            open_for_hours: self.open_for_hours,
        })
    }
}

impl WrittenSensitivity {
    const fn read(self, sensitivity: Sensitivity) -> SensitivityRule {
        let Self { unit_reach, searchable, break_glass } = self;
        SensitivityRule { sensitivity, unit_reach, searchable, break_glass }
    }

    const fn of(rule: &SensitivityRule) -> Self {
        Self { unit_reach: rule.unit_reach, searchable: rule.searchable, break_glass: rule.break_glass }
    }
}

impl WrittenRetention {
    fn read(self) -> Result<Retention, PolicyError> {
        let rules = self.rule.into_iter().map(WrittenRetentionRule::read).collect::<Result<_, _>>()?;
        Ok(Retention { majority_age: self.majority_age, rules })
    }
}

impl WrittenRetentionRule {
    fn read(self) -> Result<RetentionRule, PolicyError> {
        let from = word("retention", "start", &self.from, RetentionStart::from_name)?;
        let Self { name, en, km, harm, outcomes, from: _, years, months } = self;
        Ok(RetentionRule { name, en, km, harm, outcomes, from, years, months })
    }

    fn of(rule: &RetentionRule) -> Self {
        let RetentionRule { name, en, km, harm, outcomes, from, years, months } = rule.clone();
        Self { name, en, km, harm, outcomes, from: from.to_string(), years, months }
    }
}

impl WrittenSecondPerson {
    fn read(self) -> Result<SecondPerson, PolicyError> {
        let action = word("second_person", "action", &self.action, Action::from_name)?;
        let roles = self.roles.iter().map(|name| RoleName::parse(name)).collect::<Result<_, _>>()?;
        Ok(SecondPerson { action, roles })
    }

    fn of(rule: &SecondPerson) -> Self {
        Self { action: rule.action.to_string(), roles: rule.roles.iter().map(ToString::to_string).collect() }
    }
}

impl WrittenRole {
    fn read(self) -> Result<Role, PolicyError> {
        let name = RoleName::parse(&self.name)?;
        let place = format!("role {name}");
        let mut role = Role::new(name, self.en, self.km);
        for (compartment, reach) in &self.reach {
            let compartment = word(&place, "compartment", compartment, Compartment::from_name)?;
            role.set_reach(compartment, word(&place, "reach", reach, Reach::from_name)?);
        }
        let action = |name: &String| word(&place, "action", name, Action::from_name);
        role.actions = self.may.iter().map(action).collect::<Result<_, _>>()?;
        role.purposes = self.purposes;
        let limit = |limit: &WrittenLimit| -> Result<Limit, PolicyError> {
            let measure = word(&place, "measure", &limit.measure, Measure::from_name)?;
            Ok(Limit { measure, at: limit.at, effect: word(&place, "effect", &limit.effect, Effect::from_name)? })
        };
        role.limits = Limits { steps: self.limits.iter().map(limit).collect::<Result<_, _>>()? };
        Ok(role)
    }

    fn of(role: &Role) -> Self {
        let limit = |step: &Limit| WrittenLimit {
            measure: step.measure.to_string(),
            at: step.at,
            effect: step.effect.to_string(),
        };
        Self {
            name: role.name.to_string(),
            en: role.en.clone(),
            km: role.km.clone(),
            reach: role.reaches().map(|(compartment, reach)| (compartment.to_string(), reach.to_string())).collect(),
            may: role.actions.iter().map(ToString::to_string).collect(),
            purposes: role.purposes.clone(),
            limits: role.limits.steps.iter().map(limit).collect(),
        }
    }
}

/// The word of this name, or an error that quotes its beginning.
fn word<T>(place: &str, what: &'static str, name: &str, of: impl Fn(&str) -> Option<T>) -> Result<T, PolicyError> {
    of(name).ok_or_else(|| PolicyError::UnknownWord {
        place: place.to_owned(),
        what,
        word: name.chars().take(64).collect(),
    })
}
