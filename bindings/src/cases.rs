//! Who works on a case, with whom what of it is shared, and how closely it is held.

use saferoom::access::policy;
use saferoom::access::{CaseGrant, Compartments};
use saferoom::model;

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// How closely a case is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Sensitivity {
    /// As the roles say.
    Standard,
    /// For fewer, as the access policy says.
    Restricted,
    /// For those only who are assigned, or with whom it is shared.
    Sealed,
}

/// A key domain: who may read one need not read another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Compartment {
    /// Who the child is.
    Identity,
    /// Quasi-identifiers.
    Profile,
    /// What is alleged to have happened, in codes.
    Offence,
    /// What the child said.
    Narrative,
    /// How the child is.
    Wellbeing,
    /// Exhibits and custody.
    Evidence,
    /// Services.
    Referral,
    /// How the case and the interview went.
    Operations,
    /// Keys of the search index.
    Search,
    /// Generalised values for extracts.
    Statistics,
    /// Rooms, visits, training.
    Rooms,
    /// The access log.
    Oversight,
}

/// What one member may open of a case beyond what their role gives in the unit.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CaseMember {
    /// Who.
    pub member: String,
    /// In which compartments.
    pub compartments: Vec<Compartment>,
    /// Whether it was shared; otherwise the case is assigned.
    pub shared: bool,
    /// Whether it counts: a share beyond the role of its recipient waits for a second person.
    pub approved: bool,
    /// Number of the entry that gave it: names the share that is agreed to.
    pub entry: u64,
    /// Who gave it.
    pub by: String,
    /// When it ends by itself: milliseconds since 1970, UTC.
    pub until: Option<u64>,
}

#[uniffi::export]
impl Session {
    /// Assigns a case to a member, in the compartments that their role reaches in assigned cases.
    ///
    /// # Errors
    /// The role does not allow it (code 623), no such member or case; logged as denied.
    pub fn assign(&self, case: String, member: String, access: AccessInput) -> Result<(), SaferoomError> {
        Ok(self.0.assign(case.parse()?, member.parse()?, &access.into())?)
    }

    /// Takes a case from a member: what is written from now on is not for them.
    ///
    /// # Errors
    /// As `assign`.
    pub fn unassign(&self, case: String, member: String, access: AccessInput) -> Result<(), SaferoomError> {
        Ok(self.0.unassign(case.parse()?, member.parse()?, &access.into())?)
    }

    /// Shares compartments of a case with a member, until a moment (milliseconds since 1970, UTC) or for good.
    ///
    /// # Errors
    /// As `assign`; and who shares has to reach them.
    pub fn share(
        &self,
        case: String,
        member: String,
        compartments: Vec<Compartment>,
        until: Option<u64>,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        let compartments = Compartments::of(compartments.into_iter().map(model::Compartment::from));
        Ok(self.0.share(case.parse()?, member.parse()?, compartments, until, &access.into())?)
    }

    /// Agrees to a share of somebody else that goes beyond the role of its recipient; `entry` is that of `case_members`.
    ///
    /// # Errors
    /// As `assign`; and this is not the second person that the access policy asks for.
    pub fn approve_share(&self, case: String, entry: u64, access: AccessInput) -> Result<(), SaferoomError> {
        Ok(self.0.approve_share(case.parse()?, entry, &access.into())?)
    }

    /// Says how closely a case is held, from its next write on.
    ///
    /// # Errors
    /// As `assign`.
    pub fn set_sensitivity(
        &self,
        case: String,
        sensitivity: Sensitivity,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        Ok(self.0.set_sensitivity(case.parse()?, sensitivity.into(), &access.into())?)
    }

    /// Who works on a case, and with whom what of it is shared. Logged as a query.
    ///
    /// # Errors
    /// No such record, the purpose is refused, or the file was changed from outside.
    pub fn case_members(&self, case: String, access: AccessInput) -> Result<Vec<CaseMember>, SaferoomError> {
        Ok(self.0.case_members(case.parse()?, &access.into())?.iter().map(CaseMember::of).collect())
    }
}

impl CaseMember {
    pub(crate) fn of(grant: &CaseGrant) -> Self {
        Self {
            member: grant.member.to_string(),
            compartments: grant.compartments.iter().filter_map(Compartment::of).collect(),
            shared: grant.shared,
            approved: grant.approved,
            entry: grant.entry,
            by: grant.by.to_string(),
            until: grant.until,
        }
    }
}

impl From<Sensitivity> for policy::Sensitivity {
    fn from(sensitivity: Sensitivity) -> Self {
        match sensitivity {
            Sensitivity::Standard => Self::Standard,
            Sensitivity::Restricted => Self::Restricted,
            Sensitivity::Sealed => Self::Sealed,
        }
    }
}

/// Both ways, case by case: the roster's own circle does not cross.
macro_rules! compartments {
    ($($case:ident)*) => {
        impl From<Compartment> for model::Compartment {
            fn from(compartment: Compartment) -> Self {
                match compartment { $(Compartment::$case => Self::$case,)* }
            }
        }

        impl Compartment {
            pub(crate) fn of(compartment: model::Compartment) -> Option<Self> {
                match compartment {
                    $(model::Compartment::$case => Some(Self::$case),)*
                    model::Compartment::Roster => None,
                }
            }
        }
    };
}

compartments! {
    Identity Profile Offence Narrative Wellbeing Evidence Referral Operations Search Statistics Rooms Oversight
}
