//! What a bundle tells of how records were used, as data: counts by day, hour, member and purpose, findings, what stands out.

use std::sync::Arc;

use saferoom::log::{
    Activity, ActivityCounter, Counts, Entry, EpisodeKind, FindingCounts, FindingSubject, Measures, SeenFinding,
};
use serde_json::{Map, Value as Json, json};

use crate::bundle::{BundleProgress, VerifiedBundle, verified};
use crate::error::SaferoomError;

/// What a bundle tells of how records were used.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BundleActivity {
    /// The verification.
    pub verified: VerifiedBundle,
    /// For each log, earlier ones first, what it tells, as a JSON array. Empty unless the verification was accepted.
    pub logs_json: String,
}

/// Counts how records were used, in each log of a bundle, which is verified at the same time. `utc_offset_minutes` is by how
/// much the clocks of the place are ahead of UTC: days and nights are those of the place.
///
/// # Errors
/// The policy is malformed.
#[uniffi::export]
pub fn bundle_activity(
    folder: String,
    trust_policy: &[u8],
    kept: &[Vec<u8>],
    now: u64,
    utc_offset_minutes: i32,
    progress: Option<Arc<dyn BundleProgress>>,
) -> Result<BundleActivity, SaferoomError> {
    let measures = Measures { utc_offset_minutes: utc_offset_minutes.clamp(-1440, 1440), ..Measures::default() };
    let mut counters: Vec<ActivityCounter> = Vec::new();
    let mut next = 0;
    let (_, verified) = verified(&folder, trust_policy, kept, now, progress.as_ref(), |entry| {
        // Entries come log by log, each from its first one.
        if counters.is_empty() || entry.index < next {
            counters.push(ActivityCounter::new(measures));
        }
        next = entry.index + 1;
        if let (Some(counter), Ok(entry)) = (counters.last_mut(), Entry::decode(entry.bytes)) {
            counter.read(&entry);
        }
    })?;
    if !verified.accepted {
        counters.clear();
    }
    let logs: Vec<_> = counters.into_iter().map(|counter| told(&counter.finish())).collect();
    Ok(BundleActivity { verified, logs_json: json!(logs).to_string() })
}

fn told(activity: &Activity) -> Json {
    let object = |pairs: Vec<(String, Json)>| Json::Object(pairs.into_iter().collect::<Map<_, _>>());
    let days = activity.days.iter().map(|(day, counts)| (day.start_ms().to_string(), counts_of(counts)));
    let finding_days =
        activity.finding_days.iter().map(|(day, counts)| (day.start_ms().to_string(), finding_counts_of(counts)));
    let members = activity.members.iter().map(|(member, done)| {
        let told = json!({
            "role": done.role, "counts": counts_of(&done.counts), "searches": done.searches, "at_night": done.at_night,
            "in_emergency": done.in_emergency, "most_records_in_an_hour": done.most_records_in_an_hour,
            "last_ms": done.last_ms,
        });
        (member.to_string(), told)
    });
    let episodes = activity.episodes.iter().map(|episode| {
        let kind = match episode.kind {
            EpisodeKind::Records => "records",
            EpisodeKind::Searches => "searches",
            EpisodeKind::Denials => "denials",
            EpisodeKind::Night => "night",
        };
        json!({ "member": episode.member.to_string(), "kind": kind, "count": episode.count, "from_ms": episode.from_ms })
    });
    let gaps =
        activity.gaps.iter().map(|gap| json!({ "index": gap.index, "from_ms": gap.from_ms, "to_ms": gap.to_ms }));
    let device = &activity.device;
    json!({
        "entries": activity.entries,
        "times": activity.times,
        "total": counts_of(&activity.total),
        "days": object(days.collect()),
        "hours": activity.hours.iter().map(counts_of).collect::<Vec<_>>(),
        "members": object(members.collect()),
        "purposes": activity.purposes,
        "denials": activity.denials,
        "events": activity.events,
        "not_apart": activity.not_apart,
        "findings": activity.findings.iter().map(finding).collect::<Vec<_>>(),
        "finding_total": finding_counts_of(&activity.finding_total),
        "finding_days": object(finding_days.collect()),
        "episodes": episodes.collect::<Vec<_>>(),
        "not_listed": activity.not_listed,
        "gaps": gaps.collect::<Vec<_>>(),
        "device": {
            "starts": device.starts, "clock_adjustments": device.clock_adjustments, "clock_back": device.clock_back,
            "failed_sign_ins": device.failed_sign_ins, "faults": device.faults, "log_reads": device.log_reads,
            "follows": device.follows, "lost_entries": device.lost_entries,
        },
    })
}

fn counts_of(counts: &Counts) -> Json {
    let Counts { looks, writes, denied } = counts;
    json!({ "looks": looks, "writes": writes, "denied": denied })
}

fn finding_counts_of(counts: &FindingCounts) -> Json {
    let FindingCounts { emergencies, emergencies_reviewed, others, others_reviewed } = counts;
    json!({
        "emergencies": emergencies, "emergencies_reviewed": emergencies_reviewed,
        "others": others, "others_reviewed": others_reviewed,
    })
}

fn finding(seen: &SeenFinding) -> Json {
    let subject = match seen.subject {
        FindingSubject::Emergency { case, ended_ms } => {
            json!({ "kind": "emergency", "case": case.map(|case| case.to_string()), "ended_ms": ended_ms })
        }
        FindingSubject::OverdueReferral { referral, why } => {
            json!({ "kind": "overdue_referral", "referral": referral.map(|referral| referral.to_string()), "why": why })
        }
        FindingSubject::UnsignedRepeat { interview } => {
            json!({ "kind": "unsigned_repeat", "interview": interview.map(|interview| interview.to_string()) })
        }
        FindingSubject::Unusual { measure, count } => json!({ "kind": "unusual", "measure": measure, "count": count }),
    };
    let review = seen.review.map(|review| {
        json!({
            "index": review.index, "at_ms": review.at_ms, "outcome": review.outcome,
            "member": review.member.map(|member| member.to_string()),
        })
    });
    json!({
        "finding": seen.finding.map(|finding| finding.to_string()), "subject": subject, "index": seen.index,
        "at_ms": seen.at_ms, "member": seen.member.map(|member| member.to_string()), "review": review,
    })
}
