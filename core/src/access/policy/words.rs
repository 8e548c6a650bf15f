//! The words of an access policy: how far a role reaches, what it may do, what is counted and what follows. Each has a
//! name and a number that are for ever, and a label in English and Khmer (`data/labels-access.toml`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::model::{Compartment, LabelLanguage, named};

named! {
    /// How far a role reaches into a compartment; each reach includes those before it.
    Reach {
        /// Nothing.
        None = 0, "none";
        /// May write, and cannot read back.
        Write = 1, "write";
        /// What belongs to the cases that the member is assigned to.
        Case = 2, "case";
        /// All that the member's unit has.
        Unit = 3, "unit";
    }
}

impl Reach {
    /// Whether it reads at all.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Case | Self::Unit)
    }

    /// Whether it writes.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(self, Self::None)
    }
}

named! {
    /// What a role may do beyond reading and writing within its reach.
    Action {
        /// Open a new case.
        Create = 1, "create-case";
        /// Hand a report in to a station, without reading it back.
        HandIn = 2, "hand-in";
        /// Accept what was handed in.
        Accept = 3, "accept-hand-in";
        /// Bring in what stood elsewhere: records from a file, or a history that states what no host writes by hand.
        Import = 4, "import";
        /// Assign a case to a member, or take the assignment back.
        Assign = 5, "assign";
        /// Hand a case over to another unit.
        HandOver = 6, "hand-over";
        /// Share one compartment of one case with one person until a date. Beyond the reach of that person's role it
        /// takes a second person.
        Share = 7, "share";
        /// Raise or lower the sensitivity of a case.
        SetSensitivity = 8, "set-sensitivity";
        /// Search the unit's records.
        Search = 9, "search";
        /// Ask other units whether they have an earlier record.
        SearchAcrossUnits = 10, "search-across-units";
        /// Open a case in an emergency, and be reviewed for it.
        BreakGlass = 20, "break-glass";
        /// Review what stands out: emergencies, unusual use.
        Review = 21, "review";
        /// Place a legal hold, or lift it.
        Hold = 30, "hold";
        /// Erase a case for good.
        Erase = 31, "erase";
        /// Disclose to a court, a prosecutor or another authority.
        Disclose = 40, "disclose";
        /// Refer a child to a service.
        Refer = 41, "refer";
        /// Disclose without consent, on a stated ground.
        OverrideConsent = 42, "override-consent";
        /// Write records in plain text.
        Export = 43, "export";
        /// Make an anonymised extract.
        Extract = 44, "extract";
        /// Find the statistics row behind a pseudonym.
        ReversePseudonym = 45, "reverse-pseudonym";
        /// Send rooms, visits and training to a monitor.
        ExportRooms = 46, "export-rooms";
        /// Hold an interview with a child.
        Interview = 50, "interview";
        /// Authorise that a child is interviewed again.
        AuthoriseRepeat = 51, "authorise-repeat";
        /// Take or hand on the custody of an exhibit.
        TakeCustody = 52, "take-custody";
        /// Authorise a copy of an exhibit.
        AuthoriseCopy = 53, "authorise-copy";
        /// Visit and score rooms.
        MonitorRooms = 54, "monitor-rooms";
        /// Hold trainings.
        Train = 55, "train";
        /// Read the access log.
        ReadLog = 60, "read-log";
        /// Export the access log for an auditor.
        ExportLog = 61, "export-log";
        /// Tell a child what is held and who saw it.
        SubjectReport = 62, "subject-report";
        /// Enrol, suspend and retire members and devices, and change their roles.
        ManageMembers = 70, "manage-members";
        /// Put another access policy in force.
        ManagePolicy = 71, "manage-policy";
        /// Add extra fields.
        ManageForms = 72, "manage-forms";
        /// Take part in a recovery.
        Recover = 73, "recover";
        /// Write a backup.
        Backup = 74, "backup";
        /// Restore a backup, move the vault, take over a copy.
        Restore = 75, "restore";
    }
}

impl Action {
    /// The actions for which a second person can be asked. For the last three it always is.
    pub const BY_TWO: [Self; 5] = [Self::Share, Self::Export, Self::Erase, Self::ReversePseudonym, Self::SubjectReport];

    /// The actions that nobody does alone, whatever a policy says.
    pub const NEVER_ALONE: [Self; 3] = [Self::Erase, Self::ReversePseudonym, Self::SubjectReport];

    /// What has to be readable for it; any one of these is enough, none if there is nothing.
    #[must_use]
    pub const fn needs(self) -> &'static [Compartment] {
        match self {
            Self::Create
            | Self::Accept
            | Self::Assign
            | Self::HandOver
            | Self::Share
            | Self::SetSensitivity
            | Self::Hold
            | Self::Erase
            | Self::Export
            | Self::Interview
            | Self::AuthoriseRepeat => &[Compartment::Operations],
            Self::Search | Self::SearchAcrossUnits => &[Compartment::Search],
            Self::Review => &[Compartment::Operations, Compartment::Oversight],
            Self::Refer => &[Compartment::Referral],
            Self::TakeCustody | Self::AuthoriseCopy => &[Compartment::Evidence],
            Self::Extract => &[Compartment::Statistics],
            Self::ExportRooms | Self::MonitorRooms | Self::Train => &[Compartment::Rooms],
            Self::ReadLog | Self::ExportLog => &[Compartment::Oversight],
            _ => &[],
        }
    }

    /// Whether it belongs to custodians: who holds it reads nothing.
    #[must_use]
    pub const fn is_custodial(self) -> bool {
        matches!(
            self,
            Self::ManageMembers | Self::ManagePolicy | Self::ManageForms | Self::Recover | Self::ReversePseudonym
        )
    }
}

named! {
    /// How closely a case is held; codes of the list `sensitivity`.
    Sensitivity {
        /// Like any other.
        Standard = 0, "standard";
        /// Only by those who are assigned.
        Restricted = 1, "restricted";
        /// Only by those who are assigned, and not found by a search.
        Sealed = 2, "sealed";
    }
}

named! {
    /// What is counted, per member.
    Measure {
        /// Reads within an hour.
        ReadsPerHour = 1, "reads-per-hour";
        /// Reads within a day.
        ReadsPerDay = 2, "reads-per-day";
        /// Different records read within an hour.
        RecordsPerHour = 3, "records-per-hour";
        /// The same search again within a day.
        RepeatedSearch = 4, "repeated-search";
        /// Reads within one night.
        ReadsAtNight = 5, "reads-at-night";
        /// Different cases that the member is not assigned to, read within a day.
        OtherCasesPerDay = 6, "other-cases-per-day";
        /// Searches across units within an hour.
        SearchesAcrossUnitsPerHour = 7, "searches-across-units-per-hour";
    }
}

named! {
    /// What follows when a count is reached, from the mildest on. Each opens a finding.
    Effect {
        /// Somebody is to look at it.
        Alert = 1, "alert";
        /// It needs a reason in words.
        AskReason = 2, "ask-reason";
        /// It is answered late.
        Slow = 3, "slow";
        /// It is denied until the time has passed.
        Refuse = 4, "refuse";
    }
}

named! {
    /// From when the period of a retention rule counts.
    RetentionStart {
        /// From the day on which the case was closed.
        Closing = 1, "closing";
        /// From the day on which the youngest child of the case comes of age.
        Majority = 2, "majority";
        /// From the later of both.
        Later = 3, "later";
    }
}

/// The file as it is written: by vocabulary and name.
#[derive(Deserialize)]
struct Labels {
    version: u64,
    km_status: String,
    #[serde(flatten)]
    words: BTreeMap<String, BTreeMap<String, WordLabel>>,
}

/// What a word is called, for people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WordLabel {
    /// In English.
    pub en: String,
    /// In Khmer; see [`access_km_status`].
    pub km: String,
}

fn labels() -> &'static Labels {
    static LABELS: OnceLock<Labels> = OnceLock::new();
    LABELS.get_or_init(|| {
        let labels: Labels = toml::from_str(include_str!("../../../data/labels-access.toml"))
            .expect("the compiled-in labels are well formed");
        assert_eq!(labels.version, 1, "the compiled-in labels are of this release");
        labels
    })
}

/// How far the Khmer labels of the words of an access policy have been checked.
#[must_use]
pub fn access_km_status() -> &'static str {
    &labels().km_status
}

/// What all words of access policies are called: by vocabulary (`action`, `compartment`, `reach`, ...) and word.
#[must_use]
pub fn access_words() -> &'static BTreeMap<String, BTreeMap<String, WordLabel>> {
    &labels().words
}

fn label(vocabulary: &str, name: &'static str, language: LabelLanguage) -> &'static str {
    let label = labels().words.get(vocabulary).and_then(|words| words.get(name));
    label.map_or(name, |label| match language {
        LabelLanguage::English => &label.en,
        LabelLanguage::Khmer => &label.km,
    })
}

macro_rules! labelled {
    ($($word:ty => $vocabulary:literal;)*) => {$(
        impl $word {
            /// What it is called, for people.
            #[must_use]
            pub fn label_in(self, language: LabelLanguage) -> &'static str {
                label($vocabulary, self.name(), language)
            }
        }
    )*};
}

labelled! {
    Reach => "reach";
    Action => "action";
    Measure => "measure";
    Effect => "effect";
    Sensitivity => "sensitivity";
    RetentionStart => "retention_start";
    Compartment => "compartment";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_labels_in_both_languages_and_no_label_is_of_nothing() {
        let names: [(&str, Vec<&str>); 7] = [
            ("reach", Reach::ALL.iter().map(|word| word.name()).collect()),
            ("action", Action::ALL.iter().map(|word| word.name()).collect()),
            ("measure", Measure::ALL.iter().map(|word| word.name()).collect()),
            ("effect", Effect::ALL.iter().map(|word| word.name()).collect()),
            ("sensitivity", Sensitivity::ALL.iter().map(|word| word.name()).collect()),
            ("retention_start", RetentionStart::ALL.iter().map(|word| word.name()).collect()),
            ("compartment", Compartment::ALL.iter().map(|word| word.name()).collect()),
        ];
        let mut there: BTreeMap<_, _> =
            labels().words.iter().map(|(name, words)| (name.as_str(), words.keys().collect::<Vec<_>>())).collect();
        for (vocabulary, mut wanted) in names {
            wanted.sort_unstable();
            assert_eq!(there.remove(vocabulary).unwrap(), wanted, "{vocabulary}");
        }
        assert!(there.is_empty(), "{there:?}");
        let khmer = |text: &str| text.chars().any(|letter| ('\u{1780}'..='\u{17FF}').contains(&letter));
        for label in labels().words.values().flat_map(BTreeMap::values) {
            assert!(khmer(&label.km) && label.en.is_ascii() && !label.en.is_empty(), "{}", label.en);
        }
        assert!(access_km_status().contains("draft"));
        assert_eq!(Action::BreakGlass.label_in(LabelLanguage::English), "Open a case in an emergency");
    }

    #[test]
    fn numbers_are_for_ever() {
        let numbers: Vec<_> = Action::ALL.iter().map(|action| format!("{}={action}", action.number())).collect();
        assert_eq!(
            numbers.join(" "),
            "1=create-case 2=hand-in 3=accept-hand-in 4=import 5=assign 6=hand-over 7=share 8=set-sensitivity \
             9=search 10=search-across-units 20=break-glass 21=review 30=hold 31=erase 40=disclose 41=refer \
             42=override-consent 43=export 44=extract 45=reverse-pseudonym 46=export-rooms 50=interview \
             51=authorise-repeat 52=take-custody 53=authorise-copy 54=monitor-rooms 55=train 60=read-log 61=export-log \
             62=subject-report 70=manage-members 71=manage-policy 72=manage-forms 73=recover 74=backup 75=restore"
        );
        let text =
            |all: &[(u8, &str)]| all.iter().map(|(number, name)| format!("{number}={name} ")).collect::<String>();
        let reaches: Vec<_> = Reach::ALL.iter().map(|reach| (reach.number(), reach.name())).collect();
        assert_eq!(text(&reaches), "0=none 1=write 2=case 3=unit ");
        let effects: Vec<_> = Effect::ALL.iter().map(|effect| (effect.number(), effect.name())).collect();
        assert_eq!(text(&effects), "1=alert 2=ask-reason 3=slow 4=refuse ");
    }

    #[test]
    fn sensitivities_are_the_codes_of_their_list() {
        let list = crate::model::code_lists().list("sensitivity").unwrap();
        let codes: Vec<_> = list.entries.iter().map(|entry| entry.code.as_str()).collect();
        assert_eq!(codes, Sensitivity::ALL.iter().map(|level| level.name()).collect::<Vec<_>>());
    }
}
