//! The folder as others' tools describe data: Frictionless (`datapackage.json`) and Croissant (`croissant.json`).

use serde_json::{Value, json};

use super::error::OutputError;
use super::manifest::{FileEntry, Manifest, ManifestColumn};
use super::types::ColumnType;

/// What Parquet files are called.
const MEDIA_TYPE: &str = "application/vnd.apache.parquet";

/// A Frictionless Data Package (v1, which v2 readers take) with one tabular resource.
pub(super) fn frictionless(manifest: &Manifest, data: &FileEntry) -> Result<Vec<u8>, OutputError> {
    let field = |column: &ManifestColumn| {
        json!({
            "name": column.name,
            "type": kind(column.kind),
            "title": column.label.en,
            "saferoom:role": column.role,
            "saferoom:title_km": column.label.km,
        })
    };
    pretty(&json!({
        "profile": "data-package",
        "id": manifest.release,
        "name": slug(&manifest.name),
        "title": manifest.name,
        "licenses": terms(manifest),
        "resources": [{
            "profile": "data-resource",
            "name": "data",
            "path": data.name,
            "format": "parquet",
            "mediatype": MEDIA_TYPE,
            "bytes": data.bytes,
            "hash": format!("sha256:{}", data.sha256),
            "schema": { "fields": manifest.columns.iter().map(field).collect::<Vec<_>>(), "missingValues": [""] },
        }],
    }))
}

/// Croissant 1.0 (MLCommons), JSON-LD on schema.org.
pub(super) fn croissant(manifest: &Manifest, data: &FileEntry) -> Result<Vec<u8>, OutputError> {
    let field = |column: &ManifestColumn| {
        json!({
            "@type": "cr:Field",
            "@id": format!("rows/{}", column.name),
            "name": column.name,
            "description": column.label.en,
            "dataType": schema_type(column.kind),
            "source": { "fileObject": { "@id": data.name }, "extract": { "column": column.name } },
        })
    };
    pretty(&json!({
        "@context": {
            "@language": "en",
            "@vocab": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/",
            "sc": "https://schema.org/",
            "dct": "http://purl.org/dc/terms/",
            "conformsTo": "dct:conformsTo",
            "column": "cr:column",
            "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
            "extract": "cr:extract",
            "field": "cr:field",
            "fileObject": "cr:fileObject",
            "recordSet": "cr:recordSet",
            "source": "cr:source",
        },
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": manifest.name,
        "description": format!("{} rows, anonymised: k = {}", manifest.rows.released, manifest.children.k),
        "identifier": manifest.release,
        "usageInfo": manifest.provenance.terms,
        "distribution": [{
            "@type": "cr:FileObject",
            "@id": data.name,
            "name": data.name,
            "contentUrl": data.name,
            "encodingFormat": MEDIA_TYPE,
            "contentSize": format!("{} B", data.bytes),
            "sha256": data.sha256,
        }],
        "recordSet": [{
            "@type": "cr:RecordSet",
            "@id": "rows",
            "name": "rows",
            "field": manifest.columns.iter().map(field).collect::<Vec<_>>(),
        }],
    }))
}

fn kind(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::String => "string",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Date => "date",
    }
}

fn schema_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::String => "sc:Text",
        ColumnType::Integer => "sc:Integer",
        ColumnType::Number => "sc:Float",
        ColumnType::Date => "sc:Date",
    }
}

fn terms(manifest: &Manifest) -> Vec<Value> {
    let terms = &manifest.provenance.terms;
    if terms.is_empty() { Vec::new() } else { vec![json!({ "name": "other-closed", "title": terms })] }
}

/// A name of small Latin letters, digits and hyphens, as Frictionless asks for.
fn slug(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if slug.is_empty() { "extract".to_owned() } else { slug }
}

fn pretty(value: &Value) -> Result<Vec<u8>, OutputError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|_| OutputError::NotFinite)?;
    bytes.push(b'\n');
    Ok(bytes)
}
