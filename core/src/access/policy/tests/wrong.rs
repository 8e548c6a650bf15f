//! What can be wrong with an access policy: the standard text with one thing changed.

use super::super::AccessPolicy;

/// Name of what is wrong, how it comes about in the standard text, and the code of the error.
pub(super) const WRONG: [(&str, &str, &str, u16); 52] = [
    ("not TOML", "[custodians]", "[[[custodians]", 640),
    ("an unknown key", "needed = 2", "neded = 2", 640),
    ("an unknown key of a role", "may = [\"refer\"]", "can = [\"refer\"]", 640),
    ("a key twice", "idle_minutes = 10", "idle_minutes = 10\nidle_minutes = 11", 640),
    ("format 2", "format = 1", "format = 2", 642),
    ("version 0", "\nversion = 1", "\nversion = 0", 661),
    ("an unknown compartment", "evidence = \"unit\", operations = \"unit\", stat", "nothing = \"unit\", stat", 645),
    ("an unknown reach", "reach = { oversight = \"unit\" }", "reach = { oversight = \"all\" }", 645),
    ("an unknown action", "may = [\"refer\"]", "may = [\"peek\"]", 645),
    ("an unknown measure", "\"reads-per-hour\", at = 400", "\"reads\", at = 400", 645),
    ("an unknown effect", "at = 400, effect = \"alert\"", "at = 400, effect = \"shout\"", 645),
    ("a name with a capital letter", "name = \"trainer\"", "name = \"Trainer\"", 646),
    ("a role twice", "name = \"trainer\"", "name = \"auditor\"", 647),
    ("the founder as a role", "name = \"trainer\"", "name = \"founder\"", 648),
    ("a role without a label", "en = \"Trainer\"", "en = \"\"", 649),
    ("a label that turns its direction", "en = \"Trainer\"", "en = \"Tr\\u202Eainer\"", 649),
    ("no custodian", "name = \"custodian\"\nen", "name = \"keeper\"\nen", 650),
    ("a custodian who cannot manage members", "\"manage-members\", ", "", 650),
    (
        "a custodian who reads",
        "en = \"Custodian\"\nkm = \"អ្នកកាន់កូនសោ\"\nreach = { ",
        "en = \"Custodian\"\nkm = \"អ្នកកាន់កូនសោ\"\nreach = { rooms = \"unit\", ",
        651,
    ),
    (
        "a host administrator who reads",
        "km = \"អ្នកគ្រប់គ្រងម៉ាស៊ីន\"",
        "km = \"អ្នកគ្រប់គ្រងម៉ាស៊ីន\"\nreach = { statistics = \"unit\", oversight = \"write\" }",
        651,
    ),
    (
        "a trainer who manages members and reads rooms",
        "may = [\"train\"]",
        "may = [\"train\", \"manage-members\"]",
        651,
    ),
    (
        "an auditor who reads identity",
        "reach = { oversight = \"unit\" }",
        "reach = { identity = \"case\", oversight = \"unit\" }\nlimits = [{ measure = \"reads-per-day\", at = 1, effect = \"alert\" }, { measure = \"records-per-hour\", at = 1, effect = \"alert\" }]",
        652,
    ),
    (
        "an auditor who breaks glass",
        "may = [\"review\", \"read-log\", \"export-log\"]\npurposes = [\"audit\"",
        "may = [\"review\", \"read-log\", \"export-log\", \"break-glass\"]\npurposes = [\"BTG\"",
        652,
    ),
    ("nobody exports the log", ", \"export-log\"", "", 653),
    ("an unknown purpose", "\"training\", \"HQUALIMP\"", "\"curiosity\"", 654),
    (
        "assigned cases of rooms",
        "rooms = \"unit\", oversight = \"write\" }\nmay = [\"train\"]",
        "rooms = \"case\", oversight = \"write\" }\nmay = [\"train\"]",
        655,
    ),
    (
        "search write only",
        "reach = { rooms = \"unit\", oversight = \"write\" }\nmay = [\"train\"]",
        "reach = { search = \"write\", rooms = \"unit\", oversight = \"write\" }\nmay = [\"train\"]",
        655,
    ),
    (
        "a reach into the roster",
        "reach = { oversight = \"unit\" }",
        "reach = { roster = \"unit\", oversight = \"unit\" }",
        655,
    ),
    ("assigning without operations", "may = [\"refer\"]", "may = [\"assign\", \"refer\"]", 656),
    ("reading the log without oversight", "may = [\"train\"]", "may = [\"train\", \"read-log\"]", 656),
    (
        "reading without leaving an entry",
        "reach = { statistics = \"unit\", rooms = \"unit\", oversight = \"write\" }",
        "reach = { statistics = \"unit\", rooms = \"unit\" }",
        657,
    ),
    ("acting without leaving an entry", "km = \"អ្នកគ្រប់គ្រងម៉ាស៊ីន\"", "km = \"អ្នកគ្រប់គ្រងម៉ាស៊ីន\"\nmay = [\"backup\"]", 657),
    ("an emergency that opens the log", "\"referral\"]\nreview", "\"oversight\"]\nreview", 658),
    ("an emergency that opens the search keys", "\"referral\"]\nreview", "\"search\"]\nreview", 658),
    ("an emergency that opens narratives, said once", "\"referral\"]\nreview", "\"narrative\"]\nreview", 659),
    (
        "narratives in an emergency that does not open them",
        "\"referral\"]\nreview",
        "\"referral\"]\nnarrative = true\nreview",
        659,
    ),
    ("breaking glass without its purpose", "\"record-management\", \"BTG\"", "\"record-management\"", 660),
    (
        "the purpose without breaking glass",
        "purposes = [\"investigation\", \"record-management\"]",
        "purposes = [\"BTG\", \"investigation\", \"record-management\"]",
        660,
    ),
    ("more shares needed than there are", "shares = 5", "shares = 2", 661),
    ("an hour that no day has", "night_from_hour = 20", "night_from_hour = 24", 661),
    ("a limit at nothing", "at = 50, effect = \"alert\"", "at = 0, effect = \"alert\"", 661),
    ("a stronger step at a lower count", "at = 800, effect = \"ask-reason\"", "at = 300, effect = \"ask-reason\"", 662),
    ("a milder step at a higher count", "at = 1600, effect = \"slow\"", "at = 1600, effect = \"alert\"", 662),
    ("who reads cases without a limit", "{ measure = \"reads-per-day\", at = 2000, effect = \"alert\" },", "", 663),
    ("a sealed case that a search finds", "searchable = false", "searchable = true", 664),
    (
        "a restricted case that is opener than a standard one",
        "standard = { unit_reach = true, searchable = true, break_glass = true }",
        "standard = { unit_reach = true, searchable = false, break_glass = true }",
        664,
    ),
    ("no retention rule for every case", "name = \"any-case\"", "name = \"any-case\"\nharm = [\"rape\"]", 665),
    ("an unknown outcome", "\"dismissed\", \"diverted\"]", "\"forgotten\"]", 666),
    (
        "erasing alone",
        "action = \"erase\"\nroles = [\"custodian\"]",
        "action = \"export\"\nroles = [\"custodian\"]",
        667,
    ),
    ("a second person for what takes none", "action = \"share\"", "action = \"search\"", 667),
    ("an action twice", "may = [\"refer\"]", "may = [\"refer\", \"refer\"]", 668),
    ("nobody else reviews emergencies", "may = [\"review\", \"read-log\"", "may = [\"read-log\"", 669),
];

/// The standard text with one thing wrong.
pub(super) fn wrong(from: &str, to: &str) -> String {
    let text = AccessPolicy::standard_text();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}
