//! Breaking the glass: second secrets, one case opened in an emergency, the findings that it leaves.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use saferoom::access::{self, AccessError, FindingKind};
use saferoom::id::VaultId;
use saferoom::keys::{self, KeyError};
use saferoom::vault::{self, EmergencyAccess};

use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::key_store::{Hosted, KeyStore};
use crate::session::{OpenedRecord, Session};
use crate::types::{AccessInput, RecordInfo};

/// The second secret that opens a case in an emergency, together with an identity. Wiped by `shutdown`, and when
/// the last reference goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct EmergencySecret(Held<keys::EmergencySecret>);

#[uniffi::export]
impl EmergencySecret {
    /// A fresh one. It counts once custodians have listed it (`MemberChange.SecondSecret`).
    #[uniffi::constructor]
    #[must_use]
    pub fn generate() -> Arc<Self> {
        Arc::new(Self(Held::fresh(keys::EmergencySecret::generate())))
    }

    /// Reads what somebody typed from the duty officer's envelope, as UTF-8.
    ///
    /// # Errors
    /// It is none, or has a slip (code 233).
    #[uniffi::constructor]
    pub fn from_text(text: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let text = std::str::from_utf8(text).map_err(|_| KeyError::EmergencySecret)?;
        Ok(Arc::new(Self(Held::new(keys::EmergencySecret::parse(text)?, begun)?)))
    }

    /// The one that this device keeps for a member of a vault, if it does.
    ///
    /// # Errors
    /// What the key store says.
    #[uniffi::constructor]
    pub fn kept(key_store: Arc<dyn KeyStore>, vault: String, member: String) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let kept = keys::EmergencySecret::kept(&Hosted(key_store), vault.parse::<VaultId>()?, member.parse()?)?;
        Ok(Arc::new(Self(Held::new(kept.ok_or(AccessError::SecondSecret)?, begun)?)))
    }

    /// Keeps it in this device's key store, for one member of a vault.
    ///
    /// # Errors
    /// What the key store says.
    pub fn keep(&self, key_store: Arc<dyn KeyStore>, vault: String, member: String) -> Result<(), SaferoomError> {
        Ok(self.secret()?.keep(&Hosted(key_store), vault.parse::<VaultId>()?, member.parse()?)?)
    }

    /// Writes it as text to a new file that only its owner may read: to print it, and then to delete the file.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create_text_file(&self, path: String) -> Result<(), SaferoomError> {
        Ok(self.secret()?.create_text_file(Path::new(&path))?)
    }
}

impl EmergencySecret {
    /// The secret, for one call.
    pub(crate) fn secret(&self) -> Result<Arc<keys::EmergencySecret>, SaferoomError> {
        self.0.get()
    }
}

impl std::fmt::Display for EmergencySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmergencySecret(redacted)")
    }
}

/// Holds on to the session of the host.
struct Shared(Arc<Session>);

impl Deref for Shared {
    type Target = vault::Session;

    fn deref(&self) -> &vault::Session {
        &self.0.0
    }
}

/// A case that is open in an emergency. Ends with `end`, when its time is over, or when the last reference goes.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct Emergency {
    case: String,
    finding: String,
    open: EmergencyAccess<Shared>,
}

#[uniffi::export]
impl Emergency {
    /// The case.
    #[must_use]
    pub fn case(&self) -> String {
        self.case.clone()
    }

    /// The finding that a second person has to review.
    #[must_use]
    pub fn finding(&self) -> String {
        self.finding.clone()
    }

    /// The records of the case. Logged as a query.
    ///
    /// # Errors
    /// It is over (code 673), or the file was changed from outside.
    pub fn records(&self) -> Result<Vec<RecordInfo>, SaferoomError> {
        Ok(self.open.records()?.into_iter().map(RecordInfo::from).collect())
    }

    /// Reads records of the case, each with its own entry in the log, as far as the emergency reaches.
    ///
    /// # Errors
    /// As `records`; a record of another case, or one of which nothing opens. Those before it are in the log as read.
    pub fn read_many(&self, ids: Vec<String>) -> Result<Vec<Arc<OpenedRecord>>, SaferoomError> {
        let begun = Begun::now();
        let read = |id: &String| OpenedRecord::of(self.open.read_fields(id.parse()?)?, begun);
        ids.iter().map(read).collect()
    }

    /// Ends it, with an entry. Ending again does nothing. One that is open when its session is locked ends with it.
    ///
    /// # Errors
    /// The session is locked, which has logged its end unless it was wiped; what the disk says. The keys are gone all the same.
    pub fn end(&self) -> Result<(), SaferoomError> {
        Ok(self.open.end()?)
    }
}

impl std::fmt::Display for Emergency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Emergency({}, redacted)", self.case)
    }
}

/// What a reviewer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ReviewOutcome {
    /// It was right.
    Justified,
    /// It was not right.
    Unjustified,
    /// It goes on to somebody else.
    Referred,
}

/// What a second person said about a finding. Prints nothing of it: their words may name a child.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct Review {
    /// Who.
    pub member: String,
    /// When: milliseconds since 1970, UTC.
    pub at: u64,
    /// What they found.
    pub outcome: ReviewOutcome,
    /// Their words.
    pub note: String,
}

redacted! { Review }

/// What is to be looked at by a second person: an emergency, use that is unusual, or a referral that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Finding {
    /// Its id.
    pub id: String,
    /// Whom it is about.
    pub member: String,
    /// The record of the unit for which they acted.
    pub unit: String,
    /// When: milliseconds since 1970, UTC.
    pub at: u64,
    /// Until when it is to be reviewed.
    pub due: u64,
    /// Of an emergency: the case.
    pub case: Option<String>,
    /// Of unusual use: the name of what was measured.
    pub measure: Option<String>,
    /// Of unusual use: how much of it.
    pub count: Option<u64>,
    /// Of an overdue referral: the referral.
    pub referral: Option<String>,
    /// Of an overdue referral: why, such as `not-begun`.
    pub overdue: Option<String>,
    /// Of a child who was interviewed again before a second person had signed: the interview.
    pub interview: Option<String>,
    /// Whether it has settled itself: the referral has moved.
    pub settled: bool,
    /// What a second person said; none while it is open.
    pub review: Option<Review>,
}

#[uniffi::export]
impl Session {
    /// Opens one case in an emergency. `access` states the purpose `BTG`, with the reason in words. The entry and an open
    /// finding are durable before anything opens.
    ///
    /// # Errors
    /// It is no emergency, the second secret is not the one that is listed, the case cannot be opened so; logged as denied.
    pub fn break_glass(
        self: Arc<Self>,
        case: String,
        second: &EmergencySecret,
        access: AccessInput,
    ) -> Result<Arc<Emergency>, SaferoomError> {
        let open = EmergencyAccess::begin(Shared(self), case.parse()?, &*second.secret()?, &access.into())?;
        let finding = open.finding().to_string();
        Ok(Arc::new(Emergency { case, finding, open }))
    }

    /// Pseudonyms of the members who have a second secret for emergencies.
    ///
    /// # Errors
    /// As `members`.
    pub fn second_secrets(&self) -> Result<Vec<String>, SaferoomError> {
        Ok(self.0.second_secrets()?.iter().map(ToString::to_string).collect())
    }

    /// The findings that this member may review, oldest first; only the open ones, or all. Logged as a query.
    ///
    /// # Errors
    /// The role does not allow it (logged as denied), or the file was changed from outside.
    pub fn findings(&self, open_only: bool, access: AccessInput) -> Result<Vec<Finding>, SaferoomError> {
        Ok(self.0.findings(open_only, &access.into())?.into_iter().map(Finding::from).collect())
    }

    /// Closes a finding. Never by the person whom it is about.
    ///
    /// # Errors
    /// As `findings`; no such finding, it was reviewed before, the note has more than 1000 bytes; logged as denied.
    pub fn review_finding(
        &self,
        finding: String,
        outcome: ReviewOutcome,
        note: String,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        Ok(self.0.review_finding(finding.parse()?, outcome.into(), &note, &access.into())?)
    }
}

impl From<vault::Finding> for Finding {
    fn from(finding: vault::Finding) -> Self {
        let opened = finding.opened;
        let (mut case, mut measure, mut count, mut referral, mut overdue) = (None, None, None, None, None);
        let mut interview = None;
        match opened.kind {
            FindingKind::Emergency { case: of } | FindingKind::Reversal { case: of } => case = Some(of.to_string()),
            FindingKind::Unusual { measure: of, count: seen } => {
                (measure, count) = (Some(of.name().to_owned()), Some(seen));
            }
            FindingKind::UnsignedRepeat { interview: of } => interview = Some(of.to_string()),
            FindingKind::OverdueReferral { referral: of, why } => {
                (referral, overdue) = (Some(of.to_string()), Some(why.name().to_owned()));
            }
        }
        let review = finding.review.map(|review| Review {
            member: review.member.to_string(),
            at: review.at,
            outcome: review.outcome.into(),
            note: review.note,
        });
        Self {
            id: finding.id.to_string(),
            member: opened.member.to_string(),
            unit: opened.unit.record().to_string(),
            at: opened.at,
            due: opened.due,
            case,
            measure,
            count,
            referral,
            overdue,
            interview,
            settled: finding.settled.is_some(),
            review,
        }
    }
}

impl From<ReviewOutcome> for access::ReviewOutcome {
    fn from(outcome: ReviewOutcome) -> Self {
        match outcome {
            ReviewOutcome::Justified => Self::Justified,
            ReviewOutcome::Unjustified => Self::Unjustified,
            ReviewOutcome::Referred => Self::Referred,
        }
    }
}

impl From<access::ReviewOutcome> for ReviewOutcome {
    fn from(outcome: access::ReviewOutcome) -> Self {
        match outcome {
            access::ReviewOutcome::Justified => Self::Justified,
            access::ReviewOutcome::Unjustified => Self::Unjustified,
            access::ReviewOutcome::Referred => Self::Referred,
        }
    }
}
