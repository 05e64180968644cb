//! Information about the server.

use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::media::Kind;
use super::state::{Run, State};
use super::time;

/// The reported disk size.
const DISK: u64 = 1 << 40;

pub(super) fn ping(_: &State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "res": "pong" })))
}

pub(super) fn version(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let version = state.version;
    let mut json = json!({ "major": version.major, "minor": version.minor, "patch": version.patch });
    if !state.line().is_two() {
        json["prerelease"] = Value::Null;
    }
    Ok(Answer::json(&json))
}

/// Every version that the server has run, the latest first.
pub(super) fn version_history(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let entry =
        |run: &Run| json!({ "id": run.id, "createdAt": time::text(run.since), "version": run.version.to_string() });
    Ok(Answer::json(&state.runs.iter().rev().map(entry).collect()))
}

/// The server features that the fake supports.
pub(super) fn features(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let mut json = json!({
        "smartSearch": false,
        "facialRecognition": false,
        "duplicateDetection": false,
        "map": state.is_enabled("/map/enabled"),
        "reverseGeocoding": false,
        "importFaces": false,
        "sidecar": true,
        "search": true,
        "trash": state.is_enabled("/trash/enabled"),
        "oauth": false,
        "oauthAutoLaunch": false,
        "ocr": false,
        "passwordLogin": state.is_enabled("/passwordLogin/enabled"),
        "configFile": false,
        "email": false,
    });
    if !state.line().is_two() {
        json["realtimeTranscoding"] = state.is_enabled("/ffmpeg/realtime/enabled").into();
    }
    Ok(Answer::json(&json))
}

pub(super) fn config(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let mut json = json!({
        "loginPageMessage": state.setting("/server/loginPageMessage"),
        "trashDays": state.setting("/trash/days"),
        "userDeleteDelay": state.setting("/user/deleteDelay"),
        "oauthButtonText": state.setting("/oauth/buttonText"),
        "isInitialized": state.users.iter().any(|user| user.is_admin),
        "isOnboarded": state.is_admin_onboarded,
        "externalDomain": state.setting("/server/externalDomain"),
        "publicUsers": state.setting("/server/publicUsers"),
        "mapDarkStyleUrl": state.setting("/map/darkStyle"),
        "mapLightStyleUrl": state.setting("/map/lightStyle"),
        "maintenanceMode": state.maintenance.is_some(),
    });
    if !state.line().is_two() {
        json["minFaces"] = state.setting("/machineLearning/facialRecognition/minFaces");
    }
    Ok(Answer::json(&json))
}

/// The style sheet of the web application.
pub(super) fn theme(state: &State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "customCss": state.setting("/theme/customCss") })))
}

/// The versions of the programs that a real server uses are empty.
pub(super) fn about(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let version = format!("v{}", state.version);
    let repository = "https://github.com/immich-app/immich";
    Ok(Answer::json(&json!({
        "version": version,
        "versionUrl": format!("{repository}/releases/tag/{version}"),
        "licensed": false,
        "repository": "immich-app/immich",
        "repositoryUrl": repository,
        "sourceRef": version,
        "sourceCommit": "",
        "sourceUrl": format!("{repository}/tree/{version}"),
        "nodejs": "",
        "exiftool": "",
        "ffmpeg": "",
        "libvips": "",
        "imagemagick": "",
    })))
}

pub(super) fn apk_links(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let base = format!("https://github.com/immich-app/immich/releases/download/v{}", state.version);
    Ok(Answer::json(&json!({
        "arm64v8a": format!("{base}/app-arm64-v8a-release.apk"),
        "armeabiv7a": format!("{base}/app-armeabi-v7a-release.apk"),
        "universal": format!("{base}/app-release.apk"),
        "x86_64": format!("{base}/app-x86_64-release.apk"),
    })))
}

pub(super) fn storage(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let used: u64 = state.users.iter().map(|user| state.usage(user.id)).sum();
    let used = if state.trouble.disk_is_full { DISK } else { used };
    let available = DISK.saturating_sub(used);
    let hundredths = used * 10_000 / DISK;
    Ok(Answer::json(&json!({
        "diskSize": human(DISK),
        "diskUse": human(used),
        "diskAvailable": human(available),
        "diskSizeRaw": DISK,
        "diskUseRaw": used,
        "diskAvailableRaw": available,
        "diskUsagePercentage": hundredths as f64 / 100.0,
    })))
}

/// A size such as `75.9 GiB`.
fn human(bytes: u64) -> String {
    let (mut amount, mut units) = (bytes as f64, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].iter());
    let mut unit = units.next();
    while amount >= 1024.0 {
        amount /= 1024.0;
        unit = units.next();
    }
    format!("{amount:.1} {}", unit.unwrap_or(&"EiB"))
}

pub(super) fn statistics(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let mut totals = [0_u64; 4];
    let mut by_user = Vec::new();
    for user in &state.users {
        let of = |kind, with_hidden| {
            state.assets.index().tally(|group| {
                group.owner == user.id
                    && !group.is_trashed
                    && group.kind == kind
                    && (with_hidden || group.visibility != "hidden")
            })
        };
        // The video of a live photo uses space, but is not counted.
        let count = |kind| of(kind, false).count;
        let usage = |kind| of(kind, true).bytes;
        let numbers = [count(Kind::Image), count(Kind::Video), usage(Kind::Image), usage(Kind::Video)];
        let [photos, videos, usage_photos, usage_videos] = numbers;
        by_user.push(json!({
            "userId": user.id,
            "userName": user.name,
            "photos": photos,
            "videos": videos,
            "usage": usage_photos + usage_videos,
            "usagePhotos": usage_photos,
            "usageVideos": usage_videos,
            "quotaSizeInBytes": user.quota,
        }));
        totals.iter_mut().zip(numbers).for_each(|(total, number)| *total += number);
    }
    let [photos, videos, usage_photos, usage_videos] = totals;
    Ok(Answer::json(&json!({
        "photos": photos,
        "videos": videos,
        "usage": usage_photos + usage_videos,
        "usagePhotos": usage_photos,
        "usageVideos": usage_videos,
        "usageByUser": by_user,
    })))
}
