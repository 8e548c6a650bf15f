//! Tables of counts of rooms and training, for monitors and analysts: read with the keys that their columns need, protected as
//! every table. Where rows are about people, it is remembered who was counted and what was shown, for all members and sealed
//! as what is remembered of correspondents: a later table is compared with those before it.

use std::collections::HashMap;
use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::FieldBuffer;
use crate::release::series::{ChildId, Differencing, Membership, compare_sums};
use crate::release::spec::Audience;
use crate::release::tables::{Narrowed, ShownTable, TablesError};
use crate::release::{RoomsColumns, RoomsRecord, RoomsRows, Table};
use crate::vault::act::Act;
use crate::vault::releases::{MOST_REMEMBERED, TABLES, exception, narrowed_by};
use crate::vault::{Error, Session};

use super::report::AT_ONCE;

/// What a new table is: what it shows, who will hold it, whom it counts.
type NewTable<'t> = (&'t ShownTable, Audience, &'t Membership);

/// What is told of single people, and of hidden cells.
type Told = (Option<Differencing>, Option<Narrowed>);

/// A table that left, as it is remembered.
#[derive(Debug, Clone, PartialEq)]
struct PastTable {
    audience: Audience,
    /// Who was counted, all in one class.
    counted: Membership,
    shown: ShownTable,
}

impl Session {
    /// The rows of a table of rooms and training, and whom each is about. Each record is logged as read.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied) without any of the actions `monitor-rooms`, `export-rooms` and `extract`;
    /// [`AccessError::NoKey`] for a column of a compartment that this member does not reach; as reading.
    pub(in crate::vault) fn rows_of_rooms(
        &self,
        columns: &RoomsColumns,
        access: &Access,
    ) -> Result<(Table, Vec<ChildId>), Error> {
        self.act(access, Event::Query, &[], |act| Ok(act.demand_tables_of_rooms()?))?;
        let infos = self.records_of(self.unit(), access)?;
        let parents: HashMap<RecordId, RecordId> =
            infos.iter().filter_map(|info| Some((info.id, info.parent?))).collect();
        let mut records = Vec::new();
        let mut buffer = FieldBuffer::with_capacity(256);
        for (spec, fields) in columns.fields() {
            let ids: Vec<_> = infos.iter().filter(|info| info.kind == Some(spec.kind)).map(|info| info.id).collect();
            for some in ids.chunks(AT_ONCE) {
                let about: Vec<_> = some.iter().map(|id| (*id, spec.kind.number())).collect();
                let granted = self.act(access, Event::Read, &about, |act| {
                    some.iter().map(|id| act.grant(*id, Some(spec), Some(&fields))).collect::<Result<Vec<_>, _>>()
                })?;
                for granted in granted {
                    let opened = self.open_dynamic(granted, access, &mut buffer)?;
                    if let Some(compartment) = opened.withheld.first() {
                        return Err(AccessError::NoKey { compartment: compartment.name() }.into());
                    }
                    records.push(RoomsRecord { id: opened.id, record: opened.record });
                }
            }
        }
        Ok(columns.table(&records, &parents)?)
    }

    /// What a table would tell of single people and of hidden cells, together with those before it.
    pub(in crate::vault) fn told_of_rooms(&self, rows: RoomsRows, table: NewTable<'_>) -> Result<Told, Error> {
        self.look(|act| act.told_of_rooms(rows, table))
    }

    /// Whether a table may leave now: asked before anything of it is written down.
    ///
    /// # Errors
    /// [`TablesError::SinglesOut`], [`TablesError::Narrows`], unless custodians signed an exception for it.
    pub(in crate::vault) fn check_rooms(&self, rows: RoomsRows, table: NewTable<'_>) -> Result<(), Error> {
        self.look(|act| act.check_rooms(rows, table))
    }

    /// Remembers a table, so that it may leave; asks again in the same transaction. Logged as an export.
    ///
    /// # Errors
    /// As [`check_rooms`](Self::check_rooms); [`TablesError::TooManyToRemember`].
    pub(in crate::vault) fn record_rooms(
        &self,
        rows: RoomsRows,
        table: NewTable<'_>,
        access: &Access,
    ) -> Result<(), Error> {
        let (shown, audience, membership) = table;
        self.act(access, Event::Export, &[], |act| {
            act.demand_tables_of_rooms()?;
            act.check_rooms(rows, table)?;
            if rows.are_people() {
                let mut past = act.past_tables(rows)?;
                let new = PastTable { audience, counted: membership.presence(), shown: shown.clone() };
                if !past.contains(&new) {
                    past.push(new);
                }
                if past.iter().map(|table| table.counted.children()).sum::<usize>() > MOST_REMEMBERED {
                    return Err(TablesError::TooManyToRemember { most: MOST_REMEMBERED }.into());
                }
                let name = act.tables_name(rows)?;
                act.remember(name, &encode(&past))?;
            }
            let detail = Detail::of(DetailKey::COUNT, membership.children() as u64);
            act.log(Event::Export, Outcome::Success, None, Some(detail)).map(drop)
        })
    }
}

impl Act<'_> {
    fn demand_tables_of_rooms(&self) -> Result<(), AccessError> {
        let actions = [Action::MonitorRooms, Action::ExportRooms, Action::Extract];
        if actions.into_iter().any(|action| self.demand(action).is_ok()) {
            Ok(())
        } else {
            Err(AccessError::NotAllowed)
        }
    }

    fn check_rooms(&mut self, rows: RoomsRows, table: NewTable<'_>) -> Result<(), Error> {
        let (_, _, membership) = table;
        let (singles_out, narrows) = self.told_of_rooms(rows, table)?;
        if self.keys.roster.is_excepted(&exception(TABLES, membership)) {
            return Ok(());
        }
        match (singles_out, narrows) {
            (Some(told), _) => Err(TablesError::singles_out(&told, membership).into()),
            (None, Some(told)) => Err(TablesError::narrows(told, membership).into()),
            (None, None) => Ok(()),
        }
    }

    fn told_of_rooms(&mut self, rows: RoomsRows, table: NewTable<'_>) -> Result<Told, Error> {
        if !rows.are_people() {
            return Ok((None, None));
        }
        let (past, policy) = (self.past_tables(rows)?, self.keys.roster.release_policy());
        let (_, audience, membership) = table;
        // Inside, people hold what is outside as well.
        let told = |held_by: Audience| {
            let held = past.iter().filter(|one| held_by == Audience::Inside || one.audience == held_by);
            let held: Vec<Membership> = held.map(|one| one.counted.clone()).collect();
            compare_sums(&held, membership, policy.floor(held_by).into())
        };
        let outside = || (audience == Audience::Outside).then(|| told(Audience::Outside)).flatten();
        let singles_out = told(Audience::Inside).or_else(outside);
        let before = past.iter().map(|one| (&one.shown, one.audience, &one.counted));
        Ok((singles_out, narrowed_by(before, table, &policy)?))
    }

    /// The tables of such rows that left.
    fn past_tables(&mut self, rows: RoomsRows) -> Result<Vec<PastTable>, Error> {
        let name = self.tables_name(rows)?;
        match self.remembered(&name)? {
            None => Ok(Vec::new()),
            Some(plain) => Ok(decode(&plain)?),
        }
    }

    fn tables_name(&self, rows: RoomsRows) -> Result<[u8; 16], AccessError> {
        Ok(self.lasting_names("saferoom/rooms/tables")?.of(rows.name().as_bytes()))
    }
}

/// Deterministic CBOR (docs/formats.md, 28): `[1, [[audience, who was counted, table], …]]`; 0 is inside, 1 outside.
fn encode(past: &[PastTable]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let mut write = || -> Result<(), minicbor::encode::Error<Infallible>> {
        out.array(2)?.u64(1)?.array(past.len() as u64)?;
        for table in past {
            out.array(3)?.u64(u64::from(table.audience == Audience::Outside))?;
            out.bytes(&table.counted.encode())?.bytes(&table.shown.encode())?;
        }
        Ok(())
    };
    let _infallible = write();
    out.into_writer()
}

fn decode(bytes: &[u8]) -> Result<Vec<PastTable>, TablesError> {
    let past = read(bytes).map_err(|_| TablesError::PastRelease)?;
    if encode(&past) == bytes { Ok(past) } else { Err(TablesError::PastRelease) }
}

fn read(bytes: &[u8]) -> Result<Vec<PastTable>, DecodeError> {
    let wrong = || DecodeError::message("no tables");
    let mut input = Decoder::new(bytes);
    if (input.array()?, input.u64()?) != (Some(2), 1) {
        return Err(wrong());
    }
    let count = input.array()?.filter(|count| *count <= MOST_REMEMBERED as u64).ok_or_else(wrong)?;
    let mut past = Vec::new();
    for _ in 0..count {
        let audience = match (input.array()?, input.u64()?) {
            (Some(3), 0) => Audience::Inside,
            (Some(3), 1) => Audience::Outside,
            _ => return Err(wrong()),
        };
        let counted = Membership::decode(input.bytes()?).map_err(|_| wrong())?;
        let shown = ShownTable::decode(input.bytes()?).map_err(|_| wrong())?;
        past.push(PastTable { audience, counted, shown });
    }
    if input.position() == bytes.len() { Ok(past) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::engine::Unwatched;
    use crate::release::spec::ReleasePolicy;
    use crate::release::tables::{TablesSpec, tabulate};

    #[test]
    fn what_is_remembered_comes_back_and_has_one_form() {
        let text = "name = \"t\"\naudience = \"outside\"\nrows = \"participants\"\n[[dimension]]\ncolumn = \"sex\"\nvalues = [\"f\"]\n";
        let table = Table::from_csv("sex\nf\nf\nf\nf\nf\nf\nf\nf\nf\nf\nf\nf\n".as_bytes()).unwrap();
        let published =
            tabulate(&TablesSpec::parse(text).unwrap(), &table, &ReleasePolicy::default(), &Unwatched).unwrap();
        let table = PastTable {
            audience: Audience::Outside,
            counted: Membership::new([([7; 16], 0)]),
            shown: ShownTable::of(text, &published).unwrap(),
        };
        let past = vec![PastTable { audience: Audience::Inside, ..table.clone() }, table];
        let bytes = encode(&past);
        assert_eq!(decode(&bytes).unwrap(), past);
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Err(TablesError::PastRelease));
        }
        assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(TablesError::PastRelease));
    }
}
