//! `audit court-file` and `audit verify-court-file`: a single access as a folder that is checked alone.

mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use saferoom::log::{BundleLog, CourtFile, DiskFolder, JudgedCourtFile, Note, Quorum};
use saferoom::model::LabelLanguage;
use serde_json::{Value as Json, json};

use super::judged::{Belief, Judged};
use super::verify::demand_other_way;
use super::{entry_to_json, quorum_in_words, read_policy, row_of, time_of_seconds};
use crate::args::{BundleArgs, CourtFileArgs, VerifyCourtFileArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(super) fn make(args: &CourtFileArgs, out: &Console) -> Result<(), Failure> {
    demand_empty(&args.out)?;
    let bundle = BundleArgs {
        bundle: args.bundle.clone(),
        trust_policy: args.trust_policy.clone(),
        kept: args.kept.clone(),
        directory: None,
    };
    let judged = Judged::of(&bundle, out, |_| ())?;
    match judged.belief() {
        Belief::Refused => {
            return Err(judged.failure().advise("Keep the bundle as evidence; a court file of it proves nothing."));
        }
        Belief::Damaged => {
            let text = "the bundle does not agree with itself";
            return Err(Failure::new(exit::INTEGRITY, text).advise("Copy it again from its source."));
        }
        Belief::Accepted | Belief::NobodyVouches => judged.tell(out),
    }
    let log = log_of(&judged, args.log)?;
    let kept = args.kept.iter().map(|path| note(path)).collect::<Result<Vec<_>, _>>()?;
    let file = CourtFile::of_bundle(judged.bundle(), &log, args.entry, &kept)?;
    let mut folder = DiskFolder::new(&args.out);
    file.write(&mut folder, &pages(&file)?).map_err(|error| Failure::from(error).at(args.out.display()))?;
    let size = file.proof().checkpoint().text().lines().nth(1).unwrap_or_default().to_owned();
    if args.json {
        return out.json(&json!({
            "court_file": args.out.display().to_string(),
            "origin": log.origin.as_str(),
            "index": args.entry,
            "size": size.parse::<u64>().ok(),
            "reason": file.reason().is_some(),
        }));
    }
    out.good(format_args!("entry {} of {}, proven by a checkpoint of {size} entries", args.entry, log.origin));
    if file.reason().is_some() {
        out.warn("The reason stands in it in words. Give it to nobody who may not read it.");
    }
    out.note("Hand the trust policy over by another way. Print page.en.html or page.km.html.");
    Ok(())
}

pub(super) fn verify(args: &VerifyCourtFileArgs, out: &Console) -> Result<(), Failure> {
    demand_other_way(&args.trust_policy, &[], &args.folder)?;
    let policy = read_policy(&args.trust_policy)?;
    let (file, found) = CourtFile::read(&DiskFolder::new(&args.folder))?;
    let judged = file.judge(&policy)?;
    let pages = compare(&found, &pages(&file)?);
    if args.json {
        out.json(&to_json(&judged, pages))?;
    } else {
        show(&judged, out);
        if pages == Pages::Same {
            out.note("The pages say what the files say.");
        }
    }
    match pages {
        Pages::Same | Pages::None => Ok(()),
        Pages::OtherVersion if args.without_pages => {
            out.warn(
                "The pages were made by another version of saferoom and were NOT compared. Rely on what stands above.",
            );
            Ok(())
        }
        Pages::OtherVersion => {
            let text =
                "the entry is proven; its pages were made by another version of saferoom and could not be compared";
            Err(Failure::new(exit::FAILED, text)
                .advise("Rely on what stands above. Say --without-pages to accept that the pages are not judged."))
        }
        Pages::Changed => {
            let text = "the entry is proven, but a page of the court file says something else";
            Err(Failure::new(exit::INTEGRITY, text).advise(
                "Do not rely on the page: it was changed. Rely on what stands above, and keep the folder as evidence.",
            ))
        }
    }
}

/// How the pages that were found compare with those that the files lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pages {
    None,
    Same,
    OtherVersion,
    Changed,
}

impl Pages {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Same => "same",
            Self::OtherVersion => "not-compared",
            Self::Changed => "changed",
        }
    }
}

fn compare(found: &BTreeMap<String, Vec<u8>>, rendered: &BTreeMap<String, Vec<u8>>) -> Pages {
    let of_this_version = |page: &Vec<u8>| page::is_of_this_version(page);
    if found.is_empty() {
        Pages::None
    } else if found.iter().all(|(language, page)| rendered.get(language) == Some(page)) {
        Pages::Same
    } else if found.values().any(of_this_version) {
        Pages::Changed
    } else {
        Pages::OtherVersion
    }
}

/// Both pages: whoever reads the court file may read either language.
fn pages(file: &CourtFile) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let page = |language: &LabelLanguage| Ok((language.code().to_owned(), page::render(file, *language)?.into_bytes()));
    LabelLanguage::ALL.iter().map(page).collect()
}

fn log_of(judged: &Judged, number: Option<u64>) -> Result<BundleLog, Failure> {
    let logs = judged.logs()?;
    // The one that is being kept has no number in the bundle; by its place it is the last.
    let last = logs.len() as u64 - 1;
    let wanted = number.filter(|number| *number != last);
    logs.into_iter().map(|(log, _)| log).find(|log| log.number == wanted).ok_or_else(|| {
        let text = format!("the bundle has no log with number {}", number.unwrap_or_default());
        Failure::new(exit::INPUT, text).advise(format!("Its logs have the numbers 0 to {last}."))
    })
}

fn note(path: &Path) -> Result<Note, Failure> {
    Note::parse(&super::read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

fn demand_empty(folder: &Path) -> Result<(), Failure> {
    match fs::read_dir(folder).map(|mut files| files.next().is_none()) {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(false) => Err(Failure::new(exit::FILE, format!("the folder {} is not empty", folder.display()))
            .advise("Name a new folder: a court file is never mixed with other files.")),
        Err(error) => Err(Failure::writing(folder, &error)),
    }
}

fn show(judged: &JudgedCourtFile, out: &Console) {
    let names = ["entry", "time (UTC)", "event", "outcome", "who", "purpose", "record", "fields"];
    out.pairs(names.into_iter().zip(row_of(&judged.entry)).filter(|(_, value)| !value.is_empty()));
    if let Some(reason) = &judged.reason {
        out.pairs([("reason, as committed", reason.value())]);
    }
    let checkpoint = &judged.judgement.checkpoint;
    let (origin, size) = (checkpoint.origin(), checkpoint.size());
    out.good(format_args!("entry {} stands in the log {origin} of {size} entries", judged.entry.seq));
    out.note(quorum_in_words(judged.judgement.quorum));
    out.note("That there was no other access, only the bundle of the whole log can show.");
}

fn to_json(judged: &JudgedCourtFile, pages: Pages) -> Json {
    let judgement = &judged.judgement;
    let witnesses = judgement.cosignatures.iter();
    json!({
        "origin": judgement.checkpoint.origin().as_str(),
        "index": judged.entry.seq,
        "size": judgement.checkpoint.size(),
        "leaf": judged.leaf.to_base64(),
        "root": judgement.checkpoint.root().to_base64(),
        "log_key": judgement.log.to_string(),
        "witnesses": witnesses
            .map(|(key, time)| json!({ "name": key.name().as_str(), "time": time_of_seconds(*time) }))
            .collect::<Vec<_>>(),
        "quorum": match judgement.quorum {
            Quorum::NotAsked => json!(null),
            Quorum::Missing => json!(false),
            Quorum::Reached { .. } => json!(true),
        },
        "entry": entry_to_json(&judged.entry),
        "reason": judged.reason.as_ref().map(|reason| reason.value()),
        "pages": pages.name(),
    })
}

/// Exit code of an error of a court file.
pub(crate) fn exit_of_court_file(error: &saferoom::log::CourtFileError) -> u8 {
    use saferoom::log::CourtFileError as Error;
    match error {
        Error::NoSuchEntry { .. } | Error::NoCheckpoint => exit::INPUT,
        Error::Folder(_) => exit::FILE,
        _ => exit::INTEGRITY,
    }
}

#[cfg(test)]
mod tests;
