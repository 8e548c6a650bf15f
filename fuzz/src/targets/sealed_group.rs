//! A sealed group under a fixed key: any bytes; a valid group, changed; a group with any directory.

use arbitrary::Arbitrary;
use saferoom::fuzzing::seal_raw_group;
use saferoom::id::{DeviceId, RecordId, ScopeId, VaultId};
use saferoom::seal::{GroupContext, GroupLayout, SealError, Secret, open_group, padded_length, seal_group};

#[derive(Debug, Arbitrary)]
pub(crate) enum Input<'a> {
    Bytes(&'a [u8]),
    Changed { fields: Vec<(u64, &'a [u8])>, change: Change },
    Directory { directory: &'a [u8], parts: Vec<(u64, &'a [u8])> },
}

#[derive(Debug, Arbitrary)]
pub(crate) enum Change {
    Bits(usize, u8),
    Truncated(usize),
    Longer(u8),
    Swapped(usize, usize),
    Revision(u64),
    Compartment(u8),
    Generation(u32),
    Kind(u16),
    Ids(u8, [u8; 16]),
}

fn context() -> GroupContext {
    GroupContext {
        vault: VaultId::from_bytes([1; 16]),
        kind: 2,
        scope: ScopeId::from_bytes([2; 16]),
        record: RecordId::from_bytes([3; 16]),
        parent: RecordId::from_bytes([4; 16]),
        device: DeviceId::from_bytes([5; 16]),
        revision: 6,
        compartment: 1,
        generation: 1,
        key_commitment: [7; 32],
    }
}

fn key() -> Secret {
    Secret::copy_of(&[8; 32])
}

fn open(key: &Secret, context: &GroupContext, group: &[u8]) -> Result<Vec<(u64, Vec<u8>)>, SealError> {
    let (mut out, mut places) = (b"before".to_vec(), Vec::new());
    let result = open_group(key, context, group, &mut out, |_| true, |number, place| places.push((number, place)));
    assert!(out.starts_with(b"before"));
    // What was told lies in the output, without gaps, and nothing lies behind it.
    let end = places.iter().fold(6, |end, (_, place)| {
        assert_eq!(place.start, end);
        place.end
    });
    assert_eq!(out.len(), end);
    assert!(places.windows(2).all(|pair| pair[0].0 < pair[1].0));
    result.map(|()| places.into_iter().map(|(number, place)| (number, out[place].to_vec())).collect())
}

fn seal(fields: &[(u64, &[u8])]) -> Result<Vec<u8>, SealError> {
    let mut group = b"before".to_vec();
    let result = seal_group(&key(), &context(), fields.iter().copied(), &mut group);
    assert!(group.starts_with(b"before") && (result.is_ok() || group.len() == 6));
    result.map(|()| group.split_off(6))
}

fn change(group: &mut Vec<u8>, place: &mut GroupContext, change: Change) {
    match change {
        Change::Bits(at, bits) => {
            let at = at % group.len();
            group[at] ^= bits;
        }
        Change::Truncated(length) => group.truncate(length % (group.len() + 1)),
        Change::Longer(byte) => group.push(byte),
        Change::Swapped(first, second) => {
            let length = group.len();
            group.swap(first % length, second % length);
        }
        Change::Revision(revision) => place.revision = revision,
        Change::Compartment(compartment) => place.compartment = compartment,
        Change::Generation(generation) => place.generation = generation,
        Change::Kind(kind) => place.kind = kind,
        Change::Ids(which, id) => match which % 6 {
            0 => place.vault = VaultId::from_bytes(id),
            1 => place.scope = ScopeId::from_bytes(id),
            2 => place.record = RecordId::from_bytes(id),
            3 => place.parent = RecordId::from_bytes(id),
            4 => place.device = DeviceId::from_bytes(id),
            _ => place.key_commitment[..16].copy_from_slice(&id),
        },
    }
}

pub(crate) fn run(input: Input<'_>) {
    match input {
        Input::Bytes(bytes) => {
            let layout = GroupLayout::parse(bytes);
            let expected = if layout.is_ok() { SealError::Authentication } else { SealError::Malformed };
            // Under a key that seals nothing: libFuzzer learns sealed bytes from comparisons.
            assert_eq!(open(&Secret::copy_of(&[9; 32]), &context(), bytes), Err(expected));
        }
        Input::Changed { mut fields, change: how } => {
            let ascends = !fields.is_empty() && fields[0].0 > 0 && fields.windows(2).all(|pair| pair[0].0 < pair[1].0);
            assert_eq!(seal(&fields).is_ok(), ascends && fields.len() <= saferoom::seal::MAX_FIELDS_PER_GROUP);
            // The steps between numbers are what the fuzzer finds, so that most inputs get this far.
            let mut number = 0_u64;
            fields.retain_mut(|field| {
                let next = number.checked_add(field.0.max(1));
                number = next.unwrap_or(number);
                field.0 = number;
                next.is_some()
            });
            let Ok(group) = seal(&fields) else { return };
            assert_eq!(padded_length(group.len()), group.len());
            let opened = open(&key(), &context(), &group).unwrap();
            assert!(opened.iter().map(|(number, value)| (*number, value.as_slice())).eq(fields.iter().copied()));
            let (mut changed, mut place) = (group.clone(), context());
            change(&mut changed, &mut place, how);
            assert_eq!(open(&key(), &place, &changed).is_ok(), changed == group && place == context());
        }
        Input::Directory { directory, parts } => {
            let group = seal_raw_group(&key(), &context(), directory, &parts);
            if let Ok(opened) = open(&key(), &context(), &group) {
                assert_eq!(opened.len(), parts.len());
                for ((number, value), (sealed_number, plain)) in opened.iter().zip(&parts) {
                    assert!(number == sealed_number && plain.starts_with(value));
                }
            }
        }
    }
}
