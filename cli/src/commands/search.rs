//! `saferoom search`: find a record by what is known, in whatever spelling. Shows ids and fields, never a value.

use saferoom::id::RecordId;
use saferoom::model::search::SearchQuery;
use saferoom::model::{ModelError, RecordSpec, SearchKind, catalogue};
use saferoom::vault::{FoundRecord, SearchAnswer, SearchHit, Session, UnitsAnswer};
use serde_json::{Value as Json, json};

use crate::args::SearchArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(crate) fn run(args: &SearchArgs, out: &Console) -> Result<(), Failure> {
    if args.rebuild {
        return rebuild(args, out);
    }
    catalogue().by_name(&args.among).ok_or(ModelError::NoSuchKind)?;
    let session = args.sign_in.sign_in(out)?;
    let spec = session.catalogue()?.by_name(&args.among).ok_or(ModelError::NoSuchKind)?;
    let query = query_of(args, spec)?;
    if args.units { units(&session, &query, args, out) } else { records(&session, &query, spec, args, out) }
}

fn query_of(args: &SearchArgs, spec: &RecordSpec) -> Result<SearchQuery, Failure> {
    let mut query = SearchQuery::among(spec.kind);
    for (kind, texts) in [
        (SearchKind::Name, &args.name),
        (SearchKind::Phone, &args.phone),
        (SearchKind::Date, &args.born),
        (SearchKind::Place, &args.village),
        (SearchKind::Exact, &args.id),
    ] {
        query = texts.iter().fold(query, |query, text| query.by(kind, text));
    }
    for field in &args.field {
        let (name, text) = field.split_once('=').ok_or_else(|| {
            Failure::new(exit::USAGE, "--field takes the name of a field, an equals sign and a text")
                .advise("Write for example --field family_name_latin=Chan.")
        })?;
        query = query.by_field(name.trim(), text);
    }
    Ok(query)
}

fn records(
    session: &Session,
    query: &SearchQuery,
    spec: &RecordSpec,
    args: &SearchArgs,
    out: &Console,
) -> Result<(), Failure> {
    let answer = session.search(query, &args.access.access())?;
    if args.json {
        return out.json(&to_json(&answer, spec));
    }
    let hits = match answer {
        SearchAnswer::Found(hits) => hits,
        _ => {
            out.line("Too many records answer to this. Add what else you know.");
            return Ok(());
        }
    };
    if hits.is_empty() {
        out.line("Nothing is recorded under this in this unit.");
        out.note("Ask the other units with --units; it is logged, and 20 times an hour are allowed.");
        return Ok(());
    }
    let header = [spec.name(), "case", "found in"];
    out.table(&header, hits.iter().map(|hit| row_of(hit, spec)));
    out.blank();
    out.note("Read a case with: saferoom case show CASE");
    Ok(())
}

fn row_of(hit: &SearchHit, spec: &RecordSpec) -> [String; 3] {
    match hit {
        SearchHit::Record(found) => {
            let case = found.case.map_or_else(String::new, |case| case.to_string());
            [found.id.to_string(), case, labels_of(found, spec).join(", ")]
        }
        SearchHit::PossibleEarlierRecord { unit } => {
            ["possible earlier record".to_owned(), String::new(), format!("ask unit {unit}")]
        }
        _ => [String::new(), String::new(), "a hit that this release cannot show".to_owned()],
    }
}

fn labels_of<'s>(found: &FoundRecord, spec: &'s RecordSpec) -> Vec<&'s str> {
    found.fields.iter().filter_map(|number| spec.field(*number)).map(|field| field.label).collect()
}

fn to_json(answer: &SearchAnswer, spec: &RecordSpec) -> Json {
    let id = |id: Option<RecordId>| id.map(|id| id.to_string());
    let hit = |hit: &SearchHit| match hit {
        SearchHit::Record(found) => json!({
            "record": found.id.to_string(),
            "kind": found.kind.name(),
            "parent": id(found.parent),
            "case": id(found.case),
            "fields": found.fields.iter().filter_map(|number| spec.field(*number)).map(|field| field.name).collect::<Vec<_>>(),
        }),
        SearchHit::PossibleEarlierRecord { unit } => json!({ "possible_earlier_record_in": unit.to_string() }),
        _ => Json::Null,
    };
    match answer {
        SearchAnswer::Found(hits) => json!({ "too_many": false, "hits": hits.iter().map(hit).collect::<Vec<_>>() }),
        SearchAnswer::TooMany { limit } => json!({ "too_many": true, "limit": limit, "hits": [] }),
        _ => Json::Null,
    }
}

fn units(session: &Session, query: &SearchQuery, args: &SearchArgs, out: &Console) -> Result<(), Failure> {
    let answer = session.search_across_units(query, &args.access.access())?;
    let (units, too_many) = match &answer {
        UnitsAnswer::Ask(units) => (units.iter().map(ToString::to_string).collect(), false),
        _ => (Vec::new(), true),
    };
    if args.json {
        return out.json(&json!({ "too_many": too_many, "ask": units }));
    }
    if too_many {
        out.line("Too many records answer to this. Add what else you know.");
    } else if units.is_empty() {
        out.line("No unit whose search keys you hold has an earlier record.");
    }
    units.iter().for_each(|unit| out.line(format_args!("Possible earlier record: ask unit {unit}.")));
    Ok(())
}

fn rebuild(args: &SearchArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let progress = out.progress(0, "Indexing");
    let indexed = session.rebuild_search_index(&args.access.access(), |done, total| {
        progress.set_total(total);
        progress.set(done);
    });
    let indexed = match indexed {
        Ok(indexed) => indexed,
        Err(error) => {
            drop(progress);
            return Err(error.into());
        }
    };
    progress.finish();
    if args.json {
        return out.json(&json!({ "indexed": indexed }));
    }
    out.good(format_args!("The search index was made anew: {indexed} records are in it."));
    Ok(())
}
