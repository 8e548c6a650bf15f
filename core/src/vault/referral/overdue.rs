//! Overdue referrals are findings: opened once for each reason and due time, settled when the referral moves.
//!
//! The id of such a finding is derived from what it is about, so that whoever looks next finds it, and opens no second one,
//! without being able to read findings. One that has settled itself does not stand for the next: how often that happened
//! is part of what the id is derived from. What a person has closed stays closed for that reason and that time.

use crate::access::{Access, AccessError, FindingKind, OverdueWhy};
use crate::id::{FindingId, RecordId};
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::Referral;
use crate::model::{RecordKind, Timestamp};
use crate::practice::referrals::{Overdue, ReferralGlance, due_of, glance};
use crate::seal::{LabelledInput, derive_secret, hmac_key};
use crate::vault::act::Act;
use crate::vault::{Error, IntegrityError, Opened, Session};

/// What looking for overdue referrals found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverdueReferrals {
    /// How many referrals were looked at.
    pub looked_at: usize,
    /// How many cases this member cannot look into.
    pub closed_cases: usize,
    /// What is overdue.
    pub overdue: Vec<OverdueReferral>,
    /// How many findings have settled themselves.
    pub settled: usize,
}

/// A referral that is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueReferral {
    /// The referral.
    pub referral: RecordId,
    /// The service, of the list `service_type`.
    pub service: String,
    /// Why.
    pub why: Overdue,
    /// The finding about it.
    pub finding: FindingId,
    /// Whether it was opened now.
    pub new: bool,
}

/// The referrals of one child, or of a case without a child.
type Siblings = Vec<(RecordId, Referral)>;

impl Session {
    /// Looks at all referrals that this member can read, each logged as read, and opens a finding for each that is
    /// overdue and has none. Findings about referrals that are not overdue any more are settled.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied); as [`read`](Self::read).
    pub fn overdue_referrals(&self, access: &Access) -> Result<OverdueReferrals, Error> {
        self.act(access, Event::Query, &[], |act| Ok(act.demand(crate::access::policy::Action::Refer)?))?;
        let mut report = OverdueReferrals::default();
        let mut all = Vec::new();
        for case in self.cases(access)? {
            match self.referrals_in(case, access) {
                Ok(found) => all.extend(found),
                Err(Error::Access(AccessError::NoKey { .. } | AccessError::NotAllowed) | Error::Erased { .. }) => {
                    report.closed_cases += 1;
                }
                Err(error) => return Err(error),
            }
        }
        report.looked_at = all.iter().map(Vec::len).sum();
        let now = self.now()?;
        self.act(access, Event::Query, &[], |act| {
            for siblings in &all {
                act.look_at(siblings, now, &mut report)?;
            }
            Ok(())
        })?;
        Ok(report)
    }

    fn referrals_in(&self, case: RecordId, access: &Access) -> Result<Vec<Siblings>, Error> {
        let records = self.records_of(case, access)?;
        let of_kind = records.iter().filter(|info| info.kind == Some(RecordKind::REFERRAL));
        let ids: Vec<_> = of_kind.map(|info| info.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut opened = self.read_many::<Referral>(&ids, access)?;
        if let Some(compartment) = opened.iter().find_map(|opened| opened.withheld.first()) {
            return Err(AccessError::NoKey { compartment: compartment.name() }.into());
        }
        opened.sort_by_key(|opened| opened.parent);
        let of_child = |of: &[Opened<Referral>]| of.iter().map(|one| (one.id, one.record.clone())).collect();
        Ok(opened.chunk_by(|one, next| one.parent == next.parent).map(of_child).collect())
    }
}

impl Act<'_> {
    fn look_at(&mut self, siblings: &Siblings, now: Timestamp, report: &mut OverdueReferrals) -> Result<(), Error> {
        for ReferralGlance { id, service, overdue, .. } in glance(siblings, now) {
            let Some((_, referral)) = siblings.iter().find(|(one, _)| *one == id) else { continue };
            report.settled += self.settle_referral(id, referral, overdue)?;
            let Some(why) = overdue else { continue };
            let finding = self.overdue_finding(id, referral, why)?;
            let new = self.finding_entries(finding)? == 0;
            if new {
                self.open_overdue(finding, id, why)?;
            }
            report.overdue.push(OverdueReferral { referral: id, service, why, finding, new });
        }
        Ok(())
    }

    fn open_overdue(&mut self, finding: FindingId, referral: RecordId, why: Overdue) -> Result<(), Error> {
        let why = why_of(why);
        self.open_finding_as(finding, FindingKind::OverdueReferral { referral, why })?;
        let head = self.head(referral)?;
        let detail =
            Detail::of(DetailKey::OVERDUE, u64::from(why.number())).with(DetailKey::FINDING, &finding.as_bytes()[..]);
        self.log_about(Event::Unusual, &head, detail)
    }

    /// Settles the open findings about a referral as it stands in `referral`, but for one that still holds.
    pub(super) fn settle_referral(
        &mut self,
        id: RecordId,
        referral: &Referral,
        still: Option<Overdue>,
    ) -> Result<usize, Error> {
        let mut settled = 0;
        for why in [Overdue::NotBegun, Overdue::Appointment, Overdue::NoShow, Overdue::NoService] {
            if still == Some(why) {
                continue;
            }
            let finding = self.overdue_finding(id, referral, why)?;
            if self.finding_entries(finding)? != 1 {
                continue;
            }
            self.settle_finding(finding)?;
            self.count_settled(id, referral, why)?;
            let head = self.head(id)?;
            self.log_about(Event::Review, &head, Detail::of(DetailKey::FINDING, &finding.as_bytes()[..]))?;
            settled += 1;
        }
        Ok(settled)
    }

    /// The finding about a referral, for a reason and a due time: random to whoever is no member.
    fn overdue_finding(&mut self, id: RecordId, referral: &Referral, why: Overdue) -> Result<FindingId, Error> {
        let settled = self.times_settled(id, referral, why)?;
        let input = LabelledInput::new("saferoom/finding/overdue").part(self.keys.file.vault.as_bytes());
        let key = hmac_key(&derive_secret(self.keys.circles.first_roster()?.value_key(), &input));
        let mut about = about(LabelledInput::new("saferoom/finding/overdue/id"), id, referral, why);
        if settled > 0 {
            about = about.number(settled);
        }
        let mac = ring::hmac::sign(&key, about.as_bytes());
        Ok(FindingId::from_bytes(std::array::from_fn(|index| mac.as_ref()[index])))
    }

    /// How often a finding for this reason and this time has settled itself.
    fn times_settled(&mut self, id: RecordId, referral: &Referral, why: Overdue) -> Result<u64, Error> {
        let name = self.name_of_settled(id, referral, why)?;
        let Some(plain) = self.remembered(&name)? else { return Ok(0) };
        Ok(u64::from_be_bytes(plain.try_into().map_err(|_| IntegrityError::Entry)?))
    }

    fn count_settled(&mut self, id: RecordId, referral: &Referral, why: Overdue) -> Result<(), Error> {
        let times = self.times_settled(id, referral, why)? + 1;
        let name = self.name_of_settled(id, referral, why)?;
        self.remember(name, &times.to_be_bytes())
    }

    fn name_of_settled(&self, id: RecordId, referral: &Referral, why: Overdue) -> Result<[u8; 16], AccessError> {
        let of = about(LabelledInput::new("saferoom/finding/overdue/settled"), id, referral, why);
        Ok(self.lasting_names("saferoom/finding/overdue/settled")?.of(of.as_bytes()))
    }
}

/// What a finding is about: the referral, the reason, and since when that holds.
fn about(input: LabelledInput, id: RecordId, referral: &Referral, why: Overdue) -> LabelledInput {
    let due = due_of(referral, why).map_or(0, |due| u64::try_from(due.milliseconds()).unwrap_or(0));
    input.part(id.as_bytes()).number(u64::from(why_of(why).number())).number(due)
}

const fn why_of(why: Overdue) -> OverdueWhy {
    match why {
        Overdue::NotBegun => OverdueWhy::NotBegun,
        Overdue::Appointment => OverdueWhy::Appointment,
        Overdue::NoShow => OverdueWhy::NoShow,
        Overdue::NoService => OverdueWhy::NoService,
    }
}
