//! A large file up and down, many small ones up, and very many that the journal knows. By hand, too, each file is
//! hashed, sent with its checksum, and looked at again: only what the crate adds makes a difference.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use immich_sdk::backend::HyperBackend;
use immich_sdk::transfer::{Checksum, ModifiedTime, file_checksum};
use immich_sdk::{AssetId, Client};

use crate::Result;
use crate::by_hand::{self, Connections};
use crate::clock::{Turns, cpu, memory, reset_peak_memory};
use crate::server::LARGE;

const TURNS: usize = 6;
const SMALL_FILES: u32 = 2000;
const SMALL: usize = 100_000;
const KNOWN_FILES: u32 = 100_000;

pub async fn measure(url: &str) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("immich-measure-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let client = Client::builder(url).api_key("key").backend(HyperBackend::new()?).build()?;
    let outcome = async {
        large_up(&client, url, &folder).await?;
        large_down(&client, url, &folder).await?;
        small_up(&client, url, &folder).await?;
        known(&client, &folder).await
    };
    let outcome = outcome.await;
    fs::remove_dir_all(&folder)?;
    outcome
}

async fn large_up(client: &Client, url: &str, folder: &Path) -> Result<()> {
    let path = large_file(folder)?;
    let (mut turns, idle) = (Turns::default(), memory().0);
    let (mut peak, mut wall) = (0, Duration::MAX);
    for _ in 0..TURNS {
        let before = cpu();
        by_hand::upload(&by_hand::connections(), url, &path, by_hand::hash(&path)?).await?;
        turns.by_hand(cpu() - before);
        reset_peak_memory();
        let (before, started) = (cpu(), Instant::now());
        let summary = client.upload().path(&path).check(false).start()?.finish().await?;
        assert_eq!(summary.uploaded, 1);
        turns.by_crate(cpu() - before);
        wall = wall.min(started.elapsed());
        peak = peak.max(memory().1);
    }
    turns.print("2 GiB up from a file, with SHA-1", 1);
    print_rate(wall, peak.saturating_sub(idle));
    print_tools(url, &path)?;
    fs::remove_file(path)?;
    Ok(())
}

/// The time that the machine's own tools take for the same file, where it has them.
fn print_tools(url: &str, path: &Path) -> Result<()> {
    let form = format!("assetData=@{}", path.display());
    let upload = format!("{url}/api/assets");
    let path = path.display().to_string();
    for (name, arguments) in [("sha1sum", vec![path.as_str()]), ("curl", vec!["-sS", "-F", form.as_str(), &upload])] {
        let started = Instant::now();
        let ended = std::process::Command::new(name).args(arguments).stdout(std::process::Stdio::null()).status();
        match ended {
            Ok(status) if status.success() => {
                println!("{:<46} {:>10.3} s", format!("  {name}, wall clock"), started.elapsed().as_secs_f64());
            }
            _ => println!("  {name} is not there"),
        }
    }
    Ok(())
}

async fn large_down(client: &Client, url: &str, folder: &Path) -> Result<()> {
    let checksum = {
        let path = large_file(folder)?;
        let (checksum, _) = file_checksum(&path).await?;
        fs::remove_file(path)?;
        checksum
    };
    let (by_hand_path, path) = (folder.join("hand.jpg"), folder.join("crate.jpg"));
    let (mut turns, idle) = (Turns::default(), memory().0);
    let (mut peak, mut wall) = (0, Duration::MAX);
    for _ in 0..TURNS {
        let before = cpu();
        assert_eq!(by_hand::download(url, &by_hand_path).await?, checksum);
        turns.by_hand(cpu() - before);
        fs::remove_file(&by_hand_path)?;
        reset_peak_memory();
        let (before, started) = (cpu(), Instant::now());
        download(client, checksum, &path).await?;
        turns.by_crate(cpu() - before);
        wall = wall.min(started.elapsed());
        peak = peak.max(memory().1);
        fs::remove_file(&path)?;
    }
    turns.print("2 GiB down to a file, with SHA-1", 1);
    print_rate(wall, peak.saturating_sub(idle));
    Ok(())
}

async fn download(client: &Client, checksum: Checksum, path: &Path) -> Result<()> {
    let download = client.download_asset(AssetId::default()).checksum(checksum).modified_time(ModifiedTime::Now);
    let downloaded = download.to_file(path).await?;
    assert_eq!((downloaded.bytes, downloaded.verified), (LARGE, true));
    Ok(())
}

async fn small_up(client: &Client, url: &str, folder: &Path) -> Result<()> {
    let folder = folder.join("small");
    let files = small_files(&folder, SMALL_FILES, SMALL)?;
    let mut turns = Turns::default();
    let mut wall = Duration::MAX;
    for _ in 0..TURNS {
        let before = cpu();
        upload_all(url, &files).await?;
        turns.by_hand(cpu() - before);
        let (before, started) = (cpu(), Instant::now());
        let summary = client.upload().path(&folder).start()?.finish().await?;
        assert_eq!(summary.uploaded, u64::from(SMALL_FILES));
        turns.by_crate(cpu() - before);
        wall = wall.min(started.elapsed());
    }
    turns.print("an upload of 100 KB of 2,000, with SHA-1, check", SMALL_FILES);
    println!("{:<46} {:>21.0} files/s", "  files a second", f64::from(SMALL_FILES) / wall.as_secs_f64());
    Ok(())
}

/// By hand: hash all, ask for all at once, send four at a time.
async fn upload_all(url: &str, files: &[PathBuf]) -> Result<()> {
    use futures_util::{StreamExt, TryStreamExt, stream};

    let client: Connections = by_hand::connections();
    let checksums: Vec<Checksum> = files.iter().map(|file| by_hand::hash(file)).collect::<Result<_>>()?;
    by_hand::check(&client, url, &checksums).await?;
    let uploads =
        files.iter().zip(checksums).map(|(file, checksum)| by_hand::upload_small(&client, url, file, checksum));
    stream::iter(uploads).buffer_unordered(4).try_collect().await
}

async fn known(client: &Client, folder: &Path) -> Result<()> {
    let (photos, journal) = (folder.join("known"), folder.join("journal"));
    for part in 0..100 {
        small_files(&photos.join(part.to_string()), KNOWN_FILES / 100, 16)?;
    }
    let upload = || client.upload().path(&photos).journal(&journal).check(false).start();
    let first = upload()?.finish().await?;
    reset_peak_memory();
    let (idle, before, started) = (memory().0, cpu(), Instant::now());
    let second = upload()?.finish().await?;
    let (spent, wall) = (cpu() - before, started.elapsed());
    assert_eq!((first.uploaded + first.duplicates, second.uploaded), (u64::from(KNOWN_FILES), 0));
    println!(
        "{:<46} {:>8.2} s CPU, {:.2} s wall clock, {} MiB above idle",
        "100,000 files that the journal knows",
        spent.as_secs_f64(),
        wall.as_secs_f64(),
        memory().1.saturating_sub(idle)
    );
    Ok(())
}

fn print_rate(wall: Duration, memory: u64) {
    #[allow(clippy::cast_precision_loss)]
    let rate = (LARGE >> 20) as f64 / wall.as_secs_f64();
    println!("{:<46} {rate:>17.0} MiB/s", "  the crate, wall clock");
    println!("{:<46} {memory:>19} MiB", "  the crate, peak of memory above idle");
}

fn large_file(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("large.jpg");
    let mut file = File::create(&path)?;
    let block = vec![7; 1 << 20];
    for _ in 0..LARGE >> 20 {
        file.write_all(&block)?;
    }
    Ok(path)
}

/// Files of which no two are alike.
fn small_files(folder: &Path, count: u32, length: usize) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut random = File::open("/dev/urandom")?;
    let mut content = vec![0; length];
    random.read_exact(&mut content)?;
    let write = |number: u32| {
        let path = folder.join(format!("{number}.jpg"));
        let mut content = content.clone();
        let mark = format!("{name}/{number}");
        content.truncate(length.saturating_sub(mark.len()));
        content.extend(mark.bytes());
        fs::write(&path, content)?;
        Ok(path)
    };
    (0..count).map(write).collect()
}
