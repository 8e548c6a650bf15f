//! The vectors in `tests/vectors/statistics`: rows, links, sections, notes and ways back, as they are before they are sealed.

mod make;

use serde_json::{Value, json};

use super::note::StatisticsNote;
use super::row::{Block, Reversal, StoredLinks, StoredStatistics, padded, unpadded};
use crate::model::statistics::{StatisticsRecord, StatisticsSection};
use crate::vectors::{Refusal, Run, bytes, hex, hold, number, write};

const FILES: [(&str, Run); 5] =
    [("paddings", padding), ("rows", row), ("links", links), ("sections", section), ("notes", note)];

#[test]
fn statistics_vectors_hold() {
    hold("statistics", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/statistics"]
fn write_statistics_vectors() {
    let makers = [make::paddings, make::rows, make::links, make::sections, make::notes];
    for ((file, run), make) in FILES.iter().zip(makers) {
        write("statistics", file, *run, make());
    }
}

/// `input` within its padding to multiples of `bucket`.
fn padding(vector: &Value) -> Result<Value, Refusal> {
    let (input, bucket) = (bytes(&vector["input"]), number(&vector["bucket"]));
    let within = unpadded(&input, bucket)?;
    assert_eq!(*padded(within, bucket), input);
    Ok(json!({ "plain": hex(within) }))
}

fn row(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let row = StoredStatistics::decode(&input)?;
    assert_eq!(row.encode(), input);
    let block = |block: &Block| {
        let sections = block.sections.iter().map(|(compartment, sealed)| json!([compartment, hex(sealed)]));
        json!({
            "generation": block.generation, "envelope": hex(&block.envelope), "sections": sections.collect::<Vec<_>>(),
        })
    };
    let reversal = |reversal: &Reversal| json!({ "key": hex(reversal.key), "envelope": hex(&reversal.envelope), "sealed": hex(&reversal.sealed) });
    Ok(json!({
        "unit": row.unit.to_string(),
        "source": row.source.map(|source| source.to_string()),
        "reversal": row.reversal.as_ref().map(reversal),
        "blocks": row.blocks.iter().map(block).collect::<Vec<_>>(),
    }))
}

fn links(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let links = StoredLinks::decode(&input)?;
    assert_eq!(links.encode(), input);
    Ok(json!({
        "rules": links.rules.to_string(),
        "pending": links.pending,
        "reversal": links.reversal.map(hex),
        "links": links.links.iter().map(|(ordinal, sealed)| json!([ordinal, hex(sealed)])).collect::<Vec<_>>(),
    }))
}

fn section(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let section = StatisticsSection::decode(&input)?;
    assert_eq!(*section.encode(), input);
    let record = |record: &StatisticsRecord| {
        let values = record.values.iter().map(|(field, value)| json!([field.to_string(), value.as_str()]));
        json!({
            "slot": record.slot.to_string(), "parent": record.parent.to_string(), "kind": record.kind,
            "values": values.collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "compartment": section.compartment.number(),
        "rules": section.rules.to_string(),
        "records": section.records.iter().map(record).collect::<Vec<_>>(),
    }))
}

fn note(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let note = StatisticsNote::decode(&input)?;
    assert_eq!(*note.encode(), input);
    Ok(match note {
        StatisticsNote::Sent { rows } => {
            let rows = rows.iter().map(|(id, digest)| json!([hex(id), hex(digest)]));
            json!({ "kind": 1, "rows": rows.collect::<Vec<_>>() })
        }
        StatisticsNote::Station(station) => json!({
            "kind": 2, "vault": station.vault.to_string(), "station": station.name, "until": station.until.to_string(),
        }),
        StatisticsNote::Series(secret) => json!({ "kind": 3, "secret": hex(secret.secret().expose()) }),
        StatisticsNote::Sender { vault } => json!({ "kind": 4, "vault": vault.to_string() }),
    })
}

/// Ways back are of builds with extracts.
#[cfg(feature = "extract")]
mod ways_back {
    use super::super::way_back::WayBack;
    use super::*;

    #[test]
    fn way_back_vectors_hold() {
        hold("statistics", &[("ways-back", run)]);
    }

    #[test]
    #[ignore = "writes tests/vectors/statistics"]
    fn write_way_back_vectors() {
        write("statistics", "ways-back", run, make::ways_back());
    }

    fn run(vector: &Value) -> Result<Value, Refusal> {
        let input = bytes(&vector["input"]);
        let read = WayBack::from_bytes(&input)?;
        assert_eq!(read.to_bytes(), input);
        Ok(json!({
            "vault": read.vault.to_string(), "unit": read.unit.to_string(), "key": hex(read.key),
            "release": hex(read.release), "envelope": hex(&read.envelope), "sealed": hex(&read.sealed),
        }))
    }
}
