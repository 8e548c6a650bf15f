//! Members: who works in a vault, in which role and unit, on which devices; and the changes that custodians sign.

use std::collections::HashMap;
use std::sync::Arc;

use saferoom::access::policy::RoleName;
use saferoom::access::{self, RosterChange};
use saferoom::id::{MemberId, RecordId, parse_hexadecimal};
use saferoom::keys::{self, VerifyingKey};
use saferoom::model::{FieldBuffer, Record, records::Unit};
use saferoom::vault;

use crate::access_policy::AccessPolicy;
use crate::desk;
use crate::emergency::EmergencySecret;
use crate::error::SaferoomError;
use crate::identity::{Identity, PublicIdentity, borrowed};
use crate::releases;
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::{FieldValue, record_of};

/// Whether a member may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Standing {
    /// Yes.
    Active,
    /// Not until they are resumed.
    Suspended,
    /// Never again.
    Retired,
}

/// A device of a member.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MemberDevice {
    /// The key with which it signs, in hexadecimal: names the device where it is to be revoked.
    pub key: String,
    /// What its owner sees as the fingerprint of the same keys.
    pub fingerprint: String,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A member as the roster lists them.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Member {
    /// The pseudonym.
    pub id: String,
    /// Name of the role, such as `interviewer`; `founder` is the one of whoever founded the vault.
    pub role: String,
    /// The record of the unit in which the role is held.
    pub unit: String,
    /// Whether they may work.
    pub standing: Standing,
    /// Whether their signature counts where custodians have to sign.
    pub custodian: bool,
    /// All devices, also those that were revoked.
    pub devices: Vec<MemberDevice>,
}

/// A change of the roster: what custodians sign.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum MemberChange {
    /// Somebody becomes a member.
    Enrol {
        /// Who, out of their enrolment file.
        identity: Arc<PublicIdentity>,
        /// Name of the role.
        role: String,
        /// The record of the unit.
        unit: String,
    },
    /// A member has another role, or works in another unit.
    Role {
        /// Who.
        member: String,
        /// Name of the role.
        role: String,
        /// The record of the unit.
        unit: String,
    },
    /// A member may do nothing until they are resumed.
    Suspend {
        /// Who.
        member: String,
    },
    /// A suspended member works again.
    Resume {
        /// Who.
        member: String,
    },
    /// A member has left for good.
    Retire {
        /// Who.
        member: String,
    },
    /// A member has another device.
    AddDevice {
        /// Its keys, out of the enrolment file that was made on it.
        identity: Arc<PublicIdentity>,
    },
    /// A device is lost or given up.
    RevokeDevice {
        /// Whose.
        member: String,
        /// The key with which it signs, in hexadecimal.
        key: String,
    },
    /// Another access policy is in force.
    Policy {
        /// Which.
        policy: Arc<AccessPolicy>,
    },
    /// A member has this second secret for emergencies, and no other.
    SecondSecret {
        /// Who.
        member: String,
        /// The secret; only its public half is listed.
        secret: Arc<EmergencySecret>,
    },
    /// A member has no second secret any more.
    NoSecondSecret {
        /// Who.
        member: String,
    },
    /// Another release-policy is in force.
    ReleasePolicy {
        /// The whole policy, in TOML.
        policy: String,
    },
    /// A series of releases is declared, or declared anew.
    ReleaseSeries {
        /// Its name.
        name: String,
        /// `inside` or `outside`.
        audience: String,
        /// How much counts with noise may give away in all, in rho, as text: `0.5`; none for none.
        budget: Option<String>,
        /// Whether a child keeps its pseudonym in all of its releases.
        lasting_pseudonyms: bool,
    },
    /// One release may leave although it singles children out.
    ReleaseException {
        /// What it is of: `extracts`, `tables`, or the name of a series.
        series: String,
        /// The digest of the release, in hexadecimal, as a plan tells it.
        release: String,
    },
    /// A release that was recorded never left.
    ReleaseWithdrawal {
        /// Its record.
        release: String,
    },
}

/// What a proposal says, for the screen of whoever is asked to sign it. What does not belong to its kind is none.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProposedChange {
    /// Name of the kind: `enrol`, `role`, `suspend`, ...
    pub kind: String,
    /// Whom it is about.
    pub member: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The record of the unit.
    pub unit: Option<String>,
    /// Fingerprint of the keys that come in.
    pub fingerprint: Option<String>,
    /// Key of the device that is revoked.
    pub key: Option<String>,
    /// Version of the access policy or of the release-policy.
    pub policy_version: Option<u64>,
    /// What a change about releases says, in English.
    pub release: Option<String>,
}

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Enacted {
    /// Circles that were moved to a new generation.
    pub circles_renewed: u64,
    /// Circle keys that were passed on to those who came.
    pub wraps: u64,
}

/// A change that waits for the signatures of custodians. It is for the roster as it is: after another change it is outdated.
#[derive(Debug, uniffi::Object)]
pub struct Proposal(pub(crate) access::Proposal);

#[uniffi::export]
impl Proposal {
    /// Reads what `to_bytes` wrote. Signatures are verified when it is enacted.
    ///
    /// # Errors
    /// It is no proposal.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        Ok(Arc::new(Self(access::Proposal::from_bytes(bytes)?)))
    }

    /// The bytes to pass on to the next who signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// The same proposal with the signature of this custodian.
    ///
    /// # Errors
    /// The identity was wiped by `shutdown`.
    pub fn signed_by(&self, custodian: &Identity) -> Result<Arc<Self>, SaferoomError> {
        Ok(Arc::new(Self(self.0.clone().signed_by(&*custodian.keys()?))))
    }

    /// Pseudonyms of those who have signed.
    #[must_use]
    pub fn signers(&self) -> Vec<String> {
        self.0.signers().map(|member| member.to_string()).collect()
    }

    /// What it says: to be shown before anybody signs.
    ///
    /// # Errors
    /// It is no change.
    pub fn change(&self) -> Result<ProposedChange, SaferoomError> {
        Ok(ProposedChange::of(&self.0.change()?))
    }
}

#[uniffi::export]
impl Session {
    /// All members, active or not.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn members(&self) -> Result<Vec<Member>, SaferoomError> {
        Ok(self.0.members()?.iter().map(Member::of).collect())
    }

    /// The access policy in force.
    ///
    /// # Errors
    /// As `members`.
    pub fn access_policy(&self) -> Result<Arc<AccessPolicy>, SaferoomError> {
        Ok(Arc::new(AccessPolicy(self.0.access_policy()?)))
    }

    /// A change of the roster as it is now, without a signature.
    ///
    /// # Errors
    /// As `members`; and an id or a role's name is none.
    pub fn propose(&self, change: MemberChange) -> Result<Arc<Proposal>, SaferoomError> {
        Ok(Arc::new(Proposal(self.0.propose(change.try_into()?)?)))
    }

    /// How many custodians have to sign a proposal.
    ///
    /// # Errors
    /// As `members`.
    pub fn signatures_needed(&self, proposal: &Proposal) -> Result<u64, SaferoomError> {
        Ok(self.0.custodians_needed(&proposal.0.change()?)? as u64)
    }

    /// Puts a proposal in force. Circles that lose a holder by it move on in the same act, signed by `signers`.
    ///
    /// # Errors
    /// Signatures are missing (code 616), it is outdated (617), or the change is not possible; logged as denied.
    pub fn enact(
        &self,
        proposal: &Proposal,
        signers: Vec<Arc<Identity>>,
        access: AccessInput,
    ) -> Result<Enacted, SaferoomError> {
        Ok(self.0.enact(&proposal.0, &borrowed(&Identity::keys_of(&signers)?), &access.into())?.into())
    }

    /// Proposes a change, lets all of `signers` sign it, and enacts it.
    ///
    /// # Errors
    /// As `propose` and `enact`.
    pub fn change_members(
        &self,
        change: MemberChange,
        signers: Vec<Arc<Identity>>,
        access: AccessInput,
    ) -> Result<Enacted, SaferoomError> {
        Ok(self.0.change_roster(change.try_into()?, &borrowed(&Identity::keys_of(&signers)?), &access.into())?.into())
    }

    /// Adds another unit to the vault, with circles of its own, and answers its record. Who adds it cannot read its records.
    ///
    /// # Errors
    /// As `enact`; and the record breaks a rule.
    pub fn add_unit(
        &self,
        fields: HashMap<String, FieldValue>,
        signers: Vec<Arc<Identity>>,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let mut encoded = FieldBuffer::new();
        record_of(saferoom::model::catalogue(), Unit::spec().name(), fields)?.encode(&mut encoded)?;
        let unit = Unit::decode(&encoded)?;
        Ok(self.0.add_unit(&unit, &borrowed(&Identity::keys_of(&signers)?), &access.into())?.to_string())
    }
}

impl Member {
    pub(crate) fn of(member: &access::Member) -> Self {
        let now = member.now();
        let devices = member.identities().iter().map(|listed| MemberDevice {
            key: key_text(&listed.identity.verifying_key),
            fingerprint: listed.identity.fingerprint(),
            revoked: listed.revoked_at.is_some(),
        });
        Self {
            id: member.id().to_string(),
            role: now.role.to_string(),
            unit: now.unit.record().to_string(),
            standing: now.standing.into(),
            custodian: member.is_custodian(),
            devices: devices.collect(),
        }
    }
}

impl From<access::Standing> for Standing {
    fn from(standing: access::Standing) -> Self {
        match standing {
            access::Standing::Active => Self::Active,
            access::Standing::Suspended => Self::Suspended,
            access::Standing::Retired => Self::Retired,
        }
    }
}

impl From<vault::Enacted> for Enacted {
    fn from(enacted: vault::Enacted) -> Self {
        Self { circles_renewed: enacted.circles_renewed as u64, wraps: enacted.wraps as u64 }
    }
}

impl TryFrom<MemberChange> for RosterChange {
    type Error = SaferoomError;

    fn try_from(change: MemberChange) -> Result<Self, SaferoomError> {
        Ok(match change {
            MemberChange::Enrol { identity, role, unit } => {
                let unit = unit.parse::<RecordId>()?.scope();
                Self::Enrol { identity: identity.0.clone(), role: role_of(&role)?, unit }
            }
            MemberChange::Role { member, role, unit } => {
                let unit = unit.parse::<RecordId>()?.scope();
                Self::Role { member: member.parse()?, role: role_of(&role)?, unit }
            }
            MemberChange::Suspend { member } => Self::Suspend { member: member.parse()? },
            MemberChange::Resume { member } => Self::Resume { member: member.parse()? },
            MemberChange::Retire { member } => Self::Retire { member: member.parse()? },
            MemberChange::AddDevice { identity } => Self::AddIdentity { identity: identity.0.clone() },
            MemberChange::RevokeDevice { member, key } => {
                Self::RevokeIdentity { member: member.parse::<MemberId>()?, key: key_of(&key)? }
            }
            MemberChange::Policy { policy } => Self::Policy(Box::new(policy.0.clone())),
            MemberChange::SecondSecret { member, secret } => {
                Self::Emergency { member: member.parse()?, second: Some(secret.secret()?.public()) }
            }
            MemberChange::NoSecondSecret { member } => Self::Emergency { member: member.parse()?, second: None },
            MemberChange::ReleasePolicy { policy } => releases::policy(&policy)?,
            MemberChange::ReleaseSeries { name, audience, budget, lasting_pseudonyms } => {
                desk::series(name, &audience, budget.as_deref(), lasting_pseudonyms)?
            }
            MemberChange::ReleaseException { series, release } => desk::exception(series, &release)?,
            MemberChange::ReleaseWithdrawal { release } => Self::ReleaseWithdrawal(release.parse()?),
        })
    }
}

impl ProposedChange {
    fn of(change: &RosterChange) -> Self {
        let kind = change.name().to_owned();
        let empty = Self {
            kind,
            member: None,
            role: None,
            unit: None,
            fingerprint: None,
            key: None,
            policy_version: None,
            release: None,
        };
        let keys = |identity: &keys::PublicIdentity| (Some(identity.member.to_string()), Some(identity.fingerprint()));
        match change {
            RosterChange::Enrol { identity, role, unit } => {
                let (member, fingerprint) = keys(identity);
                let unit = Some(unit.record().to_string());
                Self { member, fingerprint, unit, role: Some(role.to_string()), ..empty }
            }
            RosterChange::Role { member, role, unit } => Self {
                member: Some(member.to_string()),
                role: Some(role.to_string()),
                unit: Some(unit.record().to_string()),
                ..empty
            },
            RosterChange::Suspend { member }
            | RosterChange::Resume { member }
            | RosterChange::Retire { member }
            | RosterChange::Emergency { member, .. } => Self { member: Some(member.to_string()), ..empty },
            RosterChange::AddIdentity { identity } => {
                let (member, fingerprint) = keys(identity);
                Self { member, fingerprint, ..empty }
            }
            RosterChange::RevokeIdentity { member, key } => {
                Self { member: Some(member.to_string()), key: Some(key_text(key)), ..empty }
            }
            RosterChange::Policy(policy) => Self { policy_version: Some(policy.version()), ..empty },
            RosterChange::ReleasePolicy(policy) => {
                Self { policy_version: Some(policy.version), release: Some(policy.to_toml()), ..empty }
            }
            RosterChange::ReleaseSeries(_) | RosterChange::ReleaseException(_) | RosterChange::ReleaseWithdrawal(_) => {
                Self { release: Some(releases::in_words(change)), ..empty }
            }
            RosterChange::Unit { unit } => Self { unit: Some(unit.record().to_string()), ..empty },
            _ => empty,
        }
    }
}

fn role_of(name: &str) -> Result<RoleName, SaferoomError> {
    RoleName::parse(name).map_err(|error| SaferoomError::of(&error))
}

fn key_text(key: &VerifyingKey) -> String {
    key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key of a device; whatever is no key is no device's.
pub(crate) fn key_of(text: &str) -> Result<VerifyingKey, SaferoomError> {
    let key = parse_hexadecimal(text).map(VerifyingKey::from_bytes);
    Ok(key.ok_or(access::AccessError::NotActive)?)
}
