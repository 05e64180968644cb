//! The uploaded folder: sidecars, live photos, stacks and copies, and files that are rejected.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Files that are rejected by a firewall in front of the server.
pub const REFUSED: [&str; 4] = ["refused.jpg", "REFUSED_5.dng", "REFUSED_6.mov", "REFUSED_7.heic"];

/// Files with a copy in another folder. Either of the two can be the one that is sent.
pub const COPIES: [&str; 2] = ["plain_0.jpg", "x_BURST001.jpg"];

pub fn write(folder: &Path) {
    for (number, place) in ["photos/trip", "photos/home/sub"].into_iter().enumerate() {
        let put =
            |name: &str, length: usize| file(&folder.join(place), name, &content(&format!("{number} {name}"), length));
        for plain in 0..5 {
            put(&format!("plain_{plain}.jpg"), 500 + plain * 700);
        }
        put("IMG_1.jpg", 900);
        put("IMG_1.dng", 3000);
        put("IMG_1.xmp", 200);
        put("IMG_2.heic", 1200);
        put("IMG_2.mov", 2200);
        put("IMG_2.heic.xmp", 210);
        put("IMG_3.jpg", 700);
        put("IMG_3.jpg.xmp", 220);
        put("x_BURST001.jpg", 400);
        put("x_BURST002_COVER.jpg", 410);
        put("x_BURST003.jpg", 420);
    }
    let trip = folder.join("photos/trip");
    let put = |name: &str, length: usize| file(&trip, name, &content(name, length));
    // A single file, one of a stack, and each file of a live photo.
    put("refused.jpg", 300);
    put("refused.jpg.xmp", 230);
    put("REFUSED_5.dng", 310);
    put("REFUSED_5.jpg", 320);
    put("REFUSED_5.xmp", 240);
    put("REFUSED_6.heic", 330);
    put("REFUSED_6.mov", 340);
    put("REFUSED_7.heic", 350);
    put("REFUSED_7.mov", 360);
    put("long.jpg", 700_000);
    put("notes.txt", 20);
    for name in COPIES {
        file(&folder.join("photos/copies"), name, &fs::read(trip.join(name)).expect("a file"));
    }
}

fn file(folder: &Path, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + bytes.len() as u64);
    File::options().write(true).open(path).expect("the file").set_modified(time).expect("a time");
}

/// Bytes that are unique to the name.
pub fn content(name: &str, length: usize) -> Vec<u8> {
    name.bytes().chain((0..).map(|at: usize| (at * 7 / 3) as u8)).take(length.max(name.len())).collect()
}
