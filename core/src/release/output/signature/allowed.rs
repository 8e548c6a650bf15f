//! Whom a file of trusted keys trusts with an extract: keys as in `.pub` files, or an allowed-signers file of OpenSSH
//! (ssh-keygen(1), "ALLOWED SIGNERS"). A key is never trusted here where `ssh-keygen -Y verify` would refuse it.

use ssh_key::PublicKey;

use super::super::error::OutputError;
use super::NAMESPACE;
use crate::keys::VerifyingKey;

const KEY_TYPE: &str = "ssh-ed25519";

/// The keys of a text with one OpenSSH public key a line, as in a `.pub` file; an allowed-signers file of OpenSSH, in which
/// names and options stand first, will do as well. A key whose `namespaces` are not those of an extract is passed over, as
/// are empty lines and lines with `#`.
///
/// # Errors
/// [`OutputError::KeyOption`] if a key is trusted under another condition; [`OutputError::PublicKey`] if a line has no Ed25519
/// key, or none is left.
pub fn public_keys(text: &str) -> Result<Vec<VerifyingKey>, OutputError> {
    let mut keys = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            keys.extend(key_for_extracts(line, index + 1)?);
        }
    }
    if keys.is_empty() { Err(OutputError::PublicKey) } else { Ok(keys) }
}

/// The key of a line; none if it is for other purposes.
fn key_for_extracts(text: &str, line: usize) -> Result<Option<VerifyingKey>, OutputError> {
    let (first, rest) = field(text)?;
    if first == KEY_TYPE {
        return public_key(text).map(Some);
    }
    // Names stand first, then options, if there are any, then the key. An option in the place of the names is one that
    // would not be looked at.
    if is_option(first) {
        return Err(OutputError::KeyOption { line });
    }
    let (second, key) = field(rest)?;
    if second == KEY_TYPE {
        return public_key(rest).map(Some);
    }
    let key = public_key(key)?;
    Ok(are_for_extracts(second, line)?.then_some(key))
}

/// Whether this is an option and no list of names (ssh-keygen(1), "ALLOWED SIGNERS").
fn is_option(field: &str) -> bool {
    field.contains('=') || field.split(',').any(|part| part.eq_ignore_ascii_case("cert-authority"))
}

fn public_key(text: &str) -> Result<VerifyingKey, OutputError> {
    let key = PublicKey::from_openssh(text).map_err(|_| OutputError::PublicKey)?;
    key.key_data().ed25519().map(|key| VerifyingKey::from_bytes(key.0)).ok_or(OutputError::PublicKey)
}

/// The text up to the next space that stands in no quotation marks, and what comes after it.
fn field(text: &str) -> Result<(&str, &str), OutputError> {
    let mut quoted = false;
    let end = text.find(|character: char| {
        quoted ^= character == '"';
        !quoted && character.is_ascii_whitespace()
    });
    match end {
        Some(end) => Ok((&text[..end], text[end..].trim_start())),
        None if quoted => Err(OutputError::PublicKey),
        None => Ok((text, "")),
    }
}

/// Whether options allow extracts. `namespaces` is the only one that is kept here: what may sign for others, or for a time
/// alone, is not decided without a clock and a chain of certificates.
fn are_for_extracts(options: &str, line: usize) -> Result<bool, OutputError> {
    let unknown = OutputError::KeyOption { line };
    let (name, value) = options.split_once('=').ok_or_else(|| unknown.clone())?;
    let patterns = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(|| unknown.clone())?;
    // A quotation mark within it ends the value: there are other options behind it.
    if !name.eq_ignore_ascii_case("namespaces") || patterns.contains('"') {
        return Err(unknown);
    }
    Ok(matches_list(patterns))
}

/// As OpenSSH's `match_pattern_list`: one of the patterns fits, and none that is negated does.
fn matches_list(patterns: &str) -> bool {
    let fits = |pattern: &str| matches(pattern.as_bytes(), NAMESPACE.as_bytes());
    let (negated, plain): (Vec<&str>, Vec<&str>) = patterns.split(',').partition(|pattern| pattern.starts_with('!'));
    plain.into_iter().any(fits) && !negated.into_iter().any(|pattern| fits(&pattern[1..]))
}

/// `*` stands for any characters, `?` for one.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => matches(rest, text) || (!text.is_empty() && matches(pattern, &text[1..])),
        (Some((b'?', pattern)), Some((_, text))) => matches(pattern, text),
        (Some((one, pattern)), Some((other, text))) => one == other && matches(pattern, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::public_key_line;
    use super::*;
    use crate::keys::SigningKey;

    fn line() -> (VerifyingKey, String) {
        let key = SigningKey::from_seed(&[1; 32]).verifying_key();
        (key, public_key_line(&key).unwrap())
    }

    #[test]
    fn a_key_for_another_purpose_is_not_trusted() {
        let (key, line) = line();
        let other = public_key_line(&SigningKey::from_seed(&[2; 32]).verifying_key()).unwrap();
        let text = format!("desk namespaces=\"git\" {other}\ndesk namespaces=\"file,saferoom-*\" {line} \"a comment\n");
        assert_eq!(public_keys(&text), Ok(vec![key]));
        for none in ["git", "", "saferoom", "*,!saferoom-extract", "!git"] {
            let text = format!("desk namespaces=\"{none}\" {line}");
            assert_eq!(public_keys(&text), Err(OutputError::PublicKey), "{none}");
        }
        for nameless in
            [format!("namespaces=\"git\" {line}"), format!("cert-authority {line}"), format!("Cert-Authority {line}")]
        {
            assert_eq!(public_keys(&nameless), Err(OutputError::KeyOption { line: 1 }), "{nameless}");
        }
        for fits in ["saferoom-extract", "git,saferoom-extract", "*", "saferoom-extrac?", "!git,*"] {
            assert_eq!(public_keys(&format!("desk,other NameSpaces=\"{fits}\" {line}")), Ok(vec![key]), "{fits}");
        }
    }

    #[test]
    fn a_condition_that_is_not_checked_is_refused_with_its_line() {
        let (_, line) = line();
        for options in [
            "valid-before=\"20200101\"",
            "valid-after=\"20990101\"",
            "cert-authority",
            "namespaces=\"saferoom-extract\",valid-before=\"20200101\"",
            "valid-before=\"20200101\",namespaces=\"saferoom-extract\"",
            "cert-authority,namespaces=\"saferoom-extract\"",
            "namespaces=saferoom-extract",
            "restrict",
        ] {
            let text = format!("# trusted\n\ndesk {options} {line}\n");
            assert_eq!(public_keys(&text), Err(OutputError::KeyOption { line: 3 }), "{options}");
        }
    }
}
