//! What is signed or closed: the digest of what was closed for changes, and the bytes that a second person signs.

use serde_json::{Value, json};

use crate::id::{MemberId, RecordId, VaultId};
use crate::model::records::{Authorisation, Interview, InterviewBreak, Statement, StatementSignature};
use crate::model::{Coded, DynamicRecord, FieldBuffer, FieldNumber, Narrative, Record, Text, Timestamp, catalogue};
use crate::practice::authorise::{Authorised, Signed, check};
use crate::practice::consent::Disclosure;
use crate::practice::statement::{Content, content_digest};
use crate::seal::sha256;
use crate::vault::closing::written;
use crate::vectors::{Refusal, bad, bytes, changed, fixed, good, hex, list, number, text};

/// What was closed: `salt`, `records` (each `kind` and `fields`: number and stored value) and the `digest` that was written.
/// The first record is what was closed, the others are its parts.
pub(super) fn closing(vector: &Value) -> Result<Value, Refusal> {
    let salt = bytes(&vector["salt"]).try_into().map_err(|_| Refusal::malformed())?;
    let records = list(&vector["records"]).iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let first = records.first().ok_or_else(Refusal::malformed)?;
    let rule = crate::model::rules().lock_of(first.spec().kind).ok_or_else(Refusal::malformed)?;
    let content = |record: &DynamicRecord| {
        let besides = if record.spec().kind == rule.kind { &rule.besides[..] } else { &[] };
        Content::of(record, besides)
    };
    let contents = records.iter().map(content).collect::<Result<Vec<_>, _>>().map_err(|_| Refusal::malformed())?;
    let digest = written(&content_digest(&salt, contents));
    if vector["digest"] == digest { Ok(json!({ "fits": true })) } else { Err(Refusal::malformed().named(&Differs)) }
}

/// The digest is another.
#[derive(Debug)]
struct Differs;

fn record(value: &Value) -> Result<DynamicRecord, Refusal> {
    let spec = catalogue().by_name(text(&value["kind"])).ok_or_else(Refusal::malformed)?;
    let mut fields = FieldBuffer::new();
    for (field, stored) in list(&value["fields"]).iter().map(|pair| (&pair[0], &pair[1])) {
        fields.push(FieldNumber::new(number(field)), &bytes(stored)).map_err(|_| Refusal::malformed())?;
    }
    DynamicRecord::decode(spec, &fields).map_err(|_| Refusal::malformed())
}

fn stored<R: Record>(record: &R) -> Value {
    let mut buffer = FieldBuffer::new();
    record.encode(&mut buffer).unwrap();
    let fields: Vec<_> = buffer.iter().map(|(number, value)| json!([number.get(), hex(value)])).collect();
    json!({ "kind": R::spec().name(), "fields": fields })
}

fn closed(name: &str, comment: &str, records: &[Value], digest: &str) -> Value {
    good(name, comment, json!({ "salt": hex([7; 16]), "records": records, "digest": digest }))
}

pub(super) fn closings() -> Vec<Value> {
    let statement = |body: &str, version| Statement {
        body: Narrative::new(body).ok(),
        version: Some(version),
        kind: Coded::new("summary").ok(),
        ..Statement::default()
    };
    let told = stored(&statement("The invented child said that it rained.", 1));
    let signature = stored(&StatementSignature {
        name: Text::new("Example Officer").ok(),
        page_count: Some(2),
        ..StatementSignature::default()
    });
    let interview = |digest: Option<&str>| Interview {
        purpose: Coded::new("initial").ok(),
        net_minutes: Some(40),
        locked_digest: digest.and_then(|digest| Text::new(digest).ok()),
        ..Interview::default()
    };
    let rest = stored(&InterviewBreak { reason: Coded::new("fatigue").ok(), ..InterviewBreak::default() });
    let named = Statement { supersedes: Some(RecordId::from_bytes([9; 16])), ..statement("It rained.", 2) };
    let of = |records: &[Value]| {
        let contents = records.iter().map(|one| {
            let record = record(one).unwrap();
            let rule = crate::model::rules().lock_of(record.spec().kind);
            Content::of(&record, rule.map_or(&[][..], |rule| &rule.besides)).unwrap()
        });
        written(&content_digest(&[7; 16], contents.collect()))
    };
    let both = [told.clone(), signature.clone()];
    let digest = of(&both);
    let held = [stored(&interview(None)), rest.clone()];
    let plain = closed("a statement and its signature", "", &both, &digest);
    let twice = [told.clone(), signature.clone(), signature.clone()];
    let other = stored(&statement("The invented child said that it snowed.", 1));
    let later = stored(&statement("The invented child said that it rained.", 2));
    let with = |name: &str, records: &[Value]| changed(&plain, "records", records.to_vec(), name, "differs");
    let broken = json!({ "kind": "statement", "fields": [[FieldNumber::new(1).get(), "ff"]] });
    let (_, digits) = digest.split_once(':').unwrap();
    vec![
        closed("a statement alone", "", &both[..1], &of(&both[..1])),
        closed("a statement with two signatures that are the same", "each counts", &twice, &of(&twice)),
        closed("an interview and a break", "", &held, &of(&held)),
        closed(
            "an interview that names the digest by now",
            "what is written besides is no part of it",
            &[stored(&interview(Some("sha256:00"))), rest],
            &of(&held),
        ),
        closed(
            "a statement that takes the place of another",
            "ids of records are no part of it",
            &[stored(&named)],
            &of(&[stored(&statement("It rained.", 2))]),
        ),
        changed(&plain, "salt", hex([8; 16]), "another salt", "differs"),
        changed(&plain, "salt", hex([7; 15]), "a salt of 15 bytes", "malformed"),
        with("another word in the statement", &[other, signature.clone()]),
        with("another version of the statement", &[later, signature.clone()]),
        with("the signature is missing", &both[..1]),
        with("the signature is there twice", &twice),
        with("a break of an interview among it", &[told, signature, stored(&interview(None))]),
        changed(&plain, "records", Vec::<Value>::new(), "no record", "malformed"),
        changed(&plain, "records", vec![broken], "a value that is none of its field", "malformed"),
        changed(&plain, "records", vec![both[1].clone()], "a part alone", "malformed"),
        changed(&plain, "digest", digits, "a digest without its method", "differs"),
        changed(&plain, "digest", digest.to_uppercase(), "a digest in capitals", "differs"),
        changed(&plain, "digest", format!("sha256:{}", "0".repeat(64)), "another digest", "differs"),
        plain,
    ]
}

/// An authorisation: who signs where (`vault`, `id`, `member`, `subject`), what the record holds (`record`: fields by number
/// and stored value), what is `asked` in the same form, and `now`.
pub(super) fn authorisation(vector: &Value) -> Result<Value, Refusal> {
    let signed = signed_of(vector)?;
    let held = authorised(&vector["record"])?;
    let asked = Authorised::of(&authorised(&vector["asked"])?).ok_or_else(Refusal::malformed)?;
    let now = Timestamp::parse(text(&vector["now"])).map_err(|_| Refusal::malformed())?;
    check(&held, &asked, &signed, now)?;
    let bytes = asked.signed_bytes(&signed);
    Ok(json!({ "signed_bytes": hex(&bytes), "digest": hex(sha256(&bytes)) }))
}

fn signed_of(vector: &Value) -> Result<Signed, Refusal> {
    Ok(Signed {
        vault: VaultId::from_bytes(fixed(&vector["vault"])),
        id: RecordId::from_bytes(fixed(&vector["id"])),
        member: MemberId::from_bytes(fixed(&vector["member"])),
        subject: RecordId::from_bytes(fixed(&vector["subject"])),
        valid_until: Timestamp::parse(text(&vector["valid_until"])).map_err(|_| Refusal::malformed())?,
    })
}

fn authorised(value: &Value) -> Result<Authorisation, Refusal> {
    let mut fields = FieldBuffer::new();
    for (field, stored) in list(value).iter().map(|pair| (&pair[0], &pair[1])) {
        fields.push(FieldNumber::new(number(field)), &bytes(stored)).map_err(|_| Refusal::malformed())?;
    }
    Authorisation::decode(&fields).map_err(|_| Refusal::malformed())
}

fn fields_of(record: &Authorisation) -> Value {
    stored(record)["fields"].clone()
}

const NOW: &str = "2026-03-02T08:00:00Z";

pub(super) fn authorisations() -> Vec<Value> {
    let telling = |recipient: &str, fields: &[&str]| Authorised::Override {
        disclosure: Disclosure {
            purpose: "referral".into(),
            recipient_kind: "service_provider".into(),
            recipient: recipient.into(),
            service: Some("shelter".into()),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        },
        ground: Coded::new("imminent_danger").unwrap(),
    };
    let told = telling("The shelter", &["child.sex", "child.given_name_latin"]);
    let repeat = Authorised::Repeat { reason: Coded::new("new_allegation").unwrap() };
    let copy = Authorised::Copy { class: Coded::new("working").unwrap() };
    let plain = authorisation_of("telling without consent", "", &told);
    let asked = |name: &str, act: &Authorised, error: &str| {
        changed(&plain, "asked", fields_of(&record_of(&plain, act)), name, error)
    };
    let held = |name: &str, change: &dyn Fn(&mut Authorisation), error: &str| {
        let mut record = record_of(&plain, &told);
        change(&mut record);
        changed(&plain, "record", fields_of(&record), name, error)
    };
    let signed = |key: &str, name: &str| changed(&plain, key, hex([0xEE; 16]), name, "not-as-signed");
    let mut reordered = authorisation_of("the same fields in another order, and a space", "", &told);
    let again = telling(" The shelter ", &["child.given_name_latin", "child.sex", "child.sex"]);
    reordered["asked"] = fields_of(&record_of(&reordered, &again));
    let no_act = Authorisation { act: None, ..record_of(&plain, &told) };
    vec![
        authorisation_of("another interview", "", &repeat),
        authorisation_of("a copy", "", &copy),
        reordered,
        signed("vault", "signed in another vault"),
        signed("id", "of another record"),
        signed("member", "signed by another member"),
        signed("subject", "about another child"),
        changed(&plain, "valid_until", "2026-03-04T08:00:00Z", "until another time", "not-as-signed"),
        asked("another recipient", &telling("The clinic", &["child.sex", "child.given_name_latin"]), "another-act"),
        asked(
            "a field more",
            &telling("The shelter", &["child.sex", "child.given_name_latin", "child.phones"]),
            "another-act",
        ),
        asked("a field fewer", &telling("The shelter", &["child.sex"]), "another-act"),
        asked("another act", &copy, "another-act"),
        held("the ground was changed", &|record| record.ground = Coded::new("court_order").ok(), "not-as-signed"),
        held("the recipient was changed", &|record| record.recipient = Text::new("The clinic").ok(), "not-as-signed"),
        held("a field was added", &|record| record.fields.push(Text::new("child.phones").unwrap()), "not-as-signed"),
        held("the digest is missing", &|record| record.digest = None, "not-as-signed"),
        held("the digest has other digits", &|record| record.digest = Text::new("sha256:00").ok(), "not-as-signed"),
        held("the act is missing", &|record| record.act = None, "not-as-signed"),
        held("it was used", &|record| record.used_at = Timestamp::parse(NOW).ok(), "used"),
        changed(&plain, "now", "2026-03-03T08:00:00.001Z", "a moment too late", "expired"),
        changed(&plain, "now", "2026-03-03T08:00:00Z", "at the last moment", ""),
        bad("nothing is asked", "malformed", "", {
            let mut vector = plain.clone();
            vector["asked"] = fields_of(&no_act);
            vector
        }),
        plain,
    ]
    .into_iter()
    .map(accepted)
    .collect()
}

/// A vector with an empty error is one that is accepted.
fn accepted(mut vector: Value) -> Value {
    if vector["error"] == "" {
        vector.as_object_mut().unwrap().remove("error");
    }
    vector
}

fn authorisation_of(name: &str, comment: &str, act: &Authorised) -> Value {
    let mut vector = good(
        name,
        comment,
        json!({
            "vault": hex([1; 16]), "id": hex([2; 16]), "member": hex([3; 16]), "subject": hex([4; 16]),
            "valid_until": "2026-03-03T08:00:00Z", "now": NOW,
        }),
    );
    let record = fields_of(&record_of(&vector, act));
    vector["record"] = record.clone();
    vector["asked"] = record;
    vector
}

fn record_of(vector: &Value, act: &Authorised) -> Authorisation {
    let signed = signed_of(vector).unwrap();
    act.record(&signed, Narrative::new("Invented").unwrap(), Timestamp::parse(NOW).unwrap()).unwrap()
}
