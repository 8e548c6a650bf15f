//! What a service sees of a referral: a page for people, JSON for programs; and the answer that it gives.

use std::path::Path;

use clap::Args;
use clap::builder::PossibleValuesParser;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use saferoom::access::packet::{AcceptedPacket, ContentKind, Outcome, PacketError, PacketManifest, ReferralAnswer};
use saferoom::model::{LabelLanguage, Timestamp, code_lists};
use saferoom::practice::referrals::{Mover, ToldReferral, referral_rules};

use super::time;
use crate::failure::{Failure, exit};
use crate::new_file;

/// More than any referral or share manifest takes.
const LONGEST: usize = 16 << 20;

const STYLE: &str = "body{font:16px/1.5 system-ui,'Noto Sans Khmer',sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;\
color:#1b1f23;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:1.6rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #d0d7de}th{width:45%;font-weight:600}\
.km{display:block;font-weight:400;color:#57606a}.note{border-left:4px solid #9a6700;padding:.4rem .8rem;background:#fff8e6}\
@media print{body{margin:0;max-width:none}}";

/// What a service says of a referral, beside the outcome.
#[derive(Debug, Clone, Default, Args)]
pub struct ReferralAnswerArgs {
    /// Of a referral: where it stands now, such as in_service; without it, what the outcome says
    #[arg(long, value_name = "CODE")]
    pub state: Option<String>,
    /// Of a referral: whether the need was met
    #[arg(long, value_parser = PossibleValuesParser::new(["need_met", "partly", "not_met", "unknown"]))]
    pub need: Option<String>,
    /// Of a referral that is declined: why, such as no_capacity
    #[arg(long, value_name = "CODE")]
    pub decline_reason: Option<String>,
    /// Of a referral: when the child is expected, in UTC, such as 2026-12-01T02:00:00Z
    #[arg(long, value_name = "TIME")]
    pub appointment: Option<String>,
    /// Of a referral: who answers, name and function
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub by: String,
}

impl ReferralAnswerArgs {
    /// Whether anything of it was given.
    pub(super) fn is_given(&self) -> bool {
        self.state.is_some()
            || self.need.is_some()
            || self.decline_reason.is_some()
            || self.appointment.is_some()
            || !self.by.is_empty()
    }

    /// The answer to a referral.
    pub(super) fn answer(
        &self,
        told: &ToldReferral,
        outcome: Outcome,
        note: &str,
        now: u64,
    ) -> Result<ReferralAnswer, Failure> {
        let appointment = self.appointment.as_deref().map(|text| {
            let time = Timestamp::parse(text).ok().and_then(|time| u64::try_from(time.milliseconds()).ok());
            time.ok_or_else(|| {
                Failure::new(exit::INPUT, "the appointment is no time").advise("Write it as 2026-12-01T02:00:00Z.")
            })
        });
        let answer = ReferralAnswer {
            ticket: told.ticket().to_vec(),
            state: self.state.clone().unwrap_or_else(|| state_of(outcome).to_owned()),
            outcome: self.need.clone(),
            decline_reason: self.decline_reason.clone(),
            appointment_at: appointment.transpose()?,
            by: self.by.clone(),
            at: now,
            feedback: note.to_owned(),
        };
        check(&answer)?;
        Ok(answer)
    }
}

/// What the outcome of a packet says of a referral.
fn state_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::ACCEPTED => "accepted",
        Outcome::REFUSED => "rejected",
        Outcome::COMPLETED => "completed",
        Outcome::PARTLY => "in_service",
        _ => "received",
    }
}

/// What the station would refuse is refused here, where it can be put right.
fn check(answer: &ReferralAnswer) -> Result<(), Failure> {
    referral_rules().transition("sent", &answer.state, Mover::Provider).map_err(saferoom::vault::Error::from)?;
    let known = |list: &str, code: &Option<String>| {
        code.as_ref().is_none_or(|code| code_lists().list(list).is_some_and(|list| list.entry(code).is_some()))
    };
    if !known("decline_reason", &answer.decline_reason) {
        let codes: Vec<_> = code_lists().list("decline_reason").into_iter().flat_map(|list| &list.entries).collect();
        let codes: Vec<_> = codes.iter().map(|entry| entry.code.as_str()).collect();
        return Err(Failure::new(exit::INPUT, "there is no such reason for declining")
            .advise(format!("Choose one of: {}.", codes.join(", "))));
    }
    if answer.is_valid() {
        return Ok(());
    }
    Err(Failure::new(exit::INPUT, "the answer has a text that is too long, or control characters")
        .advise("Say it in fewer words, or put it into a file: --part file=FILE."))
}

/// The referral of a packet, if there is one, with the index of its part. Verified against its share manifest.
pub(super) fn told_in(packet: &mut AcceptedPacket) -> Result<Option<(usize, ToldReferral)>, Failure> {
    let place = |packet: &AcceptedPacket, kind| packet.manifest().parts.iter().position(|part| part.kind == kind);
    let Some(index) = place(packet, ContentKind::REFERRAL) else { return Ok(None) };
    let manifest = place(packet, ContentKind::SHARE_MANIFEST).ok_or(PacketError::ShareManifest)?;
    let (part, manifest) = (packet.part_bytes(index, LONGEST)?, packet.part_bytes(manifest, LONGEST)?);
    Ok(Some((index, ToldReferral::read(&part, &manifest)?)))
}

/// A page to read and to print.
pub(super) fn page(told: &ToldReferral, packet: &PacketManifest) -> String {
    let (english, khmer) = (told.in_language(LabelLanguage::English), told.in_language(LabelLanguage::Khmer));
    let expires = packet.expires_at.map(time);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Referral" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Referral of a child " span.km lang="km" { "ការបញ្ជូនបន្តកុមារ" } }
                p { "Packet " code { (packet.packet) } ", from " code { (packet.sender.fingerprint()) } ", made at "
                    (time(packet.created_at)) "." }
                @if let Some(ground) = &told.manifest().ground {
                    p.note { "Told without consent, on the ground " code { (ground) } "." }
                }
                p.note { "For the service that it was sent to, for this purpose alone. Keep it locked, pass it on to nobody, "
                    "delete it when it has served its purpose" @if let Some(end) = &expires { ", " (end) " at the latest" } "." }
                @for ((kind, fields), (kind_km, fields_km)) in english.iter().zip(&khmer) {
                    (record((kind, kind_km), fields.iter().zip(fields_km).map(|(one, other)| {
                        [one.label.as_str(), &other.label, &one.value, &other.value].map(str::to_owned)
                    })))
                }
                p { "Answer with: " code { "saferoom packet answer" } "." }
            }
        }
    }
    .into_string()
}

fn record((kind, khmer): (&str, &str), fields: impl Iterator<Item = [String; 4]>) -> Markup {
    html! {
        h2 { (kind) " " span.km lang="km" { (khmer) } }
        table {
            @for [label, label_km, value, value_km] in fields {
                tr {
                    th scope="row" { (label) span.km lang="km" { (label_km) } }
                    td { (value) @if value_km != value { span.km lang="km" { (value_km) } } }
                }
            }
        }
    }
}

/// Page and JSON beside the part, under its name.
pub(super) fn write_readable(
    told: &ToldReferral,
    packet: &PacketManifest,
    part: &Path,
) -> Result<[std::path::PathBuf; 2], Failure> {
    let (html, json) = (super::keys::with_ending(part, ".html"), super::keys::with_ending(part, ".json"));
    let text = serde_json::to_string_pretty(&told.json()).unwrap_or_default();
    new_file::write(&html, page(told, packet).as_bytes())?;
    if let Err(failure) = new_file::write(&json, text.as_bytes()) {
        drop(std::fs::remove_file(&html));
        return Err(failure);
    }
    Ok([html, json])
}
