//! Downloads an album, what a search finds, or single assets, and checks every byte.
//!
//! ```text
//! cargo run --example download --features fs                    from a server in memory, to a new folder
//! cargo run --example download --features fs -- --json out      one line of JSON for each file
//! IMMICH_URL=http://nas:2283 IMMICH_API_KEY=... cargo run --example download --features fs -- \
//!     --album 3fa85f64-5717-4562-b3fc-2c963f66afa6 --by-month photos
//! ```
//!
//! The last argument is the folder; a second run downloads what is new. What to download is `--album ID`,
//! `--search TEXT` (in file names), `--favorites`, any number of `--asset ID`, or everything. `--archive` asks for zips,
//! `--backend hyper|reqwest` takes another HTTP library, `--concurrency N` more files at once. Ctrl-C ends it; what was
//! fetched stays, and the next run resumes it.
//!
//! It exits with 0 if all files are there, with 1 if some are not, with 2 if nothing could be done, with 130 after Ctrl-C.
//!
//! The key needs the permissions asset.read, asset.download, and for albums album.read.

#![allow(missing_docs)]

mod common;

use std::error::Error;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use immich_mock::FakeImmich;
use immich_sdk::api::{DownloadInfoDto, MetadataSearchDto};
use immich_sdk::jiff::Timestamp;
use immich_sdk::serde_json::json;
use immich_sdk::transfer::{DownloadOutcome, DownloadResult, Downloads, Layout, Progress};
use immich_sdk::{AlbumId, AssetId, Client, FilePart};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use self::common::start;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// How often the bar is drawn.
const DRAWN: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Arguments {
    backend: Option<String>,
    album: Option<AlbumId>,
    search: Option<String>,
    favorites: bool,
    assets: Vec<AssetId>,
    archive: bool,
    json: bool,
    by_month: bool,
    concurrency: Option<usize>,
    folder: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let work = async {
        let arguments = Arguments::read(std::env::args().skip(1))?;
        run(arguments).await
    };
    tokio::select! {
        done = work => match done {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => {
                eprintln!("download: {error}");
                ExitCode::from(2)
            }
        },
        // Dropping the work ends it: the parts stay beside their targets.
        _ = tokio::signal::ctrl_c() => {
            eprintln!("\nstopped; the same command goes on where this one ended");
            ExitCode::from(130)
        }
    }
}

async fn run(arguments: Arguments) -> Result<bool> {
    let (client, _served) = start(arguments.backend.as_deref(), fill).await?;
    let client = client.build()?;
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("immich-download-{}", std::process::id())),
    };
    if arguments.archive {
        archives(&client, &arguments, &folder).await
    } else {
        files(&client, &arguments, &folder).await
    }
}

async fn files(client: &Client, arguments: &Arguments, folder: &Path) -> Result<bool> {
    let many = match (arguments.album, &arguments.assets[..]) {
        (Some(album), _) => client.download_album(album),
        (None, []) => {
            let mut search = MetadataSearchDto::new();
            search.original_file_name = arguments.search.clone();
            search.is_favorite = arguments.favorites.then_some(true);
            client.download_search(search)
        }
        (None, ids) => client.download_assets(ids.to_vec()),
    };
    let layout = if arguments.by_month { Layout::Month } else { Layout::Flat };
    let many = many.layout(layout).concurrency(arguments.concurrency.unwrap_or(4));
    let mut downloads = many.to_folder(folder);
    let bar = Bar::new(arguments.json);
    while let Some(outcome) = next(&mut downloads, &bar).await? {
        bar.above(
            || if arguments.json { println!("{}", as_json(&outcome)) } else { println!("{}", as_text(&outcome)) },
        );
    }
    bar.done();
    let all = downloads.summary();
    if arguments.json {
        println!(
            "{}",
            json!({ "downloaded": all.downloaded, "alreadyThere": all.already_there, "skipped": all.skipped,
                    "failed": all.failed, "bytes": all.bytes })
        );
    } else {
        println!(
            "{} files: {} new ({}), {} there already, {} skipped, {} failed; in {}",
            all.total(),
            all.downloaded,
            HumanBytes(all.bytes),
            all.already_there,
            all.skipped,
            all.failed,
            folder.display()
        );
    }
    Ok(all.is_complete())
}

/// The next outcome; while it is waited for, the bar moves.
async fn next(downloads: &mut Downloads<'_>, bar: &Bar) -> Result<Option<DownloadOutcome>> {
    let progress = downloads.progress();
    let mut drawn = tokio::time::interval(DRAWN);
    loop {
        tokio::select! {
            outcome = downloads.next() => {
                bar.draw(&progress);
                return Ok(outcome?);
            }
            // The downloads continue with the next `next`.
            _ = drawn.tick() => bar.draw(&progress),
        }
    }
}

async fn archives(client: &Client, arguments: &Arguments, folder: &Path) -> Result<bool> {
    let wanted = match (arguments.album, &arguments.assets[..]) {
        (Some(album), _) => DownloadInfoDto::new().album_id(album),
        (None, []) => DownloadInfoDto::new().user_id(client.users().get_my_user().await?.id),
        (None, ids) => DownloadInfoDto::new().asset_ids(ids.to_vec()),
    };
    let progress = Progress::new(None);
    let mut archives = client.download_archives(wanted).progress(&progress).to_folder(folder);
    let bar = Bar::new(arguments.json);
    let mut complete = true;
    loop {
        let mut drawn = tokio::time::interval(DRAWN);
        // An archive is one future from its first byte to its last, which must not be dropped.
        let next = archives.next();
        tokio::pin!(next);
        let outcome = loop {
            tokio::select! {
                outcome = &mut next => break outcome?,
                _ = drawn.tick() => bar.draw(&progress),
            }
        };
        let Some(outcome) = outcome else { break };
        let archive = match outcome.result {
            Ok(archive) => archive,
            Err(error) => {
                complete = false;
                bar.above(|| eprintln!("{} assets: {error}", outcome.asset_ids.len()));
                continue;
            }
        };
        complete &= archive.missing.is_empty();
        bar.above(|| {
            if arguments.json {
                println!(
                    "{}",
                    json!({ "path": archive.path, "bytes": archive.bytes, "files": archive.files.len(),
                                       "missing": archive.missing })
                );
            } else {
                println!("{}  {}, {} files", archive.path.display(), HumanBytes(archive.bytes), archive.files.len());
                archive.missing.iter().for_each(|id| println!("  not in it: {id}"));
            }
        });
    }
    bar.done();
    Ok(complete)
}

fn as_text(DownloadOutcome { asset_id, original_file_name, fate, .. }: &DownloadOutcome) -> String {
    let name = original_file_name.clone().unwrap_or_else(|| asset_id.to_string());
    match fate {
        DownloadResult::Downloaded(done) => {
            let resumed = match done.resumed_from {
                0 => String::new(),
                from => format!(", {} of it before", HumanBytes(from)),
            };
            let verified = if done.verified { "verified" } else { "not verified" };
            format!("{}  {}, {verified}{resumed}", done.path.display(), HumanBytes(done.bytes))
        }
        DownloadResult::AlreadyThere(done) => format!("{}  there already", done.path.display()),
        DownloadResult::Skipped(why) => format!("{name}  skipped: {why:?}"),
        DownloadResult::Failed { error, .. } => format!("{name}  FAILED: {error}"),
        other => format!("{name}  {other:?}"),
    }
}

fn as_json(
    DownloadOutcome { asset_id, original_file_name, fate, .. }: &DownloadOutcome,
) -> immich_sdk::serde_json::Value {
    let (fate, details) = match fate {
        DownloadResult::Downloaded(done) => {
            let checksum = done.checksum.map(|checksum| checksum.to_string());
            (
                "downloaded",
                json!({ "path": done.path, "bytes": done.bytes, "checksum": checksum, "verified": done.verified }),
            )
        }
        DownloadResult::AlreadyThere(done) => ("alreadyThere", json!({ "path": done.path, "bytes": done.bytes })),
        DownloadResult::Skipped(why) => ("skipped", json!({ "why": format!("{why:?}") })),
        DownloadResult::Failed { error, requests, .. } => {
            ("failed", json!({ "error": error.to_string(), "requests": requests }))
        }
        _ => ("other", json!({})),
    };
    json!({ "assetId": asset_id, "originalFileName": original_file_name, "fate": fate, "details": details })
}

/// A bar on a terminal, and nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new(quiet: bool) -> Self {
        let bar = if quiet || !std::io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new(0) };
        let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}, {msg}");
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    fn draw(&self, progress: &Progress) {
        let now = progress.snapshot();
        self.0.set_length(now.bytes_total);
        self.0.set_position(now.bytes_done);
        let more = if now.total_known { "" } else { "+" };
        let left = now.remaining.map(|left| format!(", {} s left", left.as_secs())).unwrap_or_default();
        self.0.set_message(format!("{}/{}{more} files{left}", now.files_done, now.files_total));
    }

    /// Prints something that stays, above the bar.
    fn above(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    fn done(&self) {
        self.0.finish_and_clear();
    }
}

/// Puts the photos of the examples on the server in memory.
async fn fill(fake: &FakeImmich) -> Result<()> {
    let client = Client::builder("http://immich.test").backend(fake.clone()).api_key(fake.api_key()).build()?;
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/photos")];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())));
            continue;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let taken: Timestamp = "2024-05-06T07:08:09Z".parse()?;
        let photo = FilePart::new(name, fs::read(&path)?);
        client.assets().upload_asset(photo, taken, taken).await?;
    }
    Ok(())
}

impl Arguments {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut this = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--backend" => this.backend = Some(value()?),
                "--album" => this.album = Some(value()?.parse()?),
                "--asset" => this.assets.push(value()?.parse()?),
                "--search" => this.search = Some(value()?),
                "--favorites" => this.favorites = true,
                "--concurrency" => this.concurrency = Some(value()?.parse()?),
                "--archive" => this.archive = true,
                "--by-month" => this.by_month = true,
                "--json" => this.json = true,
                option if option.starts_with('-') => return Err(format!("there is no option {option}").into()),
                folder if this.folder.is_none() => this.folder = Some(folder.into()),
                more => return Err(format!("one folder is enough, and there is {more} too").into()),
            }
        }
        Ok(this)
    }
}
