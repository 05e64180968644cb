//! `docs/fake-operations.md`: for each operation, how the fake's behaviour is known.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p immich-mock --test operations_table` writes it anew.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use immich_core::api::OPERATIONS;
use immich_core::incoming::operations_at;
use serde_json::Value;

const FOLDERS: [&str; 4] = ["immich-v2.7.5", "immich-v2.7.5-live", "immich-v3.1.0", "immich-v3.1.0-live"];

/// Operations whose effect is not that of a real server, or not known, although the responses have its shape.
const APPROXIMATED: [(&str, &str); 41] = [
    ("acceptClusterGroupRequest", "the request disappears"),
    ("clusterGroupRegeneratePeople", "does nothing"),
    ("createClusterGroupRequest", "a second request returns the first"),
    ("createJob", "only a backup has an effect"),
    ("createWorkflow", "stored, but not run"),
    ("deleteAssetFile", "a removed thumbnail is gone"),
    ("deleteClusterGroupRequest", "by either side"),
    ("deleteIntegrityReport", "the asset goes to the trash"),
    ("detectPriorInstall", "counts, without folders"),
    ("downloadAssetFile", "a preview is the original"),
    ("endSession", "forgets the stream"),
    ("finishOAuth", "refused: OAuth is off"),
    ("getIntegrityReport", "lists originals that were lost"),
    ("getIntegrityReportCsv", "the columns are a guess"),
    ("getIntegrityReportFile", "refused: a missing file has none"),
    ("getIntegrityReportSummary", "counts originals that were lost"),
    ("getMainPlaylist", "one variant, once the configuration allows it"),
    ("getMediaPlaylist", "one segment"),
    ("getNotificationTemplateAdmin", "a short page of its own"),
    ("getPlugin", "one plugin, with texts of its own"),
    ("getPluginTriggers", "fixed"),
    ("getSegment", "the original"),
    ("getWorkflowLogs", "empty: workflows are not run"),
    ("leaveClusterGroup", "to a new group"),
    ("linkOAuthAccount", "refused: OAuth is off"),
    ("logoutOAuth", "refused: OAuth is off"),
    ("maintenanceLogin", "the token is that of the cookie"),
    ("removeUsersFromPeople", "by either side"),
    ("scanLibrary", "finds nothing"),
    ("searchPluginMethods", "one plugin, with texts of its own"),
    ("searchPluginTemplates", "texts of its own"),
    ("searchPlugins", "one plugin, with texts of its own"),
    ("searchSmart", "refused: no machine learning"),
    ("sendTestEmailAdmin", "refused: no e-mail server"),
    ("setMaintenanceMode", "other operations get 503; a restore changes nothing"),
    ("startDatabaseRestoreFlow", "refused once there is an administrator"),
    ("startOAuth", "refused: OAuth is off"),
    ("updateConfig", "messages of refusals differ"),
    ("upsertPeopleUsers", "listed, but others do not see the people"),
    ("viewAsset", "a thumbnail is the original"),
    ("updateWorkflow", "stored, but not run"),
];

/// The operations with a recorded success, each with the versions of the recordings.
fn recorded() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut recorded: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for folder in FOLDERS {
        let version = folder.trim_start_matches("immich-v").trim_end_matches("-live");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/recordings").join(folder);
        for entry in std::fs::read_dir(path).unwrap() {
            let json: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            if !(200..400).contains(&json["response"]["status"].as_u64().unwrap()) {
                continue;
            }
            let (method, path) =
                (json["request"]["method"].as_str().unwrap(), json["request"]["path"].as_str().unwrap());
            let below = path.strip_prefix("/api").unwrap_or(path).split('?').next().unwrap();
            let version_of_server = {
                let mut numbers = version.split('.').map(|number| number.parse().unwrap());
                immich_core::ServerVersion::new(
                    numbers.next().unwrap(),
                    numbers.next().unwrap(),
                    numbers.next().unwrap(),
                )
            };
            let method = method.parse().unwrap();
            let found = operations_at(&method, below).find(|operation| operation.is_in(version_of_server));
            if let Some(operation) = found {
                let versions = recorded.entry(operation.id).or_default();
                if !versions.contains(&version) {
                    versions.push(version);
                }
            }
        }
    }
    recorded
}

fn table() -> String {
    let recorded = recorded();
    let mut rows: Vec<_> = OPERATIONS.iter().collect();
    rows.sort_by_key(|operation| operation.id);
    rows.dedup_by_key(|operation| operation.id);
    let (mut text, mut counts) = (String::new(), [0; 3]);
    for operation in rows {
        let note = APPROXIMATED.iter().find(|(id, _)| *id == operation.id).map(|(_, note)| *note);
        let versions = recorded.get(operation.id);
        let (kind, known) = match (note, versions) {
            (Some(_), _) => (2, "approximated".to_owned()),
            (None, Some(versions)) => (0, format!("recorded: {}", versions.join(", "))),
            (None, None) => (1, "described only".to_owned()),
        };
        counts[kind] += 1;
        let (id, path) = (operation.id, operation.path);
        writeln!(text, "| `{id}` | `{} {path}` | {known} | {} |", operation.method, note.unwrap_or_default()).unwrap();
    }
    let [recorded, described, approximated] = counts;
    format!(
        "# How far each operation of the fake server is known\n\n\
         * **recorded**: the success of a real server was recorded, on these versions.\n\
         * **described only**: no recording has a success of it; its response fits the description of each version.\n\
         * **approximated**: the response fits, but the effect is not that of a real server, or is not known.\n\n\
         {recorded} are recorded, {described} described only and {approximated} approximated. Every operation is implemented.\n\n\
         | operation | request | known | note |\n| --- | --- | --- | --- |\n{text}"
    )
}

#[test]
fn the_table_in_the_docs_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fake-operations.md");
    let table = table();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let unknown: Vec<_> = APPROXIMATED.iter().filter(|(id, _)| OPERATIONS.iter().all(|one| one.id != *id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(
        std::fs::read_to_string(path).unwrap() == table,
        "set UPDATE_SNAPSHOTS=1 to write docs/fake-operations.md anew"
    );
}
