//! Published keys and signatures byte for byte, and notes that must be refused.

use proptest::prelude::*;

use super::*;
use crate::log::Checkpoint;

/// The example of the specification, and the key of the tests of golang.org/x/mod/sumdb/note.
const PUBLISHED_KEYS: [&str; 2] = [
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
];

const LOG_KEY: &str = "audit.example.org/log/7f3a+838044d9+AdPgSH/KWo1eEN1qvW/iMdtrMFviaDgjoj/M3xYpcYNH";
const WITNESS_KEY: &str = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c";
/// A key of a type that is not verified here.
const OTHER_KEY: &str = "witness.example.net/w2+00c0ffee+BgECAw==";
const NOTE: &str = "audit.example.org/log/7f3a\n300\no/aMAz9sXeWOoSOxHi8rN31R20yupiNAoV7BwjsNLy0=\n\
    \n\u{2014} audit.example.org/log/7f3a g4BE2R91VHWrqIaXCK0lph3zI5sC1BeyA4NPO51LIJyXrDqckeNPpP3e10CAPnS7O0ZBe1RqXTbTFtNLXxiNNhWw3w0=\n";
const WITNESS_LINE: &str = "\u{2014} witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n";

fn name(text: &str) -> KeyName {
    KeyName::new(text).unwrap()
}

fn log_signing_key() -> SigningKey {
    SigningKey::from_seed(crate::log::Hash::of(b"log seed").as_bytes())
}

#[test]
fn published_verifier_keys_parse_and_print() {
    for text in PUBLISHED_KEYS.into_iter().chain([LOG_KEY, WITNESS_KEY, OTHER_KEY]) {
        assert_eq!(text.parse::<NoteKey>().unwrap().to_string(), text);
    }
    let kind = |text: &str| text.parse::<NoteKey>().unwrap().key_type();
    assert_eq!(
        [LOG_KEY, WITNESS_KEY, OTHER_KEY].map(kind),
        [KeyType::Ed25519, KeyType::Cosignature, KeyType::Other(6)]
    );
}

#[test]
fn the_example_of_the_reference_is_made_byte_for_byte_and_verifies() {
    let key: NoteKey = LOG_KEY.parse().unwrap();
    assert_eq!(NoteKey::new(key.name().clone(), log_signing_key().verifying_key()), key);
    let known = [PUBLISHED_KEYS[0].parse().unwrap(), key.clone()];
    let with_witness = format!("{NOTE}{WITNESS_LINE}");
    for whole in [NOTE, &with_witness] {
        let opened = Checkpoint::open(whole.as_bytes(), &known).unwrap();
        assert_eq!(opened.signers, [&key]);
        assert_eq!(opened.note.to_string(), whole);
        assert_eq!(opened.checkpoint.size(), 300);
        assert_eq!(opened.checkpoint.sign(&log_signing_key()).unwrap().to_string(), NOTE);
    }
}

#[test]
fn the_cosignature_of_the_reference_is_made_byte_for_byte_and_verifies() {
    let known: Vec<NoteKey> = [LOG_KEY, WITNESS_KEY, OTHER_KEY].iter().map(|key| key.parse().unwrap()).collect();
    let witness = SigningKey::from_seed(crate::log::Hash::of(b"witness seed").as_bytes());
    assert_eq!(NoteKey::witness(name("witness.example.net/w1"), witness.verifying_key()), known[1]);
    let text = Note::parse(NOTE.as_bytes()).unwrap().text().to_owned();
    let line = NoteSignature::cosign(name("witness.example.net/w1"), &witness, &text, 1_767_230_000).unwrap();
    assert_eq!(format!("{line}\n"), WITNESS_LINE);

    let opened = Checkpoint::open(format!("{NOTE}{WITNESS_LINE}").as_bytes(), &known).unwrap();
    assert_eq!(opened.signers, [&known[0], &known[1]]);
    assert_eq!(opened.cosignatures, [Cosignature { key: &known[1], time: 1_767_230_000 }]);
    // The same witness again, later: both count, the witness once.
    let mut twice = opened.note.clone();
    twice.add(NoteSignature::cosign(name("witness.example.net/w1"), &witness, &text, 1_767_230_001).unwrap()).unwrap();
    assert_eq!(twice.verify(&known).unwrap().len(), 2);
    assert_eq!(twice.cosignatures(&known).unwrap().len(), 2);
    assert_eq!(twice.cosignatures(&known[..1]), Ok(vec![]));
    assert_eq!(twice.cosignatures(&known[1..]).unwrap().len(), 2);
}

#[test]
fn a_cosignature_is_of_its_time_its_text_and_its_key() {
    let key: NoteKey = WITNESS_KEY.parse().unwrap();
    let witness = SigningKey::from_seed(crate::log::Hash::of(b"witness seed").as_bytes());
    let line = |text: &str, time: u64| NoteSignature::cosign(key.name().clone(), &witness, text, time);
    let with = |signature: NoteSignature| {
        let mut note = Note::new("text\n").unwrap();
        note.add(signature).unwrap();
        note.cosignatures(std::slice::from_ref(&key)).map(|all| all[0].time)
    };
    let good = line("text\n", 5).unwrap();
    assert_eq!(with(good.clone()), Ok(5));
    assert_eq!(line("text\n", 1 << 63), Err(LogError::TimeOutOfRange));
    assert_eq!(with(line("test\n", 5).unwrap()), Err(LogError::BadSignature));
    for place in 0..good.bytes.len() {
        let mut spoilt = good.clone();
        spoilt.bytes[place] ^= 0x80;
        assert_eq!(with(spoilt), Err(LogError::BadSignature), "byte {place}");
    }
    for length in [1, 8, 64, 71] {
        assert_eq!(
            with(NoteSignature { bytes: good.bytes[..length].to_vec(), ..good.clone() }),
            Err(LogError::BadSignature)
        );
    }
    // A plain signature of the same key under the id of the witness is none.
    let plain = NoteSignature { bytes: witness.sign(b"text\n").to_vec(), ..good };
    assert_eq!(with(plain), Err(LogError::BadSignature));
}

#[test]
fn lines_of_other_types_are_lines_of_unknown_keys() {
    let (log, other): (NoteKey, NoteKey) = (LOG_KEY.parse().unwrap(), OTHER_KEY.parse().unwrap());
    let line: NoteSignature = "\u{2014} witness.example.net/w2 AMD/7gAAAAAAAAAAAQ==".parse().unwrap();
    assert_eq!((line.name(), line.id()), (other.name(), other.id()));
    let mut note = Note::parse(NOTE.as_bytes()).unwrap();
    note.add(line).unwrap();
    let known = [other, log.clone()];
    assert_eq!(note.verify(&known), Ok(vec![&log]));
    assert_eq!(note.verify(&known[..1]), Err(LogError::Unsigned));
    assert_eq!(note.cosignatures(&known), Ok(vec![]));
}

#[test]
fn verifier_keys_are_read_strictly() {
    let long = format!("{LOG_KEY}AAAA");
    let upper = LOG_KEY.replace("838044d9", "838044D9");
    let malformed = [
        "",
        "+",
        "++",
        "name",
        "name+838044d9",
        "+838044d9+AQ==",
        "na me+838044d9+AQ==",
        &LOG_KEY[..LOG_KEY.len() - 1],
        "name+838044d9+",
        "name+838044d9+AQ==",
        "name+838044d9+BA==",
        "name+838044d9+Bg==",
        &long,
        &upper,
        &LOG_KEY.replace("838044d9", "38044d9"),
    ];
    for text in malformed {
        assert_eq!(text.parse::<NoteKey>(), Err(LogError::MalformedKey), "{text}");
    }
    for text in [LOG_KEY.replace("838044d9", "838044d8"), LOG_KEY.replace("7f3a", "7f3b")] {
        assert_eq!(text.parse::<NoteKey>(), Err(LogError::KeyIdMismatch), "{text}");
    }
}

#[test]
fn names_are_checked() {
    for bad in ["", " ", "a b", "a+b", "a\u{a0}b", "a\u{2003}", "a\nb", "a\u{7f}"] {
        assert_eq!(KeyName::new(bad), Err(LogError::KeyName), "{bad:?}");
    }
    assert_eq!(name("បន្ទប់.example").as_str(), "បន្ទប់.example");
}

#[test]
fn malformed_notes_are_refused() {
    let signature = NOTE.lines().nth(4).unwrap();
    let text = "text\n";
    let malformed = [
        String::new(),
        "\n".into(),
        text.into(),
        format!("{text}\n"),
        format!("{text}{signature}\n"),
        format!("{text}\n{signature}"),
        format!("{text}\n{signature}\n\n"),
        format!("{text}\n{signature}\n{signature}x\n"),
        format!("{text}\n{signature}\r\n"),
        format!("te\txt\n\n{signature}\n"),
        format!("te\0xt\n\n{signature}\n"),
        format!("{text}\n{}\n", signature.replace('\u{2014}', "-")),
        format!("{text}\n{}\n", signature.replace('\u{2014}', "\u{2014} ")),
        format!("{text}\n{}\n", signature.replace('=', "")),
        format!("{text}\n{}\n", signature.replace("w0=", "w1=")),
        format!("{text}\n{} \n", signature),
        format!("{text}\n\u{2014} name\n"),
        format!("{text}\n\u{2014} name AAAAAA==\n"),
        format!("{text}\n\u{2014} na+me AAAAAAA=\n"),
        format!("{text}\n\u{2014}  AAAAAAA=\n"),
    ];
    for whole in malformed {
        assert_eq!(Note::parse(whole.as_bytes()), Err(LogError::MalformedNote), "{whole:?}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n"), Err(LogError::MalformedNote));
    assert_eq!(Note::parse(&vec![b'\n'; MAX_NOTE_LENGTH + 1]), Err(LogError::NoteTooLong));
    let twice = format!("{NOTE}{signature}\n");
    assert_eq!(Note::parse(twice.as_bytes()), Err(LogError::DuplicateSignature));
    for text in ["", "no newline", "tab\t\n"] {
        assert_eq!(Note::new(text), Err(LogError::MalformedNote));
    }
}

#[test]
fn texts_may_have_blank_lines() {
    for text in ["\n", "\n\n", "a\n\nb\n", "a\n\n\n", "a\n\n\u{2014} b AAAAAAA=\n"] {
        let mut note = Note::new(text).unwrap();
        note.sign(name("key"), &log_signing_key()).unwrap();
        let again = Note::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(again, note);
        assert_eq!(again.text(), text);
    }
}

#[test]
fn many_signatures_are_carried_up_to_the_bound() {
    let mut note = Note::new("text\n").unwrap();
    let mut keys = Vec::new();
    for number in 0..MAX_SIGNATURES {
        let name = name(&format!("key{number}"));
        keys.push(NoteKey::new(name.clone(), log_signing_key().verifying_key()));
        note.sign(name, &log_signing_key()).unwrap();
    }
    assert_eq!(note.verify(&keys).unwrap().len(), MAX_SIGNATURES);
    assert_eq!(note.sign(name("one-more"), &log_signing_key()), Err(LogError::TooManySignatures));
    let whole = format!("{note}\u{2014} one-more AAAAAAA=\n");
    assert_eq!(Note::parse(whole.as_bytes()), Err(LogError::TooManySignatures));
    assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
}

#[test]
fn a_known_key_with_a_bad_signature_spoils_the_note() {
    let (good, other) = (SigningKey::generate(), SigningKey::generate());
    let known = [NoteKey::new(name("good"), good.verifying_key()), NoteKey::new(name("other"), other.verifying_key())];
    let mut note = Note::new("text\n").unwrap();
    note.sign(name("good"), &good).unwrap();
    let bad = NoteSignature { name: name("other"), id: known[1].id(), bytes: vec![0; 64] };
    let short = NoteSignature { bytes: vec![0; 63], ..bad.clone() };
    for line in [bad, short] {
        let whole = format!("{note}{line}\n");
        let parsed = Note::parse(whole.as_bytes()).unwrap();
        assert_eq!(parsed.verify(&known), Err(LogError::BadSignature));
        assert_eq!(parsed.verify(&known[..1]).unwrap(), [&known[0]], "an unknown key's line is ignored");
    }
    assert_eq!(note.verify(&known[1..]), Err(LogError::Unsigned));
    let mut impostor = NoteKey::new(name("good"), other.verifying_key());
    impostor.id = known[0].id();
    assert_eq!(note.verify(&[known[0].clone(), impostor]), Err(LogError::AmbiguousKey));
    assert_eq!(note.verify(&[known[0].clone(), known[0].clone()]).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn no_part_of_a_signed_note_can_be_cut_out(from in 0_usize..NOTE.len(), length in 1_usize..NOTE.len()) {
        let known = [LOG_KEY.parse().unwrap()];
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes.drain(from..(from + length).min(NOTE.len()));
        prop_assert!(Note::parse(&bytes).and_then(|note| note.verify(&known).map(drop)).is_err());
    }

    #[test]
    fn no_bit_of_a_signed_note_can_be_flipped(bit in 0..8 * NOTE.len()) {
        let known = [LOG_KEY.parse().unwrap()];
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(Note::parse(&bytes).and_then(|note| note.verify(&known).map(drop)).is_err());
    }

    #[test]
    fn reading_nonsense_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
        let _ = Note::parse(&bytes);
        let _ = Note::parse(format!("{text}\n\n\u{2014} {text}\n").as_bytes());
        let _ = text.parse::<NoteKey>();
        let _ = format!("{text}\n").parse::<Checkpoint>();
    }
}
