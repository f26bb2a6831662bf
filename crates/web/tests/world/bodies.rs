//! JSON bodies as a program that read the description of the API would send them.

use std::collections::HashMap;

use muster_web::routes::Listed;
use serde_json::{Value, json};

/// A plausible value of a property.
fn plausible(name: &str, schema: &Value, all: &Value, ids: &HashMap<&'static str, String>) -> Value {
    if let Some(target) = schema["$ref"].as_str().or_else(|| schema["oneOf"][1]["$ref"].as_str()) {
        let target = target.rsplit('/').next().unwrap_or_default();
        return object(&all[target], all, ids);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    let description = schema["description"].as_str().unwrap_or_default();
    let word = description.split('`').nth(1).filter(|word| !word.contains("...")).unwrap_or_default();
    match (kind, name) {
        ("array", "dates") => json!(["2026-12-20"]),
        ("array", "weekdays") => json!([1]),
        ("array", _) => json!([plausible(name.trim_end_matches('s'), &schema["items"], all, ids)]),
        ("boolean", _) => json!(false),
        ("integer" | "number", "lat_e6") => json!(44_312_000),
        ("integer" | "number", "lon_e6") => json!(-93_955_000),
        ("integer" | "number", "lat") => json!(44.312),
        ("integer" | "number", "lon") => json!(-93.955),
        ("integer" | "number", "radius_m") => json!(150),
        ("integer" | "number", _) => json!(7),
        (_, "id") if description.contains("UUID") => json!("0198f000-0000-7000-8000-000000000001"),
        (
            _,
            "customer" | "site" | "job_type" | "officer" | "position" | "assignment" | "shift" | "least_rank" | "rank"
            | "unit",
        ) => {
            let prefix = match name {
                "job_type" => "jbt",
                "least_rank" | "rank" => "rnk",
                "unit" => "unt",
                "assignment" => "asg",
                "position" => return Value::Null,
                other => super::crawl::prefix(&format!("{other}s")).unwrap_or("cus"),
            };
            json!(ids[prefix])
        }
        (_, "email") => json!("somebody@new.example"),
        (_, "from") => json!("18:00"),
        (_, "to") => json!("22:00"),
        (_, "starts_at" | "pressed_at") => json!("2026-11-20T00:00:00Z"),
        (_, "ends_at") => json!("2026-11-20T04:00:00Z"),
        (_, name) if name.ends_with("_on") || name.ends_with("_since") => json!("2026-11-21"),
        (_, "zone") => json!("America/Chicago"),
        (_, "slug") => json!("another-word"),
        (_, "code") => json!("another_word"),
        (_, "role") if !description.contains("`officer`") => json!("coordinator"),
        (_, "plan" | "rotation" | "tax_certificate" | "received_at" | "back") => Value::Null,
        (_, "kind") if word.is_empty() => json!("business"),
        (_, "csv") => json!("badge,first_name,last_name,rank,hired_on\n9,A,B,officer,2020-01-01\n"),
        (_, "document") => json!(include_str!("../../../../rules/examples/demo-county-so.yaml")),
        _ if !word.is_empty() => json!(word),
        _ => json!("Plain words"),
    }
}

pub fn object(schema: &Value, all: &Value, ids: &HashMap<&'static str, String>) -> Value {
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    Value::Object(
        properties.into_iter().map(|(name, kind)| (name.clone(), plausible(&name, &kind, all, ids))).collect(),
    )
}

/// The whole body that the description of the API knows for a route; an empty object when it has none.
pub fn whole(description: &Value, route: &Listed, ids: &HashMap<&'static str, String>) -> Value {
    let schemas = &description["components"]["schemas"];
    let operation = &description["paths"][route.path][route.method.to_lowercase()];
    let wanted = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let schema = wanted.and_then(|name| name.rsplit('/').next()).map_or(&Value::Null, |name| &schemas[name]);
    object(schema, schemas, ids)
}
