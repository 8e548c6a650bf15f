//! The vectors in `tests/vectors/log/trust_policies.json`.

use serde_json::{Value, json};

use super::TrustPolicy;
use crate::vectors::{Refusal, Run, bad, good, hold, text, write};

const FILES: [(&str, Run); 1] = [("trust_policies", trust_policy)];

#[test]
fn trust_policy_vectors_hold() {
    hold("log", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/log"]
fn write_trust_policy_vectors() {
    write("log", "trust_policies", trust_policy, made());
}

fn trust_policy(vector: &Value) -> Result<Value, Refusal> {
    let policy = text(&vector["policy"]).parse::<TrustPolicy>().map_err(|error| {
        assert_eq!(vector["line"], json!(error.line), "{}", vector["name"]);
        Refusal::from(error).named(&error.problem)
    })?;
    Ok(json!({
        "written": policy.to_string(),
        "logs": policy.logs().iter().map(|log| log.key.to_string()).collect::<Vec<_>>(),
        "witnesses": policy.witnesses().iter().map(|witness| &witness.name).collect::<Vec<_>>(),
        "quorum": policy.quorum(),
        "fresh_within": policy.fresh_within(),
        "organisation": policy.organisation().map(|origin| origin.as_str()),
    }))
}

fn made() -> Vec<Value> {
    let log = "log audit.example.org/log/7f3a+838044d9+AdPgSH/KWo1eEN1qvW/iMdtrMFviaDgjoj/M3xYpcYNH";
    let witness = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c";
    let other = "witness.example.net/w2+00c0ffee+BgECAw==";
    let head = format!("{log}\nwitness W {witness}\n");
    let accepted = |name: &str, comment: &str, policy: &str| good(name, comment, json!({ "policy": policy }));
    let refused = |name: &str, error: &str, line: usize, policy: &str| {
        bad(name, error, "", json!({ "policy": policy, "line": line }))
    };
    vec![
        accepted("the least", "believes nobody", "quorum none\n"),
        accepted("one log and one witness", "", &format!("{head}quorum W\n")),
        accepted(
            "spaces, tabs, comments, no last newline",
            "",
            &format!("# of the NGO\n\n \t{head}\t # end\nquorum  W"),
        ),
        accepted(
            "a witness of a type that is not verified",
            "counts for nothing",
            &format!("witness V {other}\nquorum V\n"),
        ),
        accepted(
            "groups",
            "two of two",
            &format!("{head}witness V {other}\ngroup one any W\ngroup both 2 one V\nquorum both\n"),
        ),
        accepted(
            "all that saferoom adds",
            "comments for other programs",
            &format!(
                "#saferoom demand time integrity\n#saferoom fresh-within 604800\n\
                 #saferoom organisation audit.example.org/log/7f3a\n{head}quorum W\n"
            ),
        ),
        refused("empty", "no-quorum", 1, ""),
        refused("no quorum", "no-quorum", 3, &head),
        refused("line ends of Windows", "character", 1, "quorum none\r\n"),
        refused("a misspelt line", "unknown-line", 1, "quorun none\n"),
        refused("too many words", "words", 1, "quorum none none\n"),
        refused("a log with the key of a witness", "key-use", 1, &format!("log {witness}\n")),
        refused("a witness with the key of a log", "key-use", 1, &format!("witness W {}\n", &log[4..])),
        refused("the same log twice", "duplicate", 2, &format!("{log}\n{log}\n")),
        refused("two quorums", "duplicate", 4, &format!("{head}quorum W\nquorum none\n")),
        refused("a quorum that is defined below", "unknown-name", 1, &format!("quorum W\n{head}")),
        refused("a threshold of nobody", "threshold", 3, &format!("{head}group G 0 W\n")),
        refused("a threshold beyond the members", "threshold", 3, &format!("{head}group G 2 W\n")),
        refused("a member of two groups", "member-twice", 4, &format!("{head}group G any W\ngroup H any W\n")),
        refused("a verdict that is none", "directive", 1, "#saferoom demand everything\n"),
        refused("an organisation that is no log", "unknown-name", 1, "#saferoom organisation x\nquorum none\n"),
    ]
}
