//! Uploads files and folders, each once, with a progress bar.
//!
//! ```text
//! cargo run --example upload --features fs                              the photos of the examples, to a server in memory
//! cargo run --example upload --features fs -- DIR --album Trip          a folder of yours, to the same
//! cargo run --example upload --features fs,hyper -- DIR --backend hyper the same over TCP
//! IMMICH_URL=http://nas:2283 IMMICH_API_KEY=... cargo run --example upload --features fs -- DIR --journal up.journal
//! ```
//!
//! Ctrl-C ends what was begun and skips the rest; a second one ends at once. Exit codes: 0 all is there, 1 something
//! failed, 2 it could not begin, 130 it was stopped.

#![allow(missing_docs)]

mod common;

use std::collections::VecDeque;
use std::error::Error;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use immich_sdk::transfer::{
    DuplicateOf, LivePhoto, ProgressSnapshot, SameNamePolicy, SourcePolicy, SourceResult, StackRule, TrashPolicy,
    Upload, UploadBuilder, UploadOutcome, UploadResult, UploadSummary,
};
use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use serde_json::json;

use self::common::start;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const HELP: &str = "\
upload [OPTIONS] [PATH...]

  --album NAME        add everything to your album of this name; --album-id ID by its id, --album-by-folder by folder
  --same-name HOW     if you have several of the name: error (default), newest, create
  --tag NAME          put a tag on everything; may be given again
  --favorite          mark what is uploaded as favorite
  --include GLOB      take only such files; --exclude GLOB leave such out; both may be given again
  --hidden            take hidden files too; --follow-links follow symbolic links; --flat no folders below
  --no-live-photos    do not join images and videos; --no-sidecars leave XMP files
  --stack RULE        raw: RAW and JPEG as one; burst: bursts as one
  --trash HOW         what the server has in the trash: report (default), skip, restore
  --delete            delete a file once the server has confirmed it; --delete-duplicates also what it had already
  --move-to DIR       move it there instead
  --journal FILE      remember what was uploaded; --verify asks the server whether it still has it
  --concurrency N     how many are sent at once (4); --hash-concurrency N how many are hashed at once
  --no-check          do not ask first what the server has
  --dry-run           hash and check, and send nothing
  --json              a line of JSON for each file, and one for the whole
  --backend NAME      hyper or reqwest";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("upload: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<u8> {
    let mut options: VecDeque<_> = std::env::args().skip(1).collect();
    if options.iter().any(|option| option == "--help" || option == "-h") {
        println!("{HELP}");
        return Ok(0);
    }
    let (backend, json) = (take(&mut options, "--backend")?, flag(&mut options, "--json"));
    let (client, _served) = start(backend.as_deref(), async |_| Ok(())).await?;
    let client = client.build()?;
    if !json {
        println!("to {}, Immich {}", client.base_url(), client.server_version().await?);
    }
    let upload = arguments(client.upload(), options)?.start()?;
    watch(upload, json).await
}

/// Takes an option with its value out of the arguments.
fn take(options: &mut VecDeque<String>, name: &str) -> Result<Option<String>> {
    let Some(at) = options.iter().position(|option| option == name) else { return Ok(None) };
    options.remove(at);
    Ok(Some(options.remove(at).ok_or_else(|| format!("{name} needs a value"))?))
}

/// Takes an option without a value out of the arguments.
fn flag(options: &mut VecDeque<String>, name: &str) -> bool {
    let before = options.len();
    options.retain(|option| option != name);
    options.len() < before
}

fn arguments(mut upload: UploadBuilder, mut options: VecDeque<String>) -> Result<UploadBuilder> {
    let mut paths = 0;
    let (mut source, mut duplicates) = (SourcePolicy::Keep, false);
    while let Some(option) = options.pop_front() {
        let mut value = || options.pop_front().ok_or_else(|| format!("{option} needs a value"));
        upload = match option.as_str() {
            "--album" => upload.album_name(value()?),
            "--album-id" => upload.album(value()?.parse()?),
            "--album-by-folder" => upload.album_by_folder(),
            "--same-name" => upload.same_name(match value()?.as_str() {
                "error" => SameNamePolicy::Error,
                "newest" => SameNamePolicy::Newest,
                "create" => SameNamePolicy::Create,
                other => return Err(format!("--same-name is error, newest or create, and not {other}").into()),
            }),
            "--tag" => upload.tag(value()?),
            "--favorite" => upload.favorite(true),
            "--include" => upload.include(value()?),
            "--exclude" => upload.exclude(value()?),
            "--hidden" => upload.hidden(true),
            "--follow-links" => upload.follow_links(true),
            "--flat" => upload.recursive(false),
            "--no-live-photos" => upload.live_photos(false),
            "--no-sidecars" => upload.sidecars(false),
            "--stack" => upload.stack(match value()?.as_str() {
                "raw" => StackRule::RawAndDeveloped,
                "burst" => StackRule::Bursts,
                other => return Err(format!("--stack is raw or burst, and not {other}").into()),
            }),
            "--trash" => upload.trash(match value()?.as_str() {
                "report" => TrashPolicy::Report,
                "skip" => TrashPolicy::Skip,
                "restore" => TrashPolicy::Restore,
                other => return Err(format!("--trash is report, skip or restore, and not {other}").into()),
            }),
            "--delete" => {
                source = SourcePolicy::Delete;
                upload
            }
            "--delete-duplicates" => {
                duplicates = true;
                upload
            }
            "--move-to" => {
                source = SourcePolicy::MoveTo(value()?.into());
                upload
            }
            "--journal" => upload.journal(value()?),
            "--verify" => upload.verify_journal(true),
            "--concurrency" => upload.concurrency(value()?.parse()?),
            "--hash-concurrency" => upload.hash_concurrency(value()?.parse()?),
            "--no-check" => upload.check(false),
            "--dry-run" => upload.dry_run(true),
            other if other.starts_with("--") => return Err(format!("there is no option {other}; see --help").into()),
            path => {
                paths += 1;
                upload.path(PathBuf::from(path))
            }
        };
    }
    if paths == 0 {
        upload = upload.path(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/photos"));
    }
    if duplicates {
        let policy = if source == SourcePolicy::Keep { SourcePolicy::Delete } else { source.clone() };
        upload = upload.after_duplicate(policy);
    }
    Ok(upload.after_upload(source))
}

/// Shows the progress of the upload, and its outcome.
async fn watch(mut upload: Upload, json: bool) -> Result<u8> {
    let bar = if json || !std::io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new(0) };
    bar.set_style(ProgressStyle::with_template("{bar:32} {percent:>3}%  {msg}")?.progress_chars("=> "));
    let progress = upload.progress();
    let mut redraw = tokio::time::interval(Duration::from_millis(100));
    let mut interrupts = 0;
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            outcome = upload.next() => match outcome? {
                Some(outcome) if json => println!("{}", line(&outcome)),
                Some(outcome) => bar.suspend(|| tell(&outcome)),
                None => break,
            },
            _ = redraw.tick() => draw(&bar, &progress.snapshot()),
            pressed = &mut interrupt => {
                pressed?;
                interrupt = Box::pin(tokio::signal::ctrl_c());
                interrupts += 1;
                if interrupts > 1 {
                    break;
                }
                upload.stop();
                bar.suspend(|| eprintln!("finishing what was begun; Ctrl-C again ends at once"));
            }
        }
    }
    bar.finish_and_clear();
    // After a second Ctrl-C there is more to come, which is left.
    let summary = if interrupts > 1 { upload.summary() } else { upload.finish().await? };
    let took = progress.snapshot().elapsed;
    if json {
        println!("{}", whole(&summary))
    } else {
        conclude(&summary, took)
    }
    Ok(match (interrupts, summary.is_complete()) {
        (0, true) => 0,
        (0, false) => 1,
        _ => 130,
    })
}

fn draw(bar: &ProgressBar, now: &ProgressSnapshot) {
    bar.set_length(now.bytes_total.max(1));
    bar.set_position(now.bytes_done);
    let more = if now.total_known { "" } else { "+" };
    let rate = if now.bytes_per_second > 0.0 {
        format!(", {}/s", HumanBytes(now.bytes_per_second as u64))
    } else {
        String::new()
    };
    let left = now.remaining.map(|left| format!(", {} left", HumanDuration(left))).unwrap_or_default();
    bar.set_message(format!(
        "{} of {}{more} files, {} of {}{more}{rate}{left}",
        now.files_done,
        now.files_total,
        HumanBytes(now.bytes_done),
        HumanBytes(now.bytes_total),
    ));
}

/// The outcome of an input, in a word and in full.
fn words(outcome: &UploadOutcome) -> (&'static str, String) {
    match &outcome.result {
        UploadResult::Uploaded { .. } => ("uploaded", String::new()),
        UploadResult::Duplicate { of, .. } => (
            "duplicate",
            match of {
                DuplicateOf::Server => "the server has it".to_owned(),
                DuplicateOf::Trashed => "the server has it in the trash".to_owned(),
                DuplicateOf::Restored => "restored from the trash".to_owned(),
                DuplicateOf::SameRun(other) => format!("same as {other}"),
                DuplicateOf::EarlierRun => "uploaded by an earlier run".to_owned(),
                other => format!("{other:?}"),
            },
        ),
        UploadResult::Skipped(reason) => ("skipped", reason.to_string()),
        UploadResult::Failed(error) => ("FAILED", error.to_string()),
        other => ("?", format!("{other:?}")),
    }
}

fn tell(outcome: &UploadOutcome) {
    let (word, mut more) = words(outcome);
    let mut add = |note: String| {
        more = if more.is_empty() { note } else { format!("{more}; {note}") };
    };
    match outcome.live_photo {
        LivePhoto::Image(_) => add("a live photo".into()),
        LivePhoto::Video => add("the video of a live photo".into()),
        LivePhoto::ImageWithoutVideo => add("without its video".into()),
        _ => {}
    }
    if let Some(sidecar) = &outcome.sidecar
        && let UploadResult::Uploaded { .. } = outcome.result
    {
        let name = sidecar.path.file_name().unwrap_or_default().to_string_lossy();
        add(format!("with {name}{}", if sidecar.shared { ", which others share" } else { "" }));
    }
    match &outcome.source {
        SourceResult::Deleted => add("deleted here".into()),
        SourceResult::Moved(path) => add(format!("moved to {}", path.display())),
        SourceResult::KeptBecause(error) => add(format!("kept here: {error}")),
        _ => {}
    }
    let note = if more.is_empty() { String::new() } else { format!("  ({more})") };
    println!("{word:<9}  {}{note}", outcome.input);
}

fn line(outcome: &UploadOutcome) -> serde_json::Value {
    let (word, why) = words(outcome);
    json!({
        "input": outcome.input.to_string(),
        "result": word.to_lowercase(),
        "why": (!why.is_empty()).then_some(why),
        "asset": outcome.result.asset().map(|asset| asset.to_string()),
        "length": outcome.length,
        "sha1": outcome.checksum.map(|checksum| checksum.to_string()),
        "source_gone": outcome.source.is_gone(),
    })
}

fn whole(summary: &UploadSummary) -> serde_json::Value {
    let albums = summary.albums.iter().map(|album| {
        let error = album.error.as_ref().map(ToString::to_string);
        json!({
            "name": album.name, "added": album.added, "already": album.already, "refused": album.refused.len(), "error": error,
        })
    });
    json!({
        "summary": {
            "inputs": summary.inputs,
            "uploaded": summary.uploaded,
            "duplicates": summary.duplicates,
            "skipped": summary.skipped,
            "failed": summary.failed,
            "bytes_uploaded": summary.bytes_uploaded,
            "complete": summary.is_complete(),
            "albums": albums.collect::<Vec<_>>(),
        }
    })
}

fn conclude(summary: &UploadSummary, took: Duration) {
    let UploadSummary { inputs, uploaded, duplicates, skipped, failed, bytes_uploaded, .. } = summary;
    let (size, took) = (HumanBytes(*bytes_uploaded), HumanDuration(took));
    println!(
        "{inputs} files in {took}: {uploaded} uploaded ({size}), {duplicates} there already, {skipped} skipped, {failed} failed"
    );
    for album in &summary.albums {
        let name = album.name.as_deref().unwrap_or("by id");
        println!(
            "album {name}: {} added, {} in it already, {} refused",
            album.added,
            album.already,
            album.refused.len()
        );
        if let Some(error) = &album.error {
            println!("  {error}");
        }
    }
    if let Some(tags) = &summary.tags {
        println!("tags: {} put on", tags.tagged);
        if let Some(error) = &tags.error {
            println!("  {error}");
        }
    }
    let stacked = summary.stacks.iter().filter(|stack| stack.result.is_ok()).count();
    if !summary.stacks.is_empty() {
        println!("stacks: {stacked} of {} made", summary.stacks.len());
    }
    for error in summary.journal_error.iter().chain(&summary.stopped_by) {
        println!("{error}");
    }
}
