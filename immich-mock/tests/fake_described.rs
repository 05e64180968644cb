//! The responses of the fake against the description of every version: fields, types, and sets of words.

#![allow(clippy::unwrap_used)]

mod fits;
mod raw;

use fits::checked::Checked;
use immich_core::api::OPERATIONS;
use immich_recordings::Description;
use raw::Caller;
use serde_json::{Value, json};

/// The operations whose responses this file checks, other than those without a response.
const GROUPS: [&str; 13] = [
    "/duplicates",
    "/faces",
    "/jobs",
    "/memories",
    "/notifications",
    "/partners",
    "/people",
    "/queues",
    "/search/cities",
    "/search/explore",
    "/search/person",
    "/search/places",
    "/search/suggestions",
];

fn id(json: &Value) -> &str {
    json["id"].as_str().unwrap()
}

/// Two photos with places and faces, and two people.
async fn people(checked: &mut Checked<'_>, photos: &[String]) {
    let ada = json!({ "name": "Ada", "birthDate": "1990-02-03", "color": "#123456", "isFavorite": true });
    let ada = checked.call("POST", "/people", ada).await;
    let bob = checked.call("POST", "/people", json!({ "name": "Bob" })).await;
    for (photo, person) in [(0, &ada), (1, &bob)] {
        let face = json!({
            "assetId": photos[photo], "personId": id(person), "imageWidth": 64, "imageHeight": 64,
            "x": 1, "y": 2, "width": 10, "height": 12,
        });
        checked.call("POST", "/faces", face).await;
    }
    let faces = checked.get(&format!("/faces?id={}", photos[1])).await;
    checked.get(&format!("/assets/{}", photos[0])).await;
    checked.call("PUT", &format!("/faces/{}", id(&ada)), json!({ "id": id(&faces[0]) })).await;
    let back = json!({ "data": [{ "assetId": photos[1], "personId": id(&ada) }] });
    checked.call("PUT", &format!("/people/{}/reassign", id(&bob)), back).await;
    checked.call("PUT", &format!("/people/{}", id(&bob)), json!({ "isHidden": true, "birthDate": null })).await;
    checked.call("PUT", "/people", json!({ "people": [{ "id": id(&bob), "isFavorite": true }] })).await;
    let listed = checked.get("/people?withHidden=true").await;
    assert_eq!((&listed["total"], &listed["hidden"]), (&json!(2), &json!(1)));
    assert_eq!(checked.get("/search/person?name=a").await[0]["id"], ada["id"]);
    checked.get(&format!("/people/{}", id(&ada))).await;
    assert_eq!(checked.get(&format!("/people/{}/statistics", id(&ada))).await["assets"], 1);
    checked.get(&format!("/people/{}/thumbnail", id(&ada))).await;
    let found = checked.call("POST", "/search/metadata", json!({ "personIds": [id(&ada)] })).await;
    assert_eq!(found["assets"]["items"][0]["id"], json!(photos[0]));
    // One of the two ways of the version.
    checked.call("POST", &format!("/people/{}/merge", id(&ada)), json!({ "ids": [id(&bob)] })).await;
    let carl = checked.call("POST", "/people", json!({ "name": "Carl" })).await;
    checked.call("POST", "/people/merge", json!({ "ids": [id(&ada), id(&carl)] })).await;
    assert_eq!(checked.get(&format!("/people/{}/statistics", id(&ada))).await["assets"], 2);
    checked.call("DELETE", &format!("/faces/{}", id(&faces[0])), json!({ "force": true })).await;
    checked.call("DELETE", &format!("/people/{}", id(&ada)), Value::Null).await;
    let dora = checked.call("POST", "/people", json!({})).await;
    checked.call("DELETE", "/people", json!({ "ids": [id(&dora)] })).await;
}

async fn memories(checked: &mut Checked<'_>, photos: &[String]) {
    let memory = json!({
        "type": "on_this_day", "data": { "year": 2020 }, "memoryAt": "2020-05-06T00:00:00.000Z",
        "showAt": "2026-05-06T00:00:00.000Z", "hideAt": "2026-05-06T23:59:59.000Z", "assetIds": [photos[0]],
    });
    let memory = checked.call("POST", "/memories", memory).await;
    let path = format!("/memories/{}", id(&memory));
    checked.get(&path).await;
    assert_eq!(checked.get("/memories?for=2026-05-06T12:00:00.000Z").await.as_array().unwrap().len(), 1);
    assert_eq!(checked.get("/memories?for=2026-05-07T12:00:00.000Z").await, json!([]));
    assert_eq!(checked.get("/memories/statistics").await, json!({ "total": 1 }));
    let changed = json!({ "isSaved": true, "seenAt": "2026-05-06T08:00:00.000Z" });
    assert_eq!(checked.call("PUT", &path, changed).await["isSaved"], true);
    let ids = json!({ "ids": [photos[0], photos[1]] });
    let added = checked.call("PUT", &format!("{path}/assets"), ids.clone()).await;
    assert_eq!((&added[0]["error"], &added[1]["success"]), (&json!("duplicate"), &json!(true)));
    let removed = checked.call("DELETE", &format!("{path}/assets"), ids).await;
    assert_eq!(removed[0]["success"], true);
    checked.call("DELETE", &path, Value::Null).await;
}

async fn notifications(checked: &mut Checked<'_>) {
    let user = checked.server.user_id();
    let sent = json!({ "userId": user, "title": "Hello", "description": "d", "data": { "x": 1 }, "level": "warning" });
    let one = checked.call("POST", "/admin/notifications", sent.clone()).await;
    let other = checked.call("POST", "/admin/notifications", sent).await;
    assert_eq!(checked.get("/notifications?unread=true&level=warning").await.as_array().unwrap().len(), 2);
    let read = json!({ "readAt": "2026-05-06T08:00:00.000Z" });
    checked.call("PUT", &format!("/notifications/{}", id(&one)), read).await;
    assert_eq!(checked.get("/notifications?unread=true").await[0]["id"], other["id"]);
    let read = json!({ "ids": [id(&other)], "readAt": "2026-05-06T08:00:00.000Z" });
    checked.call("PUT", "/notifications", read).await;
    assert_eq!(checked.get("/notifications?unread=true").await, json!([]));
    checked.call("DELETE", &format!("/notifications/{}", id(&one)), Value::Null).await;
    checked.call("DELETE", "/notifications", json!({ "ids": [id(&other)] })).await;
    assert_eq!(checked.get("/notifications").await, json!([]));
}

async fn partners(checked: &mut Checked<'_>) {
    let bob = checked.server.add_user("bob@immich.test", "secret", "Bob");
    let carol = checked.server.add_user("carol@immich.test", "secret", "Carol");
    checked.call("POST", "/partners", json!({ "sharedWithId": bob })).await;
    checked.call("POST", &format!("/partners/{carol}"), Value::Null).await;
    let with = checked.get("/partners?direction=shared-by").await;
    assert_eq!((&with[0]["id"], &with[0]["inTimeline"]), (&json!(bob), &json!(false)));
    let key = checked.server.add_api_key(bob, &["all"]);
    let admin = std::mem::replace(&mut checked.admin, Caller::new(&checked.server, &key));
    let by = checked.server.user_id();
    let changed = checked.call("PUT", &format!("/partners/{by}"), json!({ "inTimeline": true })).await;
    assert_eq!((&changed["id"], &changed["inTimeline"]), (&json!(by), &json!(true)));
    assert_eq!(checked.get("/partners?direction=shared-with").await[0]["id"], json!(by));
    let photo = checked.server.assets()[0].id;
    checked.get(&format!("/assets/{photo}")).await;
    assert_ne!(checked.get("/timeline/buckets?withPartners=true&visibility=timeline").await, json!([]));
    checked.admin = admin;
    checked.call("DELETE", &format!("/partners/{bob}"), Value::Null).await;
}

async fn duplicates(checked: &mut Checked<'_>, photos: &[String]) {
    for (decision, left) in [("one", 0), ("many", 0), ("resolve", 0)] {
        let group = "11111111-1111-4111-8111-111111111111";
        checked.call("PUT", "/assets", json!({ "ids": photos, "duplicateId": group })).await;
        let listed = checked.get("/duplicates").await;
        assert_eq!(listed[0]["assets"].as_array().unwrap().len(), photos.len());
        match decision {
            "one" => checked.call("DELETE", &format!("/duplicates/{group}"), Value::Null).await,
            "many" => checked.call("DELETE", "/duplicates", json!({ "ids": [group] })).await,
            _ => {
                let group = json!({ "duplicateId": group, "keepAssetIds": [photos[0]], "trashAssetIds": [photos[1]] });
                checked.call("POST", "/duplicates/resolve", json!({ "groups": [group] })).await
            }
        };
        if decision != "resolve" || checked.called.contains("resolveDuplicates") {
            assert_eq!(checked.get("/duplicates").await.as_array().unwrap().len(), left);
        }
    }
    checked.call("POST", "/trash/restore", Value::Null).await;
}

async fn queues(checked: &mut Checked<'_>) {
    checked.server.delay_metadata(1000);
    checked.server.add_photos(1);
    let waiting = checked.get("/queues/metadataExtraction").await;
    assert_eq!(waiting["statistics"]["waiting"], 1);
    let started = checked.call("PUT", "/jobs/metadataExtraction", json!({ "command": "start", "force": false })).await;
    assert_eq!(started["jobCounts"]["waiting"], 0);
    checked.server.delay_metadata(0);
    checked.get("/queues").await;
    checked.get("/jobs").await;
    assert_eq!(checked.call("PUT", "/queues/smartSearch", json!({ "isPaused": true })).await["isPaused"], true);
    assert_eq!(checked.get("/jobs").await["smartSearch"]["queueStatus"]["isPaused"], true);
    checked.call("PUT", "/jobs/smartSearch", json!({ "command": "resume" })).await;
    assert_eq!(checked.get("/queues/smartSearch").await["isPaused"], false);
    checked.get("/queues/smartSearch/jobs").await;
    checked.call("DELETE", "/queues/smartSearch/jobs", json!({})).await;
    checked.call("POST", "/jobs", json!({ "name": "person-cleanup" })).await;
}

async fn places(checked: &mut Checked<'_>, photos: &[String]) {
    let fields = json!({ "city": "Paris", "country": "France", "state": "Île-de-France", "make": "Canon", "iso": 200 });
    checked.server.set_exif(photos[0].parse().unwrap(), fields.as_object().unwrap()).unwrap();
    assert_eq!(checked.get("/search/suggestions?type=country").await, json!(["France"]));
    // Null is a suggestion that the descriptions do not know.
    let (_, suggested) =
        checked.admin.send("GET", "/search/suggestions?type=country&includeNull=true", &Value::Null).await;
    assert_eq!(suggested, json!(["France", null]));
    assert_eq!(checked.get("/search/suggestions?type=camera-make&country=Spain").await, json!([]));
    assert_eq!(checked.get("/search/cities").await[0]["exifInfo"]["city"], "Paris");
    assert_eq!(checked.get("/search/explore").await[0]["items"][0]["value"], "Paris");
    let found = checked.call("POST", "/search/metadata", json!({ "city": "Paris" })).await;
    assert_eq!(found["assets"]["items"].as_array().unwrap().len(), 1);
    let found = checked.call("POST", "/search/metadata", json!({ "city": null })).await;
    assert_eq!(found["assets"]["items"].as_array().unwrap().len(), photos.len() - 1);
    assert_eq!(checked.get("/search/places?name=paris").await[0]["admin2name"], "Paris");
    assert_eq!(checked.get("/map/reverse-geocode?lat=48.85&lon=2.35").await[0]["city"], "Paris");
    let folders = checked.get("/view/folder/unique-paths").await;
    let folder = folders[0].as_str().unwrap();
    assert_eq!(checked.get(&format!("/view/folder?path={folder}")).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn responses_fit_the_description_of_every_version() {
    let descriptions = Description::read_all().unwrap();
    let mut faults = Vec::new();
    for description in &descriptions {
        let mut checked = Checked::new(description);
        let photos: Vec<_> = checked.server.add_photos(2).iter().map(ToString::to_string).collect();
        people(&mut checked, &photos).await;
        memories(&mut checked, &photos).await;
        notifications(&mut checked).await;
        duplicates(&mut checked, &photos).await;
        places(&mut checked, &photos).await;
        partners(&mut checked).await;
        queues(&mut checked).await;
        let lacking = description.operations().filter(|operation| {
            let is_of_group = GROUPS.iter().any(|group| operation.path.starts_with(group));
            let handled = OPERATIONS
                .iter()
                .find(|other| other.method == operation.method && same_path(other.path, operation.path));
            is_of_group && handled.is_none_or(|handled| !checked.called.contains(handled.id))
        });
        faults.extend(
            lacking
                .filter(|lacking| !UNCALLED.contains(&lacking.id))
                .map(|lacking| format!("{} {} is not called", description.version, lacking.id)),
        );
        faults.append(&mut checked.faults);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Operations of the groups that are not called here, since the fake does not have them, or refuses them always.
const UNCALLED: [&str; 4] = ["getNotification", "getUsersForPeople", "removeUsersFromPeople", "upsertPeopleUsers"];

/// Whether two paths are the same but for the names of their parameters.
fn same_path(one: &str, other: &str) -> bool {
    let shape = |path: &str| {
        path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }.to_owned()).collect::<Vec<_>>()
    };
    shape(one) == shape(other)
}
