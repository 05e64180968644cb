//! The requests to real servers of 2.7.5 and 3.1.0, and their responses.

#![allow(missing_docs, clippy::unwrap_used)]

mod forms;
mod requests;

use std::collections::BTreeSet;

use immich_core::api::{CreateProfileImage, UploadAsset};
use immich_core::incoming::IncomingRequest;
use immich_core::{Endpoint, FilePart};
use immich_recordings::{Description, Form, Places, Recording, decode};
use jiff::Timestamp;

use forms::{Part, parts};
use requests::{Meaning, base, rebuilt};

const VERSIONS: [&str; 4] = ["2.7.5", "3.1.0", "2.7.5-live", "3.1.0-live"];

/// Recordings whose request no endpoint builds, and why.
const NOT_BUILT: &[(&str, &[&str])] = &[
    ("no operation has this path", &["2.7.5/009-error-404-no-route", "3.1.0/009-error-404-no-route"]),
    ("HEAD is no method of the API", &["2.7.5/063-asset-original-head", "3.1.0/064-asset-original-head"]),
    ("a number in place of the e-mail", &["2.7.5/011-login-invalid-body", "3.1.0/011-login-invalid-body"]),
    ("no id in place of an id", &["2.7.5/052-error-400-asset-bad-id", "3.1.0/053-error-400-asset-bad-id"]),
    ("a text in place of the size", &["2.7.5/112-search-metadata-invalid", "3.1.0/113-search-metadata-invalid"]),
    (
        "no date of creation",
        &[
            "2.7.5/043-error-400-upload-missing-field",
            "2.7.5/045-error-400-upload-bad-date",
            "3.1.0/043-error-400-upload-missing-field",
            "3.1.0/046-error-400-upload-bad-date",
        ],
    ),
    ("no id of the device, which we always send", &["2.7.5/044-error-400-upload-no-device-id"]),
    ("a duration as text, which we send in milliseconds", &["3.1.0/045-error-400-upload-duration-as-text"]),
    (
        "the form was not recorded",
        &[
            "2.7.5-live/040-logout-o-auth-404",
            "2.7.5-live/070-create-profile-image-201",
            "2.7.5-live/086-upload-asset-201",
            "2.7.5-live/087-upload-asset-200",
            "2.7.5-live/088-upload-asset-400",
            "2.7.5-live/126-replace-asset-200",
            "2.7.5-live/288-upload-database-backup-201",
            "3.1.0-live/040-logout-o-auth-400",
            "3.1.0-live/070-create-profile-image-201",
            "3.1.0-live/086-upload-asset-201",
            "3.1.0-live/087-upload-asset-200",
            "3.1.0-live/088-upload-asset-400",
            "3.1.0-live/125-replace-asset-404",
            "3.1.0-live/287-upload-database-backup-201",
        ],
    ),
    (
        "the body was recorded in part",
        &[
            "2.7.5-live/265-update-admin-config-404",
            "2.7.5-live/266-update-config-200",
            "3.1.0-live/265-update-admin-config-404",
            "3.1.0-live/266-update-config-200",
        ],
    ),
];

/// Fields of responses that no description has, as operation and place.
const UNKNOWN: &[(&str, &str, &str)] = &[
    ("getTimeBucket", "/status", "both versions send it; `isTrashed` says the same"),
    ("updateMyPreferences", "/avatar", "a part of the request, which the server keeps and returns"),
];

fn recordings() -> impl Iterator<Item = (String, Recording)> {
    let of = |version: &'static str| {
        let named = move |recording: Recording| (format!("{version}/{}", recording.name()), recording);
        Recording::of_version(version).unwrap().into_iter().map(named)
    };
    VERSIONS.into_iter().flat_map(of)
}

#[test]
fn every_answer_is_decoded() {
    for (version, least) in VERSIONS.into_iter().zip([133, 140, 190, 190]) {
        let report = decode(&Recording::of_version(version).unwrap());
        assert!(report.failures.is_empty(), "{report}");
        assert!(report.answers >= least && report.decoded == report.answers, "{version}: {report}");
    }
}

#[test]
fn every_field_of_an_answer_is_known() {
    let descriptions = Description::read_all().unwrap();
    let (mut unknown, mut fields) = (BTreeSet::new(), 0);
    for (_, recording) in recordings() {
        let Some(answer) = recording.json_answer() else { continue };
        let reader = recording.reader().unwrap();
        let operation = reader.operation;
        let Some(kept) = (reader.rewrite)(operation, answer.to_string().as_bytes()) else { continue };
        let places = Places::of_answer(&descriptions, operation, answer);
        let lost = places.lost(answer, &kept.unwrap());
        unknown.extend(lost.into_iter().map(|place| (operation.id, place)));
        fields += places.objects.len();
    }
    assert!(fields > 1000, "only {fields} objects");
    let listed = UNKNOWN.iter().map(|(operation, place, _)| (*operation, (*place).to_owned()));
    assert_eq!(unknown, listed.collect(), "left: fields that no type has; right: the list of these");
}

#[tokio::test]
async fn every_request_is_built_again() {
    let (mut built, mut not_built) = (0, BTreeSet::new());
    for (name, recording) in recordings() {
        let same = match recording.request.body.as_ref().and_then(|body| body.multipart.as_ref()) {
            Some(form) => form_is_built(&recording, form).await,
            None => is_built(&recording),
        };
        match same {
            Ok(()) => built += 1,
            Err(reason) => {
                println!("{name}: {reason}");
                not_built.insert(name);
            }
        }
    }
    let listed = NOT_BUILT.iter().flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned()));
    assert_eq!(not_built, listed.collect(), "left: requests that were not built again; right: the list of these");
    assert!(built > 900, "only {built}");
}

/// Whether the operation of a recording builds the same request.
fn is_built(recording: &Recording) -> Result<(), String> {
    let request = &recording.request;
    let (method, headers) = (request.method().unwrap(), request.headers());
    let (path_and_query, body) = (request.path_and_query(), request.json_bytes());
    let reader = recording.reader().map_err(|error| error.to_string())?;
    let read = IncomingRequest { method: &method, path_and_query, headers: &headers, body: &body };
    let built = Meaning::of(&rebuilt(reader, &read, None)?);
    let json = request.body.as_ref().and_then(|body| body.json.as_ref());
    let recorded = Meaning::new(method, path_and_query, json);
    if built == recorded { Ok(()) } else { Err(format!("{built:?}\nis not {recorded:?}")) }
}

/// Whether a form, made of typed values, has the parts of a recorded one.
async fn form_is_built(recording: &Recording, form: &Form) -> Result<(), String> {
    let mut recorded: Vec<Part> = form.fields.iter().map(|(name, text)| Part::text(name, text)).collect();
    let bytes = |length: u64| vec![0xe9; usize::try_from(length).unwrap()];
    let files = form.files.iter();
    recorded.extend(files.map(|file| Part::file(&file.name, &file.filename, &file.content_type, bytes(file.bytes))));
    let file = |name: &str| {
        let file = form.files.iter().find(|file| file.name == name)?;
        Some(FilePart::new(&file.filename, bytes(file.bytes)).content_type(&file.content_type))
    };
    let request = match recording.reader().unwrap().operation.id {
        "createProfileImage" => CreateProfileImage::new(file("file").ok_or("no file")?).to_request(&base()).unwrap(),
        "uploadAsset" => {
            let request = upload(recording, form, file)?.to_request(&base()).unwrap();
            let checksum = |headers: &http::HeaderMap| headers.get("x-immich-checksum").cloned();
            assert_eq!(checksum(request.headers()), checksum(&recording.request.headers()));
            request
        }
        other => panic!("{other} is no form"),
    };
    assert_eq!(request.uri().path(), format!("/api{}", recording.request.path_and_query()));
    let mut built = parts(request).await;
    // 3.x ignores the ids of devices, and so do not all of its requests have them.
    built.retain(|part| {
        let id = part.name == "deviceAssetId" || part.name == "deviceId";
        !id || recorded.iter().any(|recorded| recorded.name == part.name) || is_2(recording)
    });
    built.sort();
    recorded.sort();
    if built == recorded { Ok(()) } else { Err("other parts".into()) }
}

fn is_2(recording: &Recording) -> bool {
    recording.file.components().any(|folder| folder.as_os_str() == "immich-v2.7.5")
}

/// The upload that has the parts of a form.
fn upload(recording: &Recording, form: &Form, file: impl Fn(&str) -> Option<FilePart>) -> Result<UploadAsset, String> {
    let text = |name: &str| form.fields.iter().find(|(field, _)| field == name).map(|(_, text)| text.as_str());
    let date = |name: &str| -> Result<Timestamp, String> {
        text(name).ok_or(format!("no {name}"))?.parse().map_err(|error| format!("{name}: {error}"))
    };
    let asset = file("assetData").ok_or("no file")?;
    let mut upload = UploadAsset::new(asset, date("fileCreatedAt")?, date("fileModifiedAt")?);
    for (name, text) in &form.fields {
        upload = match name.as_str() {
            "fileCreatedAt" | "fileModifiedAt" => upload,
            "deviceAssetId" => upload.device_asset_id(text),
            "deviceId" => upload.device_id(text),
            "isFavorite" => upload.is_favorite(text.parse::<bool>().map_err(|error| error.to_string())?),
            "visibility" => upload.visibility(text.as_str()),
            "livePhotoVideoId" => {
                upload.live_photo_video_id(text.parse::<immich_core::AssetId>().map_err(|error| error.to_string())?)
            }
            other => return Err(format!("{other} is set by no text")),
        };
    }
    if let Some(sidecar) = file("sidecarData") {
        upload = upload.sidecar_data(sidecar);
    }
    if let Some(checksum) = recording.request.headers().get("x-immich-checksum") {
        upload = upload.x_immich_checksum(checksum.to_str().unwrap());
    }
    Ok(upload)
}
