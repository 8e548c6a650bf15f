//! The targets: a file each, with what it checks in its first lines, and a line in this list.

use arbitrary::{Arbitrary, Unstructured};

/// What a target does with the bytes of libFuzzer; whether they were an input of its kind.
pub(crate) type Run = fn(&[u8]) -> bool;

/// A module for each name, and [`TARGETS`], so that nothing can stand in one of the two only.
macro_rules! targets {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Each target by its name.
        pub(crate) const TARGETS: &[(&str, Run)] =
            &[$((stringify!($name), |bytes| given(bytes).map($name::run).is_ok())),*];
    };
}

targets! {
    access_policy
    anonymisation_spec
    attempt_count
    authorisation
    backup_container
    backup_content
    backup_keys
    bundle_devices
    bundle_head
    bundle_manifest
    case_circle_entry
    checkpoint
    closed_content
    code_list_overlay
    code_lists_toml
    court_file_list
    device_statement
    disclosure
    emergency_secret
    enrolment_file
    entry_bundle
    entry_proof
    epoch_keys
    epoch_row
    erasure_document
    extract_manifest
    field_value
    finding
    form_document
    gazetteer_csv
    group_list
    hierarchy_csv
    identity_file
    import_map
    import_table
    json_lines
    kept_clock
    kept_head
    kept_oversight
    log_entry
    member_directory
    note
    packet_address
    packet_container
    packet_content
    packet_manifest
    packet_part
    packet_seen
    packet_statement
    partial_date
    practice_data
    protocols_toml
    recovery_set
    recovery_share
    release_documents
    roster
    roster_entry
    sealed_group
    sealed_value
    search_query
    shape
    statement
    statistics
    subject_slice
    table_input
    tables_spec
    tally
    text
    tile_folder
    tile_path
    timestamp
    trust_policy
    vault_model
    vkey
    waiting_attempts
    witness_request
}

/// The input that these bytes are, read as libFuzzer's own macro reads it.
fn given<'a, Input: Arbitrary<'a>>(bytes: &'a [u8]) -> arbitrary::Result<Input> {
    Input::arbitrary_take_rest(Unstructured::new(bytes))
}
