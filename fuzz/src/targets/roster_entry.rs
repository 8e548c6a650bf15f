//! A roster entry, a proposal: any bytes, and any body below a signature; what is accepted has one form.

use saferoom::access::{Proposal, RosterEntry};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(entry) = RosterEntry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
        assert_eq!(entry.proposal().to_bytes(), bytes[8..]);
    }
    for proposal in [bytes.to_vec(), unsigned(bytes)] {
        let Ok(read) = Proposal::from_bytes(&proposal) else { continue };
        assert_eq!(read.to_bytes(), proposal);
        // What was read says what it changes, and who signed it stands in ascending order.
        let change = read.change().expect("a change");
        assert!(change.kind() > 0 && !change.name().is_empty());
        assert!(read.signers().collect::<Vec<_>>().is_sorted());
    }
}

/// These bytes as the body of a proposal that nobody has signed yet.
fn unsigned(body: &[u8]) -> Vec<u8> {
    let head = match body.len() {
        length @ 0..=23 => vec![0x40 | length as u8],
        length @ 24..=255 => vec![0x58, length as u8],
        length @ 256..=65535 => [&[0x59][..], &(length as u16).to_be_bytes()].concat(),
        length => [&[0x5A][..], &(length as u32).to_be_bytes()].concat(),
    };
    [&[0x82][..], &head, body, &[0x80]].concat()
}
