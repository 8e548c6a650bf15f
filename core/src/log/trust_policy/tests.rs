//! Policies as they are written, misspelt and judged by.

use proptest::prelude::*;

use super::*;
use crate::keys::SigningKey;
use crate::log::{Checkpoint, EMPTY_ROOT, LogError, Note, NoteSignature};

fn name(text: &str) -> KeyName {
    KeyName::new(text).unwrap()
}

fn seed(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn log_key() -> NoteKey {
    NoteKey::new(name("log.example.org"), seed(1).verifying_key())
}

fn witness_key(number: u8) -> NoteKey {
    NoteKey::witness(name(&format!("w{number}.example.org")), seed(number).verifying_key())
}

fn two_levels() -> TrustPolicy {
    let mut policy = TrustPolicy::new().with_log(log_key(), Some("https://log.example.org/")).unwrap();
    for (number, name) in (11..).zip(["X1", "X2", "X3", "Y1", "Y2"]) {
        policy = policy.with_witness(name, witness_key(number), None).unwrap();
    }
    policy
        .with_group("X-witnesses", 2, &["X1", "X2", "X3"])
        .and_then(|policy| policy.with_group("Y-witnesses", 1, &["Y1", "Y2"]))
        .and_then(|policy| policy.with_group("X-and-Y", 2, &["X-witnesses", "Y-witnesses"]))
        .and_then(|policy| policy.with_quorum("X-and-Y"))
        .and_then(|policy| policy.of_organisation(&name("log.example.org")))
        .unwrap()
        .demanding(&[Verdict::Freshness, Verdict::Integrity])
        .fresh_for(86_400)
}

#[test]
fn a_policy_is_read_as_it_was_written() {
    let text = two_levels().to_string();
    assert_eq!(text.parse(), Ok(two_levels()));
    assert!(text.contains("group X-witnesses 2 X1 X2 X3\n"), "{text}");
    assert!(text.contains("group Y-witnesses any Y1 Y2\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"));
    assert!(text.ends_with(
        "#saferoom demand integrity freshness\n#saferoom fresh-within 86400\n#saferoom organisation log.example.org\n"
    ));
    let loose = format!("# Of the ministry\n\n  \t{}\n# end", text.replace(' ', " \t "));
    assert_eq!(loose.replace("#saferoom \t ", "#saferoom ").parse(), Ok(two_levels()));
    let policy = two_levels();
    assert!(policy.demands(Verdict::Integrity) && !policy.demands(Verdict::Writes));
    let least: TrustPolicy = "quorum none".parse().unwrap();
    assert_eq!(least, TrustPolicy::new());
    assert!(Verdict::ALL.into_iter().all(|verdict| least.demands(verdict)));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let (log, witness) = (log_key().to_string(), witness_key(11).to_string());
    let other_name = NoteKey::new(name("other.example.org"), seed(1).verifying_key());
    let head = format!("# comment\nlog {log}\nwitness W {witness}\n");
    let cases: Vec<(String, usize, TrustPolicyProblem)> = vec![
        (String::new(), 1, TrustPolicyProblem::NoQuorum),
        (head.clone(), 4, TrustPolicyProblem::NoQuorum),
        (format!("{head}quorum none\r\n"), 4, TrustPolicyProblem::Character),
        (format!("{head}quorum W\u{7f}\n"), 4, TrustPolicyProblem::Character),
        (format!("{head}logs {log}\nquorum W\n"), 4, TrustPolicyProblem::UnknownLine),
        (format!("{head}quorum\n"), 4, TrustPolicyProblem::Words),
        (format!("{head}quorum W W\n"), 4, TrustPolicyProblem::Words),
        (format!("{head}log\n"), 4, TrustPolicyProblem::Words),
        (format!("{head}witness V\n"), 4, TrustPolicyProblem::Words),
        (format!("{head}group G any\n"), 4, TrustPolicyProblem::Words),
        (format!("{head}log {log} u u\n"), 4, TrustPolicyProblem::Words),
        (format!("log {}\n", log.replace('+', "-")), 1, TrustPolicyProblem::Key(LogError::MalformedKey)),
        (format!("log {}\n", log.replace("log.", "log2.")), 1, TrustPolicyProblem::Key(LogError::KeyIdMismatch)),
        (format!("log {witness}\n"), 1, TrustPolicyProblem::KeyUse),
        (format!("witness W {log}\n"), 1, TrustPolicyProblem::KeyUse),
        (format!("{head}log {other_name}\n"), 4, TrustPolicyProblem::Duplicate),
        (format!("{head}witness V {witness}\n"), 4, TrustPolicyProblem::Duplicate),
        (format!("{head}witness W {}\n", witness_key(12)), 4, TrustPolicyProblem::Duplicate),
        (format!("{head}witness none {}\n", witness_key(12)), 4, TrustPolicyProblem::Duplicate),
        (format!("{head}group W any W\n"), 4, TrustPolicyProblem::Duplicate),
        (format!("{head}quorum W\nquorum none\n"), 5, TrustPolicyProblem::Duplicate),
        (format!("{head}quorum none\nquorum none\n"), 5, TrustPolicyProblem::Duplicate),
        (format!("{head}quorum V\nwitness V {}\n", witness_key(12)), 4, TrustPolicyProblem::UnknownName),
        (format!("{head}group G any none\n"), 4, TrustPolicyProblem::UnknownName),
        (format!("{head}group G any G\n"), 4, TrustPolicyProblem::UnknownName),
        (format!("{head}group G 0 W\n"), 4, TrustPolicyProblem::Threshold),
        (format!("{head}group G 2 W\n"), 4, TrustPolicyProblem::Threshold),
        (format!("{head}group G 01 W\n"), 4, TrustPolicyProblem::Threshold),
        (format!("{head}group G some W\n"), 4, TrustPolicyProblem::Threshold),
        (format!("{head}group G 2 W W\n"), 4, TrustPolicyProblem::MemberTwice),
        (format!("{head}group G any W\ngroup H any W\n"), 5, TrustPolicyProblem::MemberTwice),
        (format!("{head}#saferoom demand everything\n"), 4, TrustPolicyProblem::Directive),
        (format!("{head}#saferoom demand\n"), 4, TrustPolicyProblem::Directive),
        (format!("{head}#saferoom demand time\n#saferoom demand time\n"), 5, TrustPolicyProblem::Directive),
        (format!("{head}#saferoom fresh-within 1d\n"), 4, TrustPolicyProblem::Directive),
        (format!("{head}#saferoom\n"), 4, TrustPolicyProblem::Directive),
        (format!("{head}#saferoomdemand time\n"), 4, TrustPolicyProblem::Directive),
        (format!("#saferoom organisation else.example.org\n{head}quorum none\n"), 1, TrustPolicyProblem::UnknownName),
        ("a".repeat(MAX_POLICY_LENGTH + 1), 1, TrustPolicyProblem::TooLong),
    ];
    for (text, line, problem) in cases {
        assert_eq!(text.parse::<TrustPolicy>(), Err(TrustPolicyError { line, problem }), "{text}");
    }
    // A comment may be in any encoding, a name only in UTF-8.
    assert!(TrustPolicy::parse(b"# caf\xe9\nquorum none\n").is_ok());
    let latin = TrustPolicy::parse(b"quorum caf\xe9\n");
    assert_eq!(latin, Err(TrustPolicyError { line: 1, problem: TrustPolicyProblem::Character }));
}

fn checkpoint(cosigned: &[(u8, u64)]) -> Note {
    let mut note = Checkpoint::new(name("log.example.org"), 0, EMPTY_ROOT).unwrap().sign(&seed(1)).unwrap();
    for (number, time) in cosigned {
        let witness = name(&format!("w{number}.example.org"));
        note.add(NoteSignature::cosign(witness, &seed(*number), note.text(), *time).unwrap()).unwrap();
    }
    note
}

#[test]
fn the_quorum_is_counted_by_groups_and_has_a_time() {
    let policy = two_levels();
    let quorum = |cosigned: &[(u8, u64)]| policy.judge(checkpoint(cosigned).to_string().as_bytes()).unwrap().quorum;
    assert_eq!(quorum(&[]), Quorum::Missing);
    assert_eq!(quorum(&[(11, 5), (12, 5), (13, 5)]), Quorum::Missing);
    assert_eq!(quorum(&[(11, 5), (14, 5), (15, 5)]), Quorum::Missing);
    assert_eq!(quorum(&[(11, 5), (12, 7), (14, 9)]), Quorum::Reached { time: 5 });
    // A third member, or a witness that cosigned again, makes it younger; an unknown witness does not.
    assert_eq!(quorum(&[(11, 5), (12, 7), (13, 8), (14, 9)]), Quorum::Reached { time: 7 });
    assert_eq!(quorum(&[(11, 5), (11, 8), (12, 7), (14, 9)]), Quorum::Reached { time: 7 });
    assert_eq!(quorum(&[(11, 5), (12, 7), (14, 3), (99, 9)]), Quorum::Reached { time: 3 });
    let none: TrustPolicy = format!("log {}\nquorum none\n", log_key()).parse().unwrap();
    let judged = none.judge(checkpoint(&[(11, 5)]).to_string().as_bytes()).unwrap();
    assert_eq!((judged.quorum, judged.cosignatures, judged.log), (Quorum::NotAsked, vec![], log_key()));
}

#[test]
fn a_policy_believes_only_its_own_logs() {
    let note = checkpoint(&[(11, 5)]).to_string();
    let judge = |policy: TrustPolicy| policy.judge(note.as_bytes()).map(drop);
    assert_eq!(judge(TrustPolicy::new()), Err(LogError::Unsigned));
    let witness_only = TrustPolicy::new().with_witness("W", witness_key(11), None).unwrap();
    assert_eq!(judge(witness_only), Err(LogError::OriginMismatch));
    // A witness under the name of the log does not stand in for it.
    let posing = NoteKey::witness(name("log.example.org"), seed(11).verifying_key());
    let mut note = Note::new(checkpoint(&[]).text()).unwrap();
    note.add(NoteSignature::cosign(name("log.example.org"), &seed(11), note.text(), 5).unwrap()).unwrap();
    let policy = TrustPolicy::new().with_log(log_key(), None).unwrap().with_witness("W", posing, None).unwrap();
    assert_eq!(policy.judge(note.to_string().as_bytes()).map(drop), Err(LogError::OriginMismatch));
}

#[test]
fn witnesses_of_other_types_are_kept_and_count_for_nothing() {
    let text = "witness W w.example.org+00c0ffee+BgECAw==\nquorum W\n";
    let policy: TrustPolicy = format!("log {}\n{text}", log_key()).parse().unwrap();
    assert!(policy.to_string().ends_with(text));
    assert_eq!(policy.judge(checkpoint(&[]).to_string().as_bytes()).unwrap().quorum, Quorum::Missing);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_then_has_one_form(lines in prop::collection::vec(line(), 0..8)) {
        if let Ok(policy) = TrustPolicy::parse(lines.join("\n").as_bytes()) {
            prop_assert_eq!(policy.to_string().parse(), Ok(policy));
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["any", "all", "1", "2", "A", "B", "none", "#saferoom", "demand", "time"]);
    let first = prop::sample::select(vec!["log", "witness", "group", "quorum", "#", "#saferoom"]);
    let key =
        prop::sample::select(vec![log_key().to_string(), witness_key(11).to_string(), witness_key(12).to_string()]);
    prop_oneof![
        3 => (first, prop::collection::vec(word, 0..5)).prop_map(|(first, words)| format!("{first} {}", words.join(" "))),
        1 => key.clone().prop_map(|key| format!("log {key}")),
        1 => (key, "[AB]").prop_map(|(key, name)| format!("witness {name} {key}")),
        1 => Just("quorum none".to_owned()),
    ]
}
