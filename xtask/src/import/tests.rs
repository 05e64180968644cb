use serde_json::{Value, json};

use super::Import;
use crate::patches::Patches;
use crate::versions::{self, Release};
use crate::{Result, merge, normal};

/// The newest description that is there, with another version.
fn newest(version: &str) -> Value {
    with_version(&newest_release(), version)
}

fn newest_release() -> Release {
    versions::releases().expect("versions.json").pop().expect("a release")
}

fn with_version(release: &Release, version: &str) -> Value {
    let mut json: Value =
        serde_json::from_str(&std::fs::read_to_string(release.path()).expect("a file")).expect("JSON");
    json["info"]["version"] = version.into();
    json
}

fn import(json: &Value) -> Result<Import> {
    let patches = Patches::read().expect("patches.toml");
    Import::new(json, merge::described(&patches).expect("the descriptions"), &patches)
}

#[test]
fn the_descriptions_that_are_there_change_nothing() {
    for release in versions::releases().expect("versions.json") {
        let text = std::fs::read_to_string(release.path()).expect("a file");
        let normal = normal::normal(&serde_json::from_str(&text).expect("JSON")).expect("a description");
        assert!(normal::text(&normal).expect("a text") == text, "{} is not as import writes it", release.file);
    }
    let release = newest_release();
    let text = std::fs::read_to_string(release.path()).expect("a file");
    let imported = import(&serde_json::from_str(&text).expect("JSON")).expect("an import");
    assert_eq!(imported.releases, versions::releases().expect("versions.json"));
    assert!(imported.text == text && imported.report.contains("The API is the same"), "{}", imported.report);
}

#[test]
fn a_release_with_the_same_api_makes_the_range_longer() {
    let imported = import(&newest("9.1.2")).expect("an import");
    assert_eq!(imported.releases.last(), Some(&Release { last: "9.1.2".into(), ..newest_release() }));
    assert_eq!(imported.api.newest, "9.1.2");
}

#[test]
fn a_release_inside_a_range_must_have_its_api() {
    let release = versions::releases().expect("versions.json").remove(1);
    let mut json = with_version(&release, "2.7.3");
    assert!(import(&json).expect("an import").release.is_none());
    json["paths"].as_object_mut().expect("paths").remove("/server/ping");
    let error = import(&json).err().expect("an error").to_string();
    assert!(error.contains("2.7.0 to 2.7.5") && error.contains("pingServer"), "{error}");
}

#[test]
fn what_a_release_changes_is_told() {
    let mut json = newest("9.0.0");
    let paths = &mut json["paths"];
    paths.as_object_mut().expect("paths").remove("/server/ping");
    paths["/server/pong"] = json!({ "get": {
        "operationId": "pongServer", "tags": ["Server"], "responses": { "200": { "description": "Our prose" } },
        "parameters": [{ "name": "loud", "in": "query", "required": false, "schema": { "type": "boolean" } }],
    }});
    paths["/albums/{id}"]["get"]["operationId"] = "readAlbum".into();
    paths["/albums"]["post"]["deprecated"] = true.into();
    let schemas = &mut json["components"]["schemas"];
    let album = &mut schemas["CreateAlbumDto"];
    album["properties"]["colour"] = json!({ "type": "string" });
    album["required"].as_array_mut().expect("a list").push("colour".into());
    let answer = &mut schemas["AlbumResponseDto"];
    answer["properties"]["albumName"]["nullable"] = true.into();
    answer["properties"]["assetCount"] = json!({ "type": "string" });
    schemas["AssetOrder"]["enum"].as_array_mut().expect("a list").push("sideways".into());
    // A field of another type needs a decision.
    let error = import(&json).err().expect("an error").to_string();
    assert!(error.contains("assetCount") && error.contains("patches.toml"), "{error}");
    json["components"]["schemas"]["AlbumResponseDto"]["properties"]["assetCount"] = json!({ "type": "integer" });

    let Import { report, releases, api, text, .. } = import(&json).expect("an import");
    assert_eq!(releases.last().map(|release| release.file.as_str()), Some("immich-v9.0.0.json"));
    for line in [
        "operation pongServer (GET /server/pong)",
        "operation pingServer (GET /server/ping)",
        "getAlbumInfo is readAlbum now",
        "operation createAlbum",
        "field CreateAlbumDto.colour: string",
        "CreateAlbumDto.colour is required",
        "AlbumResponseDto.albumName can be null now",
        "AlbumResponseDto.albumName is string or null now, and was string",
        "value AssetOrder: sideways",
        "pingServer is gone",
    ] {
        assert!(report.contains(line), "{line}:\n{report}");
    }
    assert!(!text.contains("Our prose"));
    let merged = |id: &str| api.operations.iter().find(|merged| merged.operation.id == id).expect("an operation");
    assert_eq!(merged("pongServer").since.as_deref(), Some("9.0.0"));
    assert_eq!(merged("pingServer").until, Some(newest_release().last));
}

#[test]
fn what_is_no_description_of_immich_is_told() {
    let mut other = newest("9.0.0");
    other["info"]["title"] = "Another".into();
    let mut untyped = newest("9.0.0");
    untyped["components"]["schemas"]["AlbumResponseDto"]["properties"]["albumName"] = json!({});
    let mut lost = newest("9.0.0");
    lost["components"]["schemas"].as_object_mut().expect("schemas").remove("AlbumResponseDto");
    let without = |key: &str| {
        let mut json = newest("9.0.0");
        json.as_object_mut().expect("an object").remove(key);
        json
    };
    for (json, expected) in [
        (json!([]), "OpenAPI"),
        (json!({"swagger": "2.0"}), "OpenAPI"),
        (other, "title"),
        (newest("next"), "`next` is no version"),
        (untyped, "albumName"),
        (lost, "AlbumResponseDto is not described"),
        (without("paths"), "paths"),
        (without("components"), "schemas"),
    ] {
        let error = import(&json).err().expect("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_is_written_in_several_ways_is_kept_in_one() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let json = json!({
        "openapi": "3.0.3",
        "info": { "title": "Immich", "version": "v4.0.0", "description": "Prose" },
        "paths": { "/things": { "post": {
            "operationId": "makeThing", "summary": "Prose", "description": "Prose", "deprecated": false,
            "tags": ["Things"], "security": [{ "cookie": [] }, { "api_key": [] }], "x-immich-permission": "thing.create",
            "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": reference("Form") } } },
            "responses": { "201": { "description": "Prose", "content": { "application/json": { "schema": reference("Thing") } } } },
        }}},
        "components": { "schemas": {
            "Form": { "type": "object", "properties": { "data": { "type": "string", "format": "binary", "description": "Prose" } } },
            "Alias": reference("Thing"),
            "Empty": { "type": "object", "properties": {} },
            "Thing": {
                "type": "object", "required": ["b", "a"], "description": "Prose",
                "properties": {
                    "a": { "allOf": [reference("Alias")], "description": "Prose" },
                    "b": { "type": "string", "format": "email", "pattern": "/^x$/", "example": "Prose", "default": null },
                    "c": { "type": "array", "items": { "type": "object", "properties": { "flag": { "type": "boolean", "default": false } } } },
                    "d": reference("Empty"),
                },
            },
        }},
    });
    let normal = normal::normal(&json).expect("a description");
    assert!(!normal.to_string().contains("Prose"), "{normal}");
    assert_eq!(normal["info"]["version"], "4.0.0");
    let operation = &normal["paths"]["/things"]["post"];
    assert_eq!(operation["security"], json!([{ "api_key": [] }, { "cookie": [] }]));
    assert_eq!(operation["x-immich-permission"], "thing.create");
    let form = json!({ "type": "object", "properties": { "data": { "type": "string", "format": "binary" } } });
    assert_eq!(operation["requestBody"]["content"]["multipart/form-data"]["schema"], form);
    let expected = json!({
        "Thing": { "type": "object", "required": ["a", "b"], "properties": {
            "a": reference("Thing"),
            "b": { "type": "string", "pattern": "^x$" },
            "c": { "type": "array", "items": reference("ThingCInner") },
            "d": { "type": "object" },
        }},
        "ThingCInner": { "type": "object", "x-inline": true, "properties": { "flag": { "type": "boolean", "default": false } } },
    });
    assert_eq!(normal["components"]["schemas"], expected);
    // What is in this form stays as it is.
    assert_eq!(normal::normal(&normal).expect("a description"), normal);
}
