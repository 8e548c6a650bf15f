//! `audit verify-proof`: one entry, checked alone.

use saferoom::log::{Disclosure, Entry, EntryProof, Quorum, leaf_hash};
use serde_json::json;

use super::{outcome_name, quorum_in_words, read_policy, read_small, row_of, time_of_seconds};
use crate::args::VerifyProofArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(super) fn verify(args: &VerifyProofArgs, out: &Console) -> Result<(), Failure> {
    let policy = read_policy(&args.trust_policy)?;
    let proof = EntryProof::parse(&read_small(&args.proof)?);
    let proof = proof.map_err(|error| Failure::from(error).at(args.proof.display()))?;
    let bytes = read_small(&args.entry)?;
    let known = policy.keys();
    proof.verify(&leaf_hash(&bytes), &known)?;
    // The same checkpoint, judged by the whole policy.
    let judged = policy.judge(proof.checkpoint().to_string().as_bytes())?;
    let entry = Entry::decode(&bytes).map_err(|error| Failure::from(error).at(args.entry.display()))?;
    if entry.seq != proof.index() {
        return Err(Failure::new(exit::INTEGRITY, "the entry names another index than the proof"));
    }
    let committed = entry.why.as_ref().and_then(|why| why.commitment);
    let opening = proof.extra().and_then(|extra| Disclosure::decode(extra).ok());
    let reason = opening.filter(|opening| committed.is_some_and(|commitment| opening.opens(&commitment)));

    if args.json {
        out.json(&json!({
            "origin": judged.checkpoint.origin().as_str(),
            "index": proof.index(),
            "size": judged.checkpoint.size(),
            "log_key": judged.log.to_string(),
            "witnesses": judged.cosignatures.iter()
                .map(|(key, time)| json!({ "name": key.name().as_str(), "time": time_of_seconds(*time) }))
                .collect::<Vec<_>>(),
            "quorum": match judged.quorum {
                Quorum::NotAsked => json!(null),
                Quorum::Missing => json!(false),
                Quorum::Reached { .. } => json!(true),
            },
            "outcome": outcome_name(entry.outcome),
            "reason": reason.as_ref().map(Disclosure::value),
        }))?;
    } else {
        let names = ["entry", "time (UTC)", "event", "outcome", "who", "purpose", "record", "fields"];
        out.pairs(names.into_iter().zip(row_of(&entry)).filter(|(_, value)| !value.is_empty()));
        if let Some(reason) = &reason {
            out.pairs([("reason, as committed", reason.value())]);
        }
        let place = format!("{} of {}", judged.checkpoint.origin(), judged.checkpoint.size());
        out.good(format_args!("entry {} stands in the log {place} entries", proof.index()));
    }
    match judged.quorum {
        Quorum::Missing => Err(Failure::new(exit::INTEGRITY, quorum_in_words(judged.quorum))
            .advise("Have the checkpoint cosigned, or judge by a trust policy that asks for fewer witnesses.")),
        quorum => {
            if !args.json {
                out.good(quorum_in_words(quorum));
            }
            Ok(())
        }
    }
}
