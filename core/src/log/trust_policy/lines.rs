//! The text of a trust policy, line by line.

use std::fmt;

use super::{MAX_POLICY_LENGTH, TrustPolicy, TrustPolicyError, TrustPolicyProblem, Verdict};
use crate::log::checkpoint::decimal;
use crate::log::{KeyName, NoteKey};

/// What a comment begins with that is meant for saferoom.
const DIRECTIVE: &str = "#saferoom";

/// What can stand only once, and what has to wait for the end.
#[derive(Default)]
struct Seen {
    quorum: bool,
    /// The line and the origin: the log may be listed below.
    organisation: Option<(usize, KeyName)>,
}

impl TrustPolicy {
    /// Reads a trust policy.
    ///
    /// # Errors
    /// [`TrustPolicyError`] with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustPolicyError> {
        if bytes.len() > MAX_POLICY_LENGTH {
            return Err(TrustPolicyError { line: 1, problem: TrustPolicyProblem::TooLong });
        }
        let (mut policy, mut seen, mut last) = (Self::default(), Seen::default(), 1);
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            last = number;
            policy = read_line(policy, line, number, &mut seen)
                .map_err(|problem| TrustPolicyError { line: number, problem })?;
        }
        if !seen.quorum {
            return Err(TrustPolicyError { line: last, problem: TrustPolicyProblem::NoQuorum });
        }
        match seen.organisation {
            Some((line, origin)) => {
                policy.of_organisation(&origin).map_err(|problem| TrustPolicyError { line, problem })
            }
            None => Ok(policy),
        }
    }
}

fn read_line(
    policy: TrustPolicy,
    line: &[u8],
    number: usize,
    seen: &mut Seen,
) -> Result<TrustPolicy, TrustPolicyProblem> {
    if line.iter().any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
        return Err(TrustPolicyProblem::Character);
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let words: Vec<&[u8]> = line.split(is_space).filter(|word| !word.is_empty()).collect();
    let first = words.first().copied().unwrap_or_default();
    // A comment may be in any encoding. One for saferoom stands at the beginning of the line.
    let directive = line.starts_with(DIRECTIVE.as_bytes());
    if first.is_empty() || (first.starts_with(b"#") && !directive) {
        return Ok(policy);
    }
    let words: Result<Vec<&str>, _> = words.iter().map(|word| std::str::from_utf8(word)).collect();
    let words = words.map_err(|_| TrustPolicyProblem::Character)?;
    if directive {
        return read_directive(policy, &words, number, seen);
    }
    match words[..] {
        ["log", key] => policy.with_log(read_key(key)?, None),
        ["log", key, url] => policy.with_log(read_key(key)?, Some(url)),
        ["witness", name, key] => policy.with_witness(name, read_key(key)?, None),
        ["witness", name, key, url] => policy.with_witness(name, read_key(key)?, Some(url)),
        ["group", name, threshold, ref members @ ..] if !members.is_empty() => {
            policy.with_group(name, read_threshold(threshold, members.len())?, members)
        }
        ["quorum", name] => {
            if std::mem::replace(&mut seen.quorum, true) {
                return Err(TrustPolicyProblem::Duplicate);
            }
            if name == "none" { Ok(policy) } else { policy.with_quorum(name) }
        }
        ["log" | "witness" | "group" | "quorum", ..] => Err(TrustPolicyProblem::Words),
        _ => Err(TrustPolicyProblem::UnknownLine),
    }
}

fn read_directive(
    mut policy: TrustPolicy,
    words: &[&str],
    number: usize,
    seen: &mut Seen,
) -> Result<TrustPolicy, TrustPolicyProblem> {
    match *words {
        [DIRECTIVE, "demand", ref names @ ..] if policy.demanded.is_none() && !names.is_empty() => {
            let verdicts: Option<Vec<_>> = names.iter().map(|name| Verdict::from_name(name)).collect();
            return Ok(policy.demanding(&verdicts.ok_or(TrustPolicyProblem::Directive)?));
        }
        [DIRECTIVE, "fresh-within", seconds] if policy.fresh_within.is_none() => {
            policy.fresh_within = Some(decimal(seconds).ok_or(TrustPolicyProblem::Directive)?);
        }
        [DIRECTIVE, "organisation", origin] if seen.organisation.is_none() => {
            let origin = KeyName::new(origin).map_err(TrustPolicyProblem::Key)?;
            seen.organisation = Some((number, origin));
        }
        _ => return Err(TrustPolicyProblem::Directive),
    }
    Ok(policy)
}

fn read_key(text: &str) -> Result<NoteKey, TrustPolicyProblem> {
    text.parse().map_err(TrustPolicyProblem::Key)
}

fn read_threshold(text: &str, members: usize) -> Result<usize, TrustPolicyProblem> {
    match text {
        "any" => Ok(1),
        "all" => Ok(members),
        number => decimal(number).and_then(|number| usize::try_from(number).ok()).ok_or(TrustPolicyProblem::Threshold),
    }
}

pub(super) fn write(policy: &TrustPolicy, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for log in &policy.logs {
        write!(f, "log {}", log.key)?;
        write_url(f, log.url.as_deref())?;
    }
    for witness in &policy.witnesses {
        write!(f, "witness {} {}", witness.name, witness.key)?;
        write_url(f, witness.url.as_deref())?;
    }
    for group in &policy.groups {
        write!(f, "group {} ", group.name)?;
        match group.threshold {
            all if all == group.members.len() => f.write_str("all")?,
            1 => f.write_str("any")?,
            some => write!(f, "{some}")?,
        }
        group.members.iter().try_for_each(|member| write!(f, " {member}"))?;
        f.write_str("\n")?;
    }
    writeln!(f, "quorum {}", policy.quorum.as_deref().unwrap_or("none"))?;
    if let Some(demanded) = &policy.demanded {
        write!(f, "{DIRECTIVE} demand")?;
        demanded.iter().try_for_each(|verdict| write!(f, " {}", verdict.name()))?;
        f.write_str("\n")?;
    }
    if let Some(seconds) = policy.fresh_within {
        writeln!(f, "{DIRECTIVE} fresh-within {seconds}")?;
    }
    if let Some(origin) = &policy.organisation {
        writeln!(f, "{DIRECTIVE} organisation {origin}")?;
    }
    Ok(())
}

fn write_url(f: &mut fmt::Formatter<'_>, url: Option<&str>) -> fmt::Result {
    match url {
        Some(url) => writeln!(f, " {url}"),
        None => f.write_str("\n"),
    }
}
