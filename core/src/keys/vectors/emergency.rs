//! Second secrets as they are printed, and what is wrapped for an identity and a second secret together.

use serde_json::{Value, json};

use super::make::{base, inner};
use super::{circle_name, circle_secret, member_identity, vault};
use crate::keys::EmergencySecret;
use crate::seal::{LabelledInput, sha256};
use crate::vectors::{Refusal, bad, bytes, changed, flipped, good, hex, shortened, text};

pub(super) fn secret(vector: &Value) -> Result<Value, Refusal> {
    let second = EmergencySecret::parse(text(&vector["text"]))?;
    Ok(json!({ "printed": second.to_text().as_str(), "public_key": hex(second.public().to_bytes()) }))
}

pub(super) fn wrap(vector: &Value) -> Result<Value, Refusal> {
    let (vault, name, identity) = (vault(vector), circle_name(vector), member_identity(vector));
    let second = EmergencySecret::parse(text(&vector["second"]))?;
    let opened = identity.member_keys(vault).open_emergency(vault, name, &bytes(&vector["wrapped"]), &second)?;
    let slot = identity.public().slot_key.emergency(vault, name, &second.public());
    Ok(json!({ "secret": hex(opened.secret().expose()), "slot": hex(slot) }))
}

/// The printed form of a secret of one repeated byte, by the words of the format.
fn printed(seed: u8) -> String {
    let checksum = sha256(LabelledInput::new("saferoom/emergency/checksum").part(&[seed; 32]).as_bytes());
    let digits = hex([&[seed; 32][..], &checksum[..4]].concat());
    let groups = digits.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap());
    groups.fold("saferoom-emergency-1".to_owned(), |text, group| text + " " + group)
}

pub(super) fn secrets() -> Vec<Value> {
    let plain = printed(0x81);
    let read = |name: &str, comment: &str, text: &str| good(name, comment, json!({ "text": text }));
    let refused = |name: &str, text: String| bad(name, "emergency-secret", "", json!({ "text": text }));
    vec![
        read("as it is printed", "18 groups of four digits, the last two a checksum", &plain),
        read("another secret", "", &printed(0)),
        read(
            "as it is typed",
            "capital digits, line ends, hyphens, no groups",
            &format!("\n{}\r\n", printed(0xAB).replace("abab abab", "ABAB-ABAB").replacen(' ', "\n", 3)),
        ),
        refused("nothing", String::new()),
        refused("the word alone", "saferoom-emergency-1".into()),
        refused("another version", plain.replacen("-1", "-2", 1)),
        refused("the word in capitals", plain.replacen("saferoom", "SAFEROOM", 1)),
        refused("a digit is wrong", plain.replacen("8181", "8191", 1)),
        refused("two groups changed places", {
            let (text, group) = plain.rsplit_once(' ').unwrap();
            let (text, before) = text.rsplit_once(' ').unwrap();
            format!("{text} {group} {before}")
        }),
        refused("the last digit is missing", plain[..plain.len() - 1].into()),
        refused("a digit too many", format!("{plain}0")),
        refused("a letter that is no digit", plain.replacen("8181", "818g", 1)),
    ]
}

pub(super) fn wraps() -> Vec<Value> {
    let mut vector = base();
    vector["member"] = json!(hex([0x0A; 16]));
    vector["seed"] = json!(hex([0x0B; 32]));
    vector["second"] = json!(printed(0x81));
    let (vault, name, secret) = (vault(&vector), circle_name(&vector), circle_secret(&vector));
    let member = member_identity(&vector).public();
    let second = EmergencySecret::parse(&printed(0x81)).unwrap().public();
    let info = |label: &str| {
        LabelledInput::new(label)
            .part(vault.as_bytes())
            .part(name.scope.as_bytes())
            .number(name.compartment.into())
            .number(name.generation.into())
            .part(&member.hybrid_key.to_bytes())
            .part(&second.to_bytes())
    };
    let outer = |inner: &[u8]| hex(member.hybrid_key.seal(&info("saferoom/emergency/outer"), inner).unwrap());
    let wrapped = member.wrap_for_emergency(vault, name, &secret, &second).unwrap();
    let by_hand = second.seal(&info("saferoom/emergency/inner"), secret.secret().expose()).unwrap();
    let mut changed_inner = by_hand.clone();
    changed_inner[1120] ^= 0x10;
    vector["wrapped"] = json!(hex(wrapped));
    for key in ["secret", "place"] {
        vector.as_object_mut().unwrap().remove(key);
    }
    let some = good("for an identity and a second secret", "sealed to the one, then to the other", vector.clone());
    vector["wrapped"] = json!(outer(&by_hand));
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "wrap");
    vec![
        good("by hand", "by the words of the format", vector),
        refused("second", printed(0x82).into(), "with another second secret"),
        refused("seed", hex([0x0C; 32]).into(), "with another identity"),
        refused("vault", hex([9; 16]).into(), "in another vault"),
        refused("circle", inner(&some, "circle", "scope", hex([3; 16])), "of another scope"),
        refused("circle", inner(&some, "circle", "compartment", 5), "of another compartment"),
        refused("circle", inner(&some, "circle", "generation", 4), "of another generation"),
        refused("wrapped", flipped(&some["wrapped"], 7).into(), "the outer key flipped"),
        refused("wrapped", flipped(&some["wrapped"], -1).into(), "the tag flipped"),
        refused("wrapped", shortened(&some["wrapped"], 1).into(), "the last byte is missing"),
        refused("wrapped", outer(&changed_inner).into(), "the inner wrap flipped, the outer one made anew"),
        refused("wrapped", outer(secret.secret().expose()).into(), "sealed to the identity alone"),
        refused("wrapped", hex(&by_hand).into(), "sealed to the second secret alone"),
        refused("wrapped", "".into(), "no bytes"),
        some,
    ]
}
