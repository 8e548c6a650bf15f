//! What an entry of the roster says: one change, with its encoding.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::codec::{Output, Written, expect_array, fixed, get_circles, get_identity, put_circles, put_identity};
use crate::access::device::DeviceChange;
use crate::access::erasure::ErasureDocument;
use crate::access::policy::{AccessPolicy, RoleName};
use crate::access::releases::{ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::id::{DeviceId, MemberId, RecordId, ScopeId};
use crate::keys::{CircleName, Commitment, PublicIdentity, RecoverySet, SlotKey, VerifyingKey};
use crate::model::FormDocument;
use crate::seal::HybridPublicKey;

/// A circle generation, as the roster lists it. Who holds it follows from roles and the access-policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleListing {
    /// Which circle.
    pub name: CircleName,
    /// Fixes its secret.
    pub commitment: Commitment,
    /// Seals into it.
    pub public_key: HybridPublicKey,
    /// Names what is wrapped for it.
    pub slot_key: SlotKey,
}

/// What the first entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The device that founded the vault.
    pub device: DeviceId,
    /// When, by that device's clock: milliseconds since 1970, UTC.
    pub founded_at: u64,
    /// Origin of the device's log, such as `police.example.org/audit/0f3a`.
    pub origin: String,
    /// Verifies the log's checkpoints.
    pub log_key: VerifyingKey,
    /// The founding unit.
    pub unit: ScopeId,
    /// The founder: first member and custodian.
    pub founder: PublicIdentity,
    /// The access-policy that is in force from the beginning.
    pub policy: AccessPolicy,
    /// The circles of the vault and of the founding unit.
    pub circles: Vec<CircleListing>,
}

/// One change of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RosterChange {
    /// The vault is founded.
    Found(Box<Founding>),
    /// Another device keeps the vault, and a new log.
    Device(DeviceChange),
    /// The kinds of the vault have the fields of a form.
    Form(FormDocument),
    /// Somebody becomes a member.
    Enrol {
        /// Who, with the keys of their first device.
        identity: PublicIdentity,
        /// In which role.
        role: RoleName,
        /// In which unit.
        unit: ScopeId,
    },
    /// A member has another role, or works in another unit.
    Role {
        /// Who.
        member: MemberId,
        /// The role from now on.
        role: RoleName,
        /// The unit from now on.
        unit: ScopeId,
    },
    /// A member may do nothing until they are resumed.
    Suspend {
        /// Who.
        member: MemberId,
    },
    /// A suspended member may work again.
    Resume {
        /// Who.
        member: MemberId,
    },
    /// A member has left for good.
    Retire {
        /// Who.
        member: MemberId,
    },
    /// A member has another device, with keys of its own.
    AddIdentity {
        /// The keys of that device.
        identity: PublicIdentity,
    },
    /// A device of a member is lost or given up.
    RevokeIdentity {
        /// Whose.
        member: MemberId,
        /// The key with which that device signs.
        key: VerifyingKey,
    },
    /// Circles, each in a new generation.
    Circles(Vec<CircleListing>),
    /// Another access-policy is in force.
    Policy(Box<AccessPolicy>),
    /// Another unit works in this vault.
    Unit {
        /// Which.
        unit: ScopeId,
    },
    /// A recovery key for a unit or for oversight, which replaces the one before.
    Recovery(Box<RecoverySet>),
    /// A member has a second secret for emergencies, another one, or none any more.
    Emergency {
        /// Who.
        member: MemberId,
        /// Its public half.
        second: Option<HybridPublicKey>,
    },
    /// Another release-policy is in force.
    ReleasePolicy(ReleasePolicy),
    /// A series of releases, or the same series with another budget.
    ReleaseSeries(ReleaseSeries),
    /// A release may leave although the guard of its series refused it.
    ReleaseException(ReleaseException),
    /// A release that was recorded never left, as custodians found: nothing is compared with it, and it is not finished any more.
    ReleaseWithdrawal(RecordId),
    /// Cases were erased (docs/formats.md, "Erasure").
    Erasure(Vec<u8>),
}

/// Numbers of the kinds of changes, for ever.
const FOUND: u64 = 1;
const DEVICE: u64 = 2;
const FORM: u64 = 3;
const ENROL: u64 = 4;
const ROLE: u64 = 5;
const SUSPEND: u64 = 6;
const RESUME: u64 = 7;
const RETIRE: u64 = 8;
const ADD_IDENTITY: u64 = 9;
const REVOKE_IDENTITY: u64 = 10;
const CIRCLES: u64 = 11;
const POLICY: u64 = 12;
const UNIT: u64 = 13;
const RECOVERY: u64 = 14;
const ERASURE: u64 = 15;
const EMERGENCY: u64 = 16;
const RELEASE_POLICY: u64 = 17;
const RELEASE_SERIES: u64 = 18;
const RELEASE_EXCEPTION: u64 = 19;
const RELEASE_WITHDRAWAL: u64 = 20;

/// Longest document within an entry: 1 MiB.
const MAX_DOCUMENT: usize = 1 << 20;

impl RosterChange {
    /// The number of its kind.
    #[must_use]
    pub fn kind(&self) -> u64 {
        match self {
            Self::Found(_) => FOUND,
            Self::Device(_) => DEVICE,
            Self::Form(_) => FORM,
            Self::Enrol { .. } => ENROL,
            Self::Role { .. } => ROLE,
            Self::Suspend { .. } => SUSPEND,
            Self::Resume { .. } => RESUME,
            Self::Retire { .. } => RETIRE,
            Self::AddIdentity { .. } => ADD_IDENTITY,
            Self::RevokeIdentity { .. } => REVOKE_IDENTITY,
            Self::Circles(_) => CIRCLES,
            Self::Policy(_) => POLICY,
            Self::Unit { .. } => UNIT,
            Self::Recovery(_) => RECOVERY,
            Self::Erasure(_) => ERASURE,
            Self::Emergency { .. } => EMERGENCY,
            Self::ReleasePolicy(_) => RELEASE_POLICY,
            Self::ReleaseSeries(_) => RELEASE_SERIES,
            Self::ReleaseException(_) => RELEASE_EXCEPTION,
            Self::ReleaseWithdrawal(_) => RELEASE_WITHDRAWAL,
        }
    }

    /// The name of its kind, for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::Device(_) => "device",
            Self::Form(_) => "form",
            Self::Enrol { .. } => "enrol",
            Self::Role { .. } => "role",
            Self::Suspend { .. } => "suspend",
            Self::Resume { .. } => "resume",
            Self::Retire { .. } => "retire",
            Self::AddIdentity { .. } => "add-identity",
            Self::RevokeIdentity { .. } => "revoke-identity",
            Self::Circles(_) => "circles",
            Self::Policy(_) => "access-policy",
            Self::Unit { .. } => "unit",
            Self::Recovery(_) => "recovery",
            Self::Erasure(_) => "erasure",
            Self::Emergency { .. } => "emergency",
            Self::ReleasePolicy(_) => "release-policy",
            Self::ReleaseSeries(_) => "release-series",
            Self::ReleaseException(_) => "release-exception",
            Self::ReleaseWithdrawal(_) => "release-withdrawal",
        }
    }

    pub(super) fn write(&self, out: &mut Output) -> Written {
        match self {
            Self::Found(founding) => founding.write(out)?,
            Self::Device(device) => device.write(out)?,
            Self::Form(form) => drop(out.bytes(&form.encode())?),
            Self::Enrol { identity, role, unit } => {
                out.array(3)?;
                put_identity(out, identity)?;
                out.str(role.as_str())?.bytes(unit.as_bytes())?;
            }
            Self::Role { member, role, unit } => {
                out.array(3)?.bytes(member.as_bytes())?.str(role.as_str())?.bytes(unit.as_bytes())?;
            }
            Self::Suspend { member } | Self::Resume { member } | Self::Retire { member } => {
                out.bytes(member.as_bytes())?;
            }
            Self::AddIdentity { identity } => put_identity(out, identity)?,
            Self::RevokeIdentity { member, key } => {
                out.array(2)?.bytes(member.as_bytes())?.bytes(key.as_bytes())?;
            }
            Self::Circles(circles) => put_circles(out, circles)?,
            Self::Policy(policy) => drop(out.bytes(&policy.encode())?),
            Self::Unit { unit } => drop(out.bytes(unit.as_bytes())?),
            Self::Recovery(set) => drop(out.bytes(&set.encode())?),
            Self::Erasure(document) => drop(out.bytes(document)?),
            Self::ReleasePolicy(policy) => drop(out.bytes(&policy.encode())?),
            Self::ReleaseSeries(series) => drop(out.bytes(&series.encode())?),
            Self::ReleaseException(exception) => exception.write(out)?,
            Self::ReleaseWithdrawal(release) => drop(out.bytes(release.as_bytes())?),
            Self::Emergency { member, second } => {
                out.array(2)?.bytes(member.as_bytes())?;
                out.bytes(&second.as_ref().map(HybridPublicKey::to_bytes).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    pub(super) fn read(kind: u64, input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(match kind {
            FOUND => Self::Found(Box::new(Founding::read(input)?)),
            DEVICE => Self::Device(DeviceChange::read(input)?),
            FORM => Self::Form(FormDocument::decode(input.bytes()?).map_err(|_| DecodeError::message("no form"))?),
            ENROL => {
                expect_array(input, 3)?;
                Self::Enrol { identity: get_identity(input)?, role: role(input)?, unit: unit(input)? }
            }
            ROLE => {
                expect_array(input, 3)?;
                Self::Role { member: member(input)?, role: role(input)?, unit: unit(input)? }
            }
            SUSPEND => Self::Suspend { member: member(input)? },
            RESUME => Self::Resume { member: member(input)? },
            RETIRE => Self::Retire { member: member(input)? },
            ADD_IDENTITY => Self::AddIdentity { identity: get_identity(input)? },
            REVOKE_IDENTITY => {
                expect_array(input, 2)?;
                Self::RevokeIdentity { member: member(input)?, key: VerifyingKey::from_bytes(fixed(input)?) }
            }
            CIRCLES => Self::Circles(get_circles(input)?),
            POLICY => Self::Policy(Box::new(policy(input)?)),
            UNIT => Self::Unit { unit: unit(input)? },
            RECOVERY => Self::Recovery(Box::new(recovery_set(input)?)),
            EMERGENCY => {
                expect_array(input, 2)?;
                let member = member(input)?;
                let second = match input.bytes()? {
                    [] => None,
                    key => Some(HybridPublicKey::from_bytes(key).map_err(|_| DecodeError::message("no public key"))?),
                };
                Self::Emergency { member, second }
            }
            RELEASE_POLICY => Self::ReleasePolicy(
                ReleasePolicy::decode(input.bytes()?).map_err(|_| DecodeError::message("no release-policy"))?,
            ),
            RELEASE_SERIES => Self::ReleaseSeries(
                ReleaseSeries::decode(input.bytes()?).map_err(|_| DecodeError::message("no series"))?,
            ),
            RELEASE_EXCEPTION => Self::ReleaseException(ReleaseException::read(input)?),
            RELEASE_WITHDRAWAL => Self::ReleaseWithdrawal(RecordId::from_bytes(fixed(input)?)),
            ERASURE => {
                let document = document(input)?;
                ErasureDocument::decode(&document).map_err(|_| DecodeError::message("no erasure"))?;
                Self::Erasure(document)
            }
            _ => return Err(DecodeError::message("unknown kind of change")),
        })
    }
}

impl Founding {
    fn write(&self, out: &mut Output) -> Written {
        out.array(8)?.bytes(self.device.as_bytes())?.u64(self.founded_at)?.str(&self.origin)?;
        out.bytes(self.log_key.as_bytes())?.bytes(self.unit.as_bytes())?;
        put_identity(out, &self.founder)?;
        out.bytes(&self.policy.encode())?;
        put_circles(out, &self.circles)
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 8)?;
        Ok(Self {
            device: DeviceId::from_bytes(fixed(input)?),
            founded_at: input.u64()?,
            origin: input.str()?.to_owned(),
            log_key: VerifyingKey::from_bytes(fixed(input)?),
            unit: unit(input)?,
            founder: get_identity(input)?,
            policy: policy(input)?,
            circles: get_circles(input)?,
        })
    }
}

fn member(input: &mut Decoder<'_>) -> Result<MemberId, DecodeError> {
    Ok(MemberId::from_bytes(fixed(input)?))
}

fn unit(input: &mut Decoder<'_>) -> Result<ScopeId, DecodeError> {
    Ok(ScopeId::from_bytes(fixed(input)?))
}

fn role(input: &mut Decoder<'_>) -> Result<RoleName, DecodeError> {
    RoleName::parse(input.str()?).map_err(|_| DecodeError::message("no role"))
}

fn policy(input: &mut Decoder<'_>) -> Result<AccessPolicy, DecodeError> {
    AccessPolicy::decode(input.bytes()?).map_err(|_| DecodeError::message("no access-policy"))
}

fn recovery_set(input: &mut Decoder<'_>) -> Result<RecoverySet, DecodeError> {
    RecoverySet::decode(input.bytes()?).map_err(|_| DecodeError::message("no recovery set"))
}

fn document(input: &mut Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
    let bytes = input.bytes()?;
    if bytes.len() <= MAX_DOCUMENT { Ok(bytes.to_vec()) } else { Err(DecodeError::message("too long")) }
}
