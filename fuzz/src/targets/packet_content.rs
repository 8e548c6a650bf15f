//! What stands inside a packet: a manifest and parts that an honest key signed and sealed, however absurd.

use saferoom::fuzzing::packet_content;

pub(crate) fn run(bytes: &[u8]) {
    let _refused_or_not = packet_content(bytes);
}
