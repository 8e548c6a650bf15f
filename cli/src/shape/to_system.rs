//! From lines to another system's objects: one for each record of the profile's last kind that every object has.

use std::collections::HashMap;

use saferoom::model::ValueType;
use serde_json::{Map, Value as Json};

use super::profile::{FieldMap, Profile, RecordMap, ShapeError};

/// A record of a line.
struct Record {
    kind: String,
    parent: Option<String>,
    fields: Map<String, Json>,
}

/// The other system's JSON. Fields and kinds that the profile does not name are left out; the newest revision counts.
///
/// # Errors
/// [`ShapeError::File`] if these are not the lines of an export.
pub fn to_system(profile: &Profile, lines: &str) -> Result<String, ShapeError> {
    let mut order = Vec::new();
    let mut records = HashMap::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let (id, record) = read(line).ok_or(ShapeError::File("what saferoom export writes"))?;
        if records.insert(id.clone(), record).is_none() {
            order.push(id);
        }
    }
    let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
    for id in &order {
        if let Some(parent) = records[id].parent.as_deref() {
            below.entry(parent).or_default().push(id);
        }
    }
    let anchor = profile.records.iter().rposition(RecordMap::is_main).unwrap_or_default();
    let anchors = order.iter().filter(|id| records[*id].kind == profile.records[anchor].spec.name());
    let objects: Vec<_> = anchors.map(|id| object(profile, anchor, id, &records, &below)).collect();
    let whole = match &profile.root {
        Some(root) => {
            let mut whole = Map::new();
            put(&mut whole, root, Json::from(objects));
            Json::from(whole)
        }
        None => Json::from(objects),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n").map_err(|_| ShapeError::File("what JSON can hold"))
}

fn read(line: &str) -> Option<(String, Record)> {
    let Json::Object(mut line) = serde_json::from_str(line).ok()? else { return None };
    let text = |value: Option<Json>| value.and_then(|value| value.as_str().map(str::to_owned));
    let id = text(line.remove("id"))?;
    let (kind, parent) = (text(line.remove("kind"))?, text(line.remove("parent")));
    let Json::Object(fields) = line.remove("fields")? else { return None };
    Some((id, Record { kind, parent, fields }))
}

fn object(
    profile: &Profile,
    anchor: usize,
    id: &str,
    records: &HashMap<String, Record>,
    below: &HashMap<&str, Vec<&str>>,
) -> Json {
    let mut object = Map::new();
    // The records that every object has: the anchor and what it stands below.
    let mut mains = HashMap::from([(anchor, id)]);
    let mut at = (anchor, id);
    while let (Some(index), Some(parent)) = (profile.records[at.0].parent, records[at.1].parent.as_deref()) {
        mains.insert(index, parent);
        if !records.contains_key(parent) {
            break;
        }
        at = (index, parent);
    }
    for (index, map) in profile.records.iter().enumerate() {
        if map.is_main() {
            if let Some(record) = mains.get(&index).and_then(|id| records.get(*id)) {
                fill(&mut object, map, record);
            }
            continue;
        }
        let parent = map.parent.and_then(|parent| mains.get(&parent)).copied().unwrap_or_default();
        let children = below.get(parent).into_iter().flatten().filter_map(|id| records.get(*id));
        let mut children = children.filter(|record| record.kind == map.spec.name() && has_constants(map, record));
        match &map.each {
            None => {
                if let Some(record) = children.next() {
                    fill(&mut object, map, record);
                }
            }
            Some(each) => {
                let items: Vec<_> = children
                    .map(|record| {
                        let mut item = Map::new();
                        fill(&mut item, map, record);
                        Json::from(item)
                    })
                    .collect();
                if !items.is_empty() {
                    put(&mut object, each, Json::from(items));
                }
            }
        }
    }
    Json::from(object)
}

fn has_constants(map: &RecordMap, record: &Record) -> bool {
    let constants = map.fields.iter().filter_map(|(field, map)| Some((field, map.constant.as_ref()?)));
    constants.into_iter().all(|(field, constant)| record.fields.get(field.name) == Some(constant))
}

fn fill(object: &mut Map<String, Json>, map: &RecordMap, record: &Record) {
    for (field, map) in &map.fields {
        let (Some(path), Some(value)) = (&map.path, record.fields.get(field.name)) else { continue };
        let day = map.day && field.value_type == ValueType::Time;
        let back = match value {
            Json::Array(items) => Json::from(items.iter().filter_map(|item| back(map, item, day)).collect::<Vec<_>>()),
            one => match back(map, one, day) {
                Some(value) => value,
                None => continue,
            },
        };
        put(object, path, back);
    }
}

/// The value as the other system has it; none if it has no word for it.
fn back(map: &FieldMap, value: &Json, day: bool) -> Option<Json> {
    let Some(text) = value.as_str() else { return Some(value.clone()) };
    if let Some(values) = &map.values {
        let key = map.back.get(text).or_else(|| values.iter().find(|(_, code)| *code == text).map(|(key, _)| key));
        return key.map(|key| Json::from(key.as_str()));
    }
    Some(Json::from(if day { text.split('T').next().unwrap_or(text) } else { text }))
}

/// Puts a value at a path such as `a.b`; what is there already stays.
fn put(object: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => drop(object.entry(path).or_insert(value)),
        Some((name, rest)) => {
            if let Json::Object(inner) = object.entry(name).or_insert_with(|| Json::from(Map::new())) {
                put(inner, rest, value);
            }
        }
    }
}
