//! Vectors of rows of the statistics in a packet.

use serde_json::{Value, json};

use super::super::{ContentKind, StatisticsSlice, StatisticsSliceRow};
use crate::id::VaultId;
use crate::vectors::{Refusal, bad, hex};

pub(super) fn run(input: &[u8]) -> Result<Value, Refusal> {
    let slice = StatisticsSlice::decode(input)?;
    assert_eq!(slice.encode(), input);
    let row = |row: &StatisticsSliceRow| json!({ "id": hex(row.id), "sections": row.sections.iter().map(hex).collect::<Vec<_>>() });
    Ok(json!({
        "vault": slice.vault.to_string(), "station": slice.station, "until": slice.until.to_string(),
        "rows": slice.rows.iter().map(row).collect::<Vec<_>>(),
    }))
}

/// Two rows, of which one says nothing any more.
pub(super) fn example() -> StatisticsSlice {
    let row = |id, sections| StatisticsSliceRow { id: [id; 16], sections };
    StatisticsSlice {
        vault: VaultId::from_bytes([3; 16]),
        station: "Kandal".into(),
        until: 1_700_000_000_000,
        rows: vec![row(1, vec![vec![0x83, 2, 1, 0x80], vec![0x83, 8, 1, 0x80]]), row(2, Vec::new())],
    }
}

pub(super) fn wrong() -> Vec<Value> {
    let refused = |what: &str, slice: StatisticsSlice| {
        let input = json!({ "kind": ContentKind::STATISTICS.number(), "input": hex(slice.encode()) });
        bad(&format!("statistics: {what}"), "content", "", input)
    };
    let of = |rows: &[usize]| {
        let rows = rows.iter().map(|at| example().rows[*at].clone()).collect();
        StatisticsSlice { rows, ..example() }
    };
    let named = |station: &str| StatisticsSlice { station: station.into(), ..example() };
    let many = StatisticsSliceRow { sections: vec![Vec::new(); 65], ..example().rows[0].clone() };
    vec![
        refused("rows descend", of(&[1, 0])),
        refused("a row twice", of(&[0, 0])),
        refused("65 sections in a row", StatisticsSlice { rows: vec![many], ..example() }),
        refused("a station without a name", named("")),
        refused("a station named by a blank", named(" ")),
        refused("a name of two lines", named("Kandal\nSiem Reap")),
        refused("a name of 201 bytes", named(&"k".repeat(201))),
    ]
}
