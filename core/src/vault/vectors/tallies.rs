//! What was counted of a member: as it is sealed, and as it is read.

use serde_json::{Value, json};

use super::edited;
use crate::access::policy::{Effect, Measure, Night};
use crate::access::{SearchToken, Tally};
use crate::id::{MemberId, RecordId, ScopeId, VaultId};
use crate::keys::Identity;
use crate::seal::Secret;
use crate::vault::limits::{TallyKeys, padded, unpadded};
use crate::vectors::{Refusal, bytes, changed, fixed, flipped, good, hex};

const NIGHT: Night = Night { from_hour: 20, to_hour: 6, utc_offset_minutes: 420 };
/// In the evening of a day, in Phnom Penh.
const EVENING: u64 = 1_700_056_800_000;

pub(super) fn tally(vector: &Value) -> Result<Value, Refusal> {
    let tally = Tally::decode(&bytes(&vector["input"])).map_err(|_| Refusal::malformed())?;
    Ok(json!({ "total": tally.total().to_string(), "counts": counts(&tally) }))
}

/// By measure; of repeated searches one has to ask by token.
fn counts(tally: &Tally) -> Value {
    let of = Measure::ALL.iter().filter(|measure| **measure != Measure::RepeatedSearch);
    of.map(|measure| (measure.name().to_owned(), json!(tally.count(*measure).to_string()))).collect()
}

fn busy(reads: u32) -> Tally {
    let mut tally = Tally::new(EVENING);
    for number in 0..reads {
        tally.begin(EVENING + u64::from(number) * 60_000, &NIGHT);
        let mut id = [7; 16];
        id[12..].copy_from_slice(&number.to_be_bytes());
        tally.read(RecordId::from_bytes(id), (number % 2 == 0).then(|| ScopeId::from_bytes(id)));
        let token: SearchToken = u64::from(number % 3).to_be_bytes();
        tally.search(&token, number == 1);
        tally.tell(Measure::ReadsPerHour, Effect::Alert);
        tally.end();
    }
    tally
}

pub(super) fn tallies() -> Vec<Value> {
    let plain = busy(4).encode();
    let vector =
        |name: &str, comment: &str, tally: &Tally| good(name, comment, json!({ "input": hex(tally.encode()) }));
    let mut vectors = vec![
        vector("nothing yet", "", &Tally::new(EVENING)),
        vector("four reads at night", "two of them in cases of others, and as many searches", &busy(4)),
        vector("a whole night", "what is an hour old is left out", &busy(500)),
        vector("very many records", "more than are counted exactly", &many()),
    ];
    let at = |part: &[u8]| plain.windows(part.len()).position(|window| window == part).expect("is there");
    // The four records, by parts of six bytes; what was told; the searches.
    let (records, told) = (at(&[0x82, 0, 0x58, 24]) + 4, at(&[0x87, 0x82, 1, 0]) + 2);
    let (made, token) = (at(&[0x43, 0, 0, 2]) + 1, at(&[0x48, 0, 0, 0, 0, 0, 0, 0, 1]) + 8);
    vectors.extend(edited(
        &plain,
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("twelve parts", &|bytes| bytes[0] = 0x8C),
            ("total in a longer form", &|bytes| drop(bytes.splice(2..3, [0x18, 4]))),
            ("a record that is 13 steps old", &|bytes| bytes[records + 4] = 13),
            ("records that do not ascend", &|bytes| bytes[records + 3] = 9),
            ("a record twice", &|bytes| bytes[records + 9] = 0),
            ("a level that the tag does not have", &|bytes| bytes[records + 11] = 1),
            ("half a record", &|bytes| {
                bytes[records - 1] -= 3;
                bytes.drain(records..records + 3);
            }),
            ("a search that was made at no time", &|bytes| bytes[made + 2] = 0),
            ("a search that is 25 hours old", &|bytes| bytes[made] = 25),
            ("a search twice", &|bytes| bytes[token] = 0),
            ("an effect that there is not", &|bytes| bytes[told] = 5),
            ("told 13 steps ago", &|bytes| bytes[told + 1] = 13),
        ],
    ));
    vectors
}

fn many() -> Tally {
    let mut tally = Tally::new(EVENING);
    tally.begin(EVENING, &NIGHT);
    for number in 0..3000_u32 {
        let mut id = [0; 16];
        id[12..].copy_from_slice(&number.wrapping_mul(0x9E37_79B1).to_be_bytes());
        tally.read(RecordId::from_bytes(id), None);
    }
    tally.end();
    tally
}

/// `row` of table `tally`, of the identity of a `seed`, opens to a tally.
pub(super) fn row(vector: &Value) -> Result<Value, Refusal> {
    let (keys, vault) = keys_of(vector);
    let mut plain = Vec::new();
    keys.context(vault).open_onto(&keys.seal, &bytes(&vector["sealed"]), &mut plain)?;
    let tally = unpadded(&plain)?;
    Ok(json!({ "name": hex(keys.name), "plain_length": plain.len(), "tally": hex(tally.encode()) }))
}

fn keys_of(vector: &Value) -> (TallyKeys, VaultId) {
    let (member, vault) =
        (MemberId::from_bytes(fixed(&vector["member"])), VaultId::from_bytes(fixed(&vector["vault"])));
    let identity = Identity::from_parts(member, Secret::copy_of(&fixed(&vector["seed"])));
    (TallyKeys::of(&identity.member_keys(vault), vault), vault)
}

pub(super) fn rows() -> Vec<Value> {
    let mut plain = json!({ "seed": hex([0x31; 32]), "member": hex([2; 16]), "vault": hex([1; 16]) });
    let (keys, vault) = keys_of(&plain);
    let seal = |padded: &[u8]| hex(keys.context(vault).seal(&keys.seal, padded).expect("sealed"));
    let bytes = padded(&busy(4).encode());
    plain["sealed"] = json!(seal(&bytes));
    let sealed = good("a row", "padded to 512 bytes", plain);
    let other = |key: &str, name: &str| changed(&sealed, key, flipped(&sealed[key], 0), name, "authentication");
    let mut dirty = bytes.clone();
    dirty.extend([0, 1]);
    let mut long = bytes;
    long[..2].copy_from_slice(&[0xFF, 0xFF]);
    vec![
        other("seed", "of another identity"),
        other("member", "of another member"),
        other("vault", "of another vault"),
        other("sealed", "a flipped bit"),
        changed(&sealed, "sealed", json!(seal(&dirty)), "padding that is not zero", "tally"),
        changed(&sealed, "sealed", json!(seal(&long)), "longer than it is", "tally"),
        sealed,
    ]
}
