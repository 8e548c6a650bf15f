//! The page of a court file. It follows from the other files alone, so that whoever verifies them can render it again.

use maud::{Markup, html};
use saferoom::log::CourtFile;
use saferoom::log::{Checkpoint, Disclosure, Entry, Hash, Outcome, leaf_hash};
use saferoom::model::LabelLanguage;

use crate::args::event_name;
use crate::commands::audit::{field_names, kind_of, time_of};
use crate::failure::Failure;
use crate::html::{Frame, Tone, Words, badge, facts, grouped, section, table};

const WORDS: &str = include_str!("../../../../data/words-court.toml");

/// What the head of each page says about its maker.
const MAKER: &str = concat!("content=\"saferoom ", env!("CARGO_PKG_VERSION"), "\"");

/// Whether this version of saferoom says that it made the page.
pub(super) fn is_of_this_version(page: &[u8]) -> bool {
    page.windows(MAKER.len()).any(|window| window == MAKER.as_bytes())
}

/// The page of a court file, in this language.
pub(super) fn render(file: &CourtFile, language: LabelLanguage) -> Result<String, Failure> {
    let entry = Entry::decode(file.entry())?;
    let checkpoint: Checkpoint = file.proof().checkpoint().text().parse()?;
    Ok(Page { words: Words::read(WORDS, language), file, entry, checkpoint }.page())
}

struct Page<'p> {
    words: Words,
    file: &'p CourtFile,
    entry: Entry<'p>,
    checkpoint: Checkpoint,
}

impl Page<'_> {
    fn page(&self) -> String {
        let words = &self.words;
        let mut footer = vec![
            words.get("footer_evidence").to_owned(),
            words.fill("footer_version", &[("version", &env!("CARGO_PKG_VERSION"))]),
        ];
        if words.is_draft() {
            footer.push(words.get("draft_language").to_owned());
        }
        let subtitle = words.fill("subtitle", &[("index", &self.entry.seq), ("origin", self.checkpoint.origin())]);
        let frame =
            Frame { language: words.language(), title: words.get("title"), subtitle: &subtitle, footer: &footer };
        let parts = [
            ("access", self.access()),
            ("proven", self.proven()),
            ("unproven", self.unproven()),
            ("evidence", self.evidence()),
            ("repeat", self.repeat()),
        ];
        frame.page(&html! {
            @for (name, body) in &parts {
                (section(name, words.get(name), words.get(&format!("{name}_lead")), body))
            }
        })
    }

    fn access(&self) -> Markup {
        let (words, entry) = (&self.words, &self.entry);
        let event = event_name(entry.event);
        let event = words.find(&format!("event_{event}")).map(str::to_owned).unwrap_or(event);
        let (tone, outcome) = match entry.outcome {
            Outcome::Success => (Tone::Good, "success"),
            Outcome::MinorFailure => (Tone::Warning, "refused"),
            Outcome::SeriousFailure | Outcome::MajorFailure => (Tone::Bad, "failed"),
        };
        let mut pairs = vec![
            (words.get("event"), html! { (event) }),
            (words.get("outcome"), badge(tone, words.get(outcome))),
            (words.get("time"), html! { code { (time_of(entry.wall_ms)) } }),
        ];
        match &entry.actor {
            Some(actor) => {
                pairs.push((words.get("role"), html! { (actor.role) }));
                pairs.push((words.get("member"), html! { code { (actor.member) } }));
            }
            None => pairs.push((words.get("member"), html! { (words.get("nobody")) })),
        }
        pairs.push((words.get("device"), html! { code { (entry.device) } }));
        if let Some(why) = &entry.why {
            let local = why.local.as_deref().map(|local| format!("{local} ")).unwrap_or_default();
            pairs.push((words.get("purpose"), html! { code { (local) "(HL7 " (why.hl7) ")" } }));
        }
        pairs.extend(self.record());
        pairs.push((words.get("reason"), self.reason()));
        facts(&pairs)
    }

    fn record(&self) -> Vec<(&str, Markup)> {
        let Some(what) = &self.entry.what else { return Vec::new() };
        let words = &self.words;
        let kind = kind_of(what).and_then(|kind| saferoom::model::catalogue().by_kind(kind));
        let kind = kind.map(|kind| kind.label_in(words.language()));
        let mut pairs = vec![(words.get("record"), html! { code { (what.record) } })];
        pairs.extend(kind.map(|kind| (words.get("kind"), html! { (kind) })));
        let fields = field_names(what).collect::<Vec<_>>().join(", ");
        if !fields.is_empty() {
            pairs.push((words.get("fields"), html! { code { (fields) } }));
        }
        pairs.extend(what.revision.map(|revision| (words.get("revision"), html! { (revision) })));
        pairs
    }

    fn reason(&self) -> Markup {
        let committed = self.entry.why.as_ref().is_some_and(|why| why.commitment.is_some());
        match self.file.reason() {
            Some(reason) => html! { (reason.value()) },
            None if committed => html! { (self.words.get("reason_closed")) },
            None => html! { (self.words.get("reason_none")) },
        }
    }

    fn proven(&self) -> Markup {
        let (words, checkpoint) = (&self.words, &self.checkpoint);
        let size = grouped(checkpoint.size());
        let others = self.signatures().len().saturating_sub(1);
        let entry =
            words.fill("proven_entry", &[("origin", checkpoint.origin()), ("size", &size), ("index", &self.entry.seq)]);
        html! {
            ul {
                li { (entry) }
                @if others > 0 { li { (words.fill("proven_others", &[("count", &others)])) } }
                @if self.file.reason().is_some() { li { (words.get("proven_reason")) } }
            }
        }
    }

    fn unproven(&self) -> Markup {
        let parts = ["person", "time", "truth", "all", "rewritten", "outside"];
        html! { ul { @for part in parts { li { (self.words.get(&format!("unproven_{part}"))) } } } }
    }

    fn evidence(&self) -> Markup {
        let words = &self.words;
        let file = |name: &str, what: &str, bytes: &[u8]| {
            vec![html! { (name) }, html! { (words.get(what)) }, html! { code { (Hash::of(bytes)) } }]
        };
        let mut rows = vec![
            file("entry", "file_entry", self.file.entry()),
            file("proof.tlog-proof", "file_proof", self.file.proof().to_string().as_bytes()),
        ];
        rows.extend(self.file.reason().map(|reason| file("reason", "file_reason", &reason.encode())));
        let mut pairs = vec![
            (words.get("leaf"), html! { code { (leaf_hash(self.file.entry())) } }),
            (words.get("root"), html! { code { (self.checkpoint.root()) } }),
        ];
        let commitment = self.file.reason().map(Disclosure::commitment);
        pairs.extend(commitment.map(|commitment| (words.get("commitment"), html! { code { (commitment) } })));
        html! {
            (table(words.get("evidence"), &[words.get("file"), words.get("what"), "SHA-256"], &rows))
            (facts(&pairs))
            h3 { (words.get("signatures")) }
            ul { @for signature in self.signatures() { li { code { (signature) } } } }
        }
    }

    fn repeat(&self) -> Markup {
        let words = &self.words;
        let command = |text: &str| html! { p lang="en" { code { (text) } } };
        html! {
            p { (words.get("repeat_ours")) }
            (command("saferoom audit verify-court-file FOLDER --trust-policy TRUST-POLICY"))
            p { (words.get("repeat_go")) }
            (command("peer court-file FOLDER LOG.VKEY"))
            p { (words.get("repeat_hash")) }
            (command("sha256sum -c court-file"))
            (command("(printf '\\000'; cat entry) | sha256sum"))
            @if self.file.reason().is_some() { (command("sha256sum reason")) }
        }
    }

    /// The lines with signatures, as they stand in the checkpoint.
    fn signatures(&self) -> Vec<String> {
        let note = self.file.proof().checkpoint().to_string();
        let lines = note.lines().filter_map(|line| line.strip_prefix("\u{2014} "));
        lines.map(str::to_owned).collect()
    }
}
