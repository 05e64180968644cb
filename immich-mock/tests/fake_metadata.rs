//! The metadata of uploaded files: EXIF, XMP, dimensions and durations, and where they show.

#![cfg(feature = "metadata")]
#![allow(clippy::unwrap_used)]

mod files;
mod raw;

use files::Value::{Long, Rationals, Short, Text};
use files::{Entry, boxed, heic, jpeg, movie_header, png, quicktime_metadata, tiff, track, video};
use immich_core::jiff::Timestamp;
use immich_core::{AssetId, ServerVersion};
use immich_mock::FakeImmich;
use raw::Caller;
use serde_json::{Value, json};

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

/// 48° 51′ 24″ north, 2° 21′ 8.28″ east.
const PARIS: [Entry<'_>; 4] = [
    (1, Text("N")),
    (2, Rationals(&[(48, 1), (51, 1), (24, 1)])),
    (3, Text("E")),
    (4, Rationals(&[(2, 1), (21, 1), (828, 100)])),
];

/// EXIF of a photo with everything that a server reads.
fn whole() -> Vec<u8> {
    use files::*;
    let first = [
        (DESCRIPTION, Text("a beach ")),
        (MAKE, Text("Canon")),
        (MODEL, Text("EOS R5")),
        (ORIENTATION, Short(6)),
        (RATING, Short(4)),
    ];
    let exif = [
        (EXPOSURE, Rationals(&[(1, 60)])),
        (APERTURE, Rationals(&[(28, 10)])),
        (ISO, Short(400)),
        (TAKEN, Text("2024:05:06 07:08:09")),
        (OFFSET, Text("+02:00")),
        (FOCAL_LENGTH, Rationals(&[(50, 1)])),
        (FRACTION, Text("12")),
        (LENS, Text("RF 50mm F1.2 L USM")),
    ];
    tiff(&first, &exif, &PARIS, &[])
}

/// EXIF with nothing but a time.
fn taken(text: &str, gps: &[Entry<'_>]) -> Vec<u8> {
    tiff(&[], &[(files::TAKEN, Text(text))], gps, &[])
}

/// An asset as the server shows it, and its `exifInfo`.
async fn shown(caller: &Caller, id: AssetId) -> (Value, Value) {
    let (status, mut asset) = caller.send("GET", &format!("/assets/{id}"), &Value::Null).await;
    assert_eq!(status, 200);
    let exif = asset["exifInfo"].take();
    (asset, exif)
}

fn add(server: &FakeImmich, name: &str, file: Vec<u8>) -> AssetId {
    server.add_asset(server.user_id(), name, file, "2020-01-01T00:00:00Z".parse::<Timestamp>().unwrap())
}

async fn found(caller: &Caller, filter: Value) -> usize {
    let (status, page) = caller.send("POST", "/search/metadata", &filter).await;
    assert_eq!(status, 200, "{page}");
    page["assets"]["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_photo_has_what_its_exif_says() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let caller = Caller::new(&server, &server.api_key());
        let id = add(&server, "a.jpg", jpeg(320, 240, Some(&whole()), None));
        let (asset, exif) = shown(&caller, id).await;
        assert_eq!(asset["fileCreatedAt"], "2024-05-06T05:08:09.120Z");
        assert_eq!(asset["localDateTime"], "2024-05-06T07:08:09.120Z");
        assert_eq!((&asset["width"], &asset["height"]), (&json!(240), &json!(320)), "turned by the orientation");
        let expected = json!({
            "make": "Canon", "model": "EOS R5", "lensModel": "RF 50mm F1.2 L USM", "exposureTime": "1/60", "fNumber": 2.8,
            "iso": 400, "focalLength": 50, "orientation": "6", "exifImageWidth": 320, "exifImageHeight": 240,
            "dateTimeOriginal": "2024-05-06T05:08:09.12+00:00", "timeZone": "UTC+2", "description": "a beach",
            "rating": 4, "city": "Paris", "country": "France", "projectionType": null,
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(exif[field], *value, "{field}");
        }
        assert!((exif["latitude"].as_f64().unwrap() - 48.856_666).abs() < 1e-5);
        assert!((exif["longitude"].as_f64().unwrap() - 2.352_3).abs() < 1e-5);
    }
}

#[tokio::test]
async fn searches_lists_and_maps_use_what_the_file_says() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    let id = add(&server, "a.jpg", jpeg(320, 240, Some(&whole()), None));
    add(&server, "b.jpg", jpeg(4, 3, None, None));
    for filter in [
        json!({ "make": "Canon" }),
        json!({ "model": "EOS R5", "city": "Paris" }),
        json!({ "lensModel": "RF 50mm F1.2 L USM" }),
        json!({ "rating": 4 }),
        json!({ "description": "beach" }),
        json!({ "takenAfter": "2024-05-06T05:08:09.120Z", "takenBefore": "2024-05-06T05:08:09.120Z" }),
    ] {
        assert_eq!(found(&caller, filter.clone()).await, 1, "{filter}");
    }
    assert_eq!(found(&caller, json!({ "type": "VIDEO" })).await, 0);
    let (_, markers) = caller.send("GET", "/map/markers", &Value::Null).await;
    assert_eq!((&markers[0]["id"], &markers[0]["city"], &markers[1]), (&json!(id), &json!("Paris"), &Value::Null));
    let (_, buckets) = caller.send("GET", "/timeline/buckets", &Value::Null).await;
    assert_eq!(buckets[0], json!({ "timeBucket": "2024-05-01", "count": 1 }));
    let (_, bucket) = caller.send("GET", "/timeline/bucket?timeBucket=2024-05-01", &Value::Null).await;
    assert_eq!(bucket["ratio"], json!([0.75]));
    assert_eq!((&bucket["localOffsetHours"], &bucket["city"]), (&json!([2]), &json!(["Paris"])));
    let (_, lenses) = caller.send("GET", "/search/suggestions?type=camera-lens-model", &Value::Null).await;
    assert_eq!(lenses, json!(["RF 50mm F1.2 L USM"]));
}

#[tokio::test]
async fn every_container_is_read() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    let exif = taken("2024:05:06 07:08:09", &[]);
    let small = [(0x100, Long(160)), (0x101, Long(120))];
    let large = [(0x100, Long(6000)), (0x101, Long(4000))];
    let raw = |make| tiff(&[small[0].clone(), small[1].clone(), (files::MAKE, Text(make))], &[], &[], &large);
    let dated = [("a.jpg", jpeg(5, 3, Some(&exif), None)), ("a.png", png(5, 3, &exif)), ("a.heic", heic(5, 3, &exif))];
    for (name, file) in dated {
        let (asset, info) = shown(&caller, add(&server, name, file)).await;
        let size = (&info["exifImageWidth"], &info["exifImageHeight"]);
        assert_eq!(
            (&asset["fileCreatedAt"], size),
            (&json!("2024-05-06T07:08:09.000Z"), (&json!(5), &json!(3))),
            "{name}"
        );
        assert_eq!(info["timeZone"], Value::Null, "{name} does not name its zone");
    }
    for (name, width) in [("a.nef", 6000), ("a.dng", 6000), ("a.tif", 160)] {
        let (_, info) = shown(&caller, add(&server, name, raw(name))).await;
        assert_eq!((&info["make"], &info["exifImageWidth"]), (&json!(name), &json!(width)), "{name}");
    }
    let (asset, info) = shown(&caller, add(&server, "b.nef", b"no picture".to_vec())).await;
    assert_eq!(asset["fileCreatedAt"], "2020-01-01T00:00:00.000Z");
    assert!(["exifImageWidth", "make", "orientation"].iter().all(|field| info[*field].is_null()), "{info}");
}

#[tokio::test]
async fn the_time_of_satellites_gives_the_zone() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    for (time, zone, instant) in [
        ([(1, 1), (38, 1), (10, 1)], json!("UTC+5:30"), "2024-05-06T01:38:09.000Z"),
        ([(1, 1), (0, 1), (0, 1)], Value::Null, "2024-05-06T07:08:09.000Z"),
    ] {
        let gps = [(7, Rationals(&time)), (0x1d, Text("2024:05:06"))];
        let file = jpeg(1, 1, Some(&taken("2024:05:06 07:08:09", &gps)), None);
        let (asset, exif) = shown(&caller, add(&server, "a.jpg", file)).await;
        assert_eq!((&exif["timeZone"], &asset["fileCreatedAt"]), (&zone, &json!(instant)));
    }
}

const SIDECAR: &str = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description xmp:Rating='3' \
    exif:GPSLatitude='33,52.0716S' exif:DateTimeOriginal='2023-01-02T03:04:05.25+11:00'>\
    <exif:GPSLongitude>151,12,26.352E</exif:GPSLongitude><dc:description><rdf:Alt><rdf:li xml:lang='x-default'>\
    the &amp; harbour</rdf:li><rdf:li xml:lang='de'>der Hafen</rdf:li></rdf:Alt></dc:description>\
    </rdf:Description></rdf:RDF></x:xmpmeta>";

/// Uploads a photo with a sidecar.
async fn upload(server: &FakeImmich, photo: Vec<u8>, sidecar: &str) -> AssetId {
    use immich_core::{Client, FilePart, api::UploadAsset};
    let client =
        Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build().unwrap();
    let upload = UploadAsset::new(FilePart::new("a.jpg", photo), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    client.send(&upload.sidecar_data(FilePart::new("a.jpg.xmp", sidecar.to_owned()))).await.unwrap().id
}

#[tokio::test]
async fn a_sidecar_goes_before_its_file() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    let beside = upload(&server, jpeg(320, 240, Some(&whole()), None), SIDECAR).await;
    let inside = add(&server, "b.jpg", jpeg(320, 240, None, Some(SIDECAR)));
    for id in [beside, inside] {
        let (asset, exif) = shown(&caller, id).await;
        assert_eq!(asset["fileCreatedAt"], "2023-01-01T16:04:05.250Z");
        assert_eq!(asset["localDateTime"], "2023-01-02T03:04:05.250Z");
        assert_eq!((&exif["description"], &exif["rating"]), (&json!("the & harbour"), &json!(3)));
        assert_eq!((&exif["timeZone"], &exif["city"]), (&json!("UTC+11"), &json!("Sydney")));
        assert!((exif["latitude"].as_f64().unwrap() + 33.867_86).abs() < 1e-5);
    }
    assert_eq!(shown(&caller, beside).await.1["make"], "Canon", "the rest is that of the file");
    let both = add(&server, "c.jpg", jpeg(320, 240, Some(&whole()), Some(SIDECAR)));
    assert_eq!(shown(&caller, both).await.1["rating"], 4, "EXIF goes before XMP in the same file");
    let broken = upload(&server, jpeg(1, 2, None, None), "<rdf:Description xmp:Rating='2'><dc:description>cut").await;
    assert_eq!(shown(&caller, broken).await.1["rating"], 2);
}

#[tokio::test]
async fn videos_have_a_duration_a_size_and_a_date() {
    for (version, duration) in [(TWO, json!("01:00:02.500")), (THREE, json!(3_602_500))] {
        let server = FakeImmich::with_version(version);
        let caller = Caller::new(&server, &server.api_key());
        let sound = track(0, 0, false);
        let file = video(&[movie_header(1_714_979_289, 360_250), sound, track(640, 360, true)]);
        let (asset, exif) = shown(&caller, add(&server, "a.mp4", file)).await;
        assert_eq!(asset["duration"], duration);
        assert_eq!(asset["fileCreatedAt"], "2024-05-06T07:08:09.000Z");
        assert_eq!((&asset["width"], &exif["exifImageWidth"]), (&json!(360), &json!(640)));
        assert_eq!((&exif["timeZone"], &exif["orientation"]), (&json!("UTC"), &json!("6")));
        let (_, bucket) = caller.send("GET", "/timeline/bucket?timeBucket=2024-05-01", &Value::Null).await;
        assert_eq!(bucket["duration"], json!([duration]));
        let undated = add(&server, "b.mp4", video(&[movie_header(0, 200), track(640, 360, false)]));
        let (asset, exif) = shown(&caller, undated).await;
        assert_eq!(asset["fileCreatedAt"], "2020-01-01T00:00:00.000Z");
        assert_eq!((&exif["timeZone"], &exif["orientation"]), (&json!("UTC"), &json!("1")));
        let (_, photo) = caller.send("GET", &format!("/assets/{}", server.add_photos(1)[0]), &Value::Null).await;
        assert_eq!(photo["duration"], if version == TWO { json!("0:00:00.00000") } else { Value::Null });
    }
}

/// A video of a phone.
fn clip() -> Vec<u8> {
    let metadata = [
        ("make", "Apple"),
        ("location.ISO6709", "+52.5200+013.4100+034.000/"),
        ("model", "iPhone 15"),
        ("creationdate", "2024-05-06T12:34:56+0200"),
    ];
    video(&[movie_header(1_714_979_289, 100), track(4, 3, false), quicktime_metadata(&metadata)])
}

#[tokio::test]
async fn videos_of_phones_name_the_place_and_its_time() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    let (asset, exif) = shown(&caller, add(&server, "a.mov", clip())).await;
    assert_eq!(asset["localDateTime"], "2024-05-06T12:34:56.000Z");
    assert_eq!((&exif["make"], &exif["model"]), (&json!("Apple"), &json!("iPhone 15")));
    assert_eq!(
        (&exif["latitude"], &exif["longitude"], &exif["city"]),
        (&json!(52.52), &json!(13.41), &json!("Berlin"))
    );
    assert_eq!((&exif["timeZone"], &asset["duration"]), (&json!("UTC+2"), &json!(1000)));
    let place = boxed(b"udta", &boxed(b"\xa9xyz", b"\0\x12\x15\xc7-33.8678+151.2073/"));
    let (_, exif) = shown(&caller, add(&server, "a.mp4", video(&[movie_header(0, 0), place]))).await;
    assert_eq!((&exif["latitude"], &exif["longitude"]), (&json!(-33.8678), &json!(151.2073)));
}

#[tokio::test]
async fn what_the_user_has_set_stays_when_the_file_is_read_later() {
    let server = FakeImmich::new();
    server.delay_metadata(2);
    let caller = Caller::new(&server, &server.api_key());
    let id = add(&server, "a.jpg", jpeg(320, 240, Some(&whole()), None));
    let (asset, exif) = shown(&caller, id).await;
    assert_eq!((&asset["width"], &exif["make"]), (&Value::Null, &Value::Null), "nothing is read yet");
    let set = json!({ "description": "mine", "rating": 1, "dateTimeOriginal": "2000-01-01T00:00:00.000Z" });
    assert_eq!(caller.send("PUT", &format!("/assets/{id}"), &set).await.0, 200);
    server.run_metadata_jobs();
    let (asset, exif) = shown(&caller, id).await;
    assert_eq!((&exif["make"], &exif["description"], &exif["rating"]), (&json!("Canon"), &json!("mine"), &json!(1)));
    assert_eq!(asset["fileCreatedAt"], "2000-01-01T00:00:00.000Z");
}

/// Numbers that look random, and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn damaged_files_are_taken_as_they_are() {
    let large = [(0x100, Long(6000)), (0x101, Long(4000))];
    let samples = [
        ("a.jpg", jpeg(320, 240, Some(&whole()), Some(SIDECAR))),
        ("a.png", png(5, 3, &whole())),
        ("a.heic", heic(5, 3, &whole())),
        ("a.nef", tiff(&[(0x100, Long(1)), (0x101, Long(1))], &[(files::ISO, Short(1))], &PARIS, &large)),
        ("a.mov", clip()),
    ];
    let mut numbers = Numbers(1);
    for (name, sample) in samples {
        let server = FakeImmich::new();
        for length in 0..sample.len() {
            add(&server, name, sample[..length].to_vec());
        }
        for _ in 0..2000 {
            let mut file = sample.clone();
            for _ in 0..=numbers.below(8) {
                let (at, odd) = (numbers.below(file.len()), [0, 1, 0x7f, 0x80, 0xff, numbers.below(256)]);
                file[at] = odd[numbers.below(odd.len())] as u8;
            }
            add(&server, name, file);
        }
        assert!(server.asset_count() > 1000, "{name}");
    }
}

#[tokio::test]
async fn damaged_sidecars_are_taken_as_they_are() {
    let server = FakeImmich::new();
    let mut numbers = Numbers(2);
    for number in 0..500_u16 {
        let mut sidecar = SIDECAR.as_bytes().to_vec();
        for _ in 0..=numbers.below(4) {
            let at = numbers.below(sidecar.len());
            sidecar[at] = b"<>&;'\"/= \0\xff0"[numbers.below(12)];
        }
        sidecar.truncate(1 + numbers.below(sidecar.len()));
        upload(&server, jpeg(number + 1, 1, None, None), &String::from_utf8_lossy(&sidecar)).await;
    }
    assert_eq!(server.assets().len(), 500);
}
