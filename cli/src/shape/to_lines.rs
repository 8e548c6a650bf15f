//! From another system's objects to lines. What a field takes, the import checks; here values change their clothes.

use saferoom::model::{FieldSpec, ValueType};
use serde_json::{Map, Value as Json, json};

use super::profile::{FieldMap, Profile, RecordMap, ShapeError, at};

/// How many problems are kept.
const MOST_PROBLEMS: usize = 1000;

/// The lines that `saferoom import` takes. The id of a record is the number of its object, its kind and its place.
///
/// # Errors
/// [`ShapeError::File`] if this is no JSON with a list of objects; [`ShapeError::Values`] with everything that `values`
/// lacks.
pub fn to_lines(profile: &Profile, text: &str) -> Result<String, ShapeError> {
    let objects = objects(profile, text.trim_start_matches('\u{feff}'))?;
    let mut problems = Vec::new();
    let mut out = String::with_capacity(text.len());
    for (number, object) in (1..).zip(&objects) {
        for record in &profile.records {
            for (place, item) in (1..).zip(items(record, object)) {
                let line = line(profile, record, (number, place), item, &mut problems);
                out.push_str(&line.to_string());
                out.push('\n');
            }
        }
    }
    problems.truncate(MOST_PROBLEMS);
    if problems.is_empty() { Ok(out) } else { Err(ShapeError::Values(problems)) }
}

/// The objects of a file: a list, a list at the root of the profile, one object, or an object a line.
fn objects(profile: &Profile, text: &str) -> Result<Vec<Json>, ShapeError> {
    let wrong = || ShapeError::File("JSON with a list of objects");
    let parsed = serde_json::from_str::<Json>(text).or_else(|error| {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let list = lines.map(serde_json::from_str).collect::<Result<Vec<Json>, _>>();
        list.map(Json::from).map_err(|_| error)
    });
    let objects = match (parsed.map_err(|_| wrong())?, &profile.root) {
        (Json::Array(list), _) => list,
        (object @ Json::Object(_), Some(root)) => match at(&object, root) {
            Some(Json::Array(list)) => list.clone(),
            Some(one @ Json::Object(_)) => vec![one.clone()],
            _ => return Err(wrong()),
        },
        (object @ Json::Object(_), None) => vec![object],
        _ => return Err(wrong()),
    };
    if objects.iter().all(Json::is_object) { Ok(objects) } else { Err(wrong()) }
}

fn items<'j>(record: &RecordMap, object: &'j Json) -> Vec<&'j Json> {
    match (&record.each, &record.when) {
        (Some(each), _) => {
            at(object, each).and_then(Json::as_array).map_or_else(Vec::new, |list| list.iter().collect())
        }
        (None, Some(when)) if at(object, when).is_none() => Vec::new(),
        _ => vec![object],
    }
}

fn line(
    profile: &Profile,
    record: &RecordMap,
    (number, place): (u64, u64),
    item: &Json,
    problems: &mut Vec<String>,
) -> Json {
    let mut fields = Map::new();
    for (field, map) in &record.fields {
        let given = map.constant.clone().or_else(|| at(item, map.path.as_deref()?).cloned());
        let Some(given) = given.or_else(|| map.default.clone().map(Json::from)) else { continue };
        let is_own = map.constant.is_some() || map.path.as_deref().is_some_and(|path| at(item, path).is_none());
        let converted = if is_own { Ok(Some(given)) } else { convert(field, map, &given) };
        match converted {
            Ok(Some(value)) => drop(fields.insert(field.name.to_owned(), value)),
            Ok(None) => {}
            Err(reason) => {
                let path = map.path.as_deref().unwrap_or_default();
                problems.push(format!("object {number}, {path} ({}.{}): {reason}", record.spec.name(), field.name));
            }
        }
    }
    let id = |record: &RecordMap, place: u64| {
        let index = profile.records.iter().position(|other| std::ptr::eq(other, record)).unwrap_or_default();
        format!("{number}/{}/{index}/{place}", record.spec.name())
    };
    let parent = record.parent.map(|parent| id(&profile.records[parent], 1));
    json!({ "kind": record.spec.name(), "id": id(record, place), "parent": parent, "fields": fields })
}

/// The value of a field; none if it is left out, or why it cannot be one.
fn convert(field: &FieldSpec, map: &FieldMap, given: &Json) -> Result<Option<Json>, &'static str> {
    let given = match given {
        Json::Array(list) if field.repeated => list.clone(),
        // Which of them it is, nobody here can know; and none may be lost in silence.
        Json::Array(list) if list.len() > 1 => return Err("there are several values, and the field takes one"),
        Json::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    let mut items = Vec::new();
    for item in given {
        let text = item.as_str().map_or_else(|| item.to_string(), |text| text.trim().to_owned());
        let item = match &map.values {
            None => Some(single(field, map, item, &text)),
            Some(values) => match values.get(&text) {
                Some(code) => Some(single(field, map, Json::from(code.as_str()), code)),
                None if map.omit => None,
                None => return Err("the profile has no translation for it"),
            },
        };
        items.extend(item.filter(|item| !items.contains(item)));
    }
    Ok(if field.repeated { (!items.is_empty()).then_some(Json::from(items)) } else { items.pop() })
}

fn single(field: &FieldSpec, map: &FieldMap, item: Json, text: &str) -> Json {
    match field.value_type {
        ValueType::Bool => text.parse::<bool>().map_or(item, Json::from),
        ValueType::Unsigned => text.parse::<u64>().map_or(item, Json::from),
        ValueType::Time if map.day && text.len() == 10 => Json::from(format!("{text}T00:00:00Z")),
        ValueType::Date => Json::from(text.split('T').next().unwrap_or(text)),
        ValueType::Place if map.pad && text.len() % 2 == 1 => Json::from(format!("0{text}")),
        _ => Json::from(text),
    }
}
