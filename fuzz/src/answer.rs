//! Complete responses: refusals, and JSON.

use immich_core::api::{
    AlbumResponseDto, AssetBulkDeleteDto, AssetResponseDto, GetServerVersion, SearchResponseDto, ServerConfigDto,
    UserAdminResponseDto,
};
use immich_core::{AssetId, Client, Json, RawRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::backend::{Answer, Answering, now};
use super::shown::{assert_readable, assert_without_content};

/// The input is a whole response, see [`Answer`]. Whatever it is, an error that comes of it can be read.
pub fn error_body(data: &[u8]) {
    let backend = Answering::new([Answer::read(data)]);
    let client = backend.client();
    let outcomes = [
        now(client.assets().download_asset(AssetId::default())).map(drop),
        now(client.server().get_server_version()).map(drop),
        now(client.assets().delete_assets(AssetBulkDeleteDto::new([AssetId::default()]))),
    ];
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_readable(&error);
        let Some(status) = error.status() else { continue };
        assert_eq!(status, Answer::read(data).status);
        let texts = error.issues().iter().map(|issue| &issue.message).chain(error.messages());
        assert!(texts.map(String::len).sum::<usize>() <= data.len() * 3, "no more than what came");
        assert!(error.correlation_id().is_none_or(|id| id.chars().count() <= 80));
    }
}

/// The first byte of the input chooses a type, the rest is JSON, or not. What is decoded can be written, and is then
/// decoded as the same; anything else is a readable error that reveals nothing of the content.
pub fn json(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    let answer = Answer { body: data.to_vec(), ..Answer::default() };
    match choice % 6 {
        0 => decoded::<AssetResponseDto>(answer),
        1 => decoded::<AlbumResponseDto>(answer),
        2 => decoded::<SearchResponseDto>(answer),
        3 => decoded::<UserAdminResponseDto>(answer),
        4 => decoded::<ServerConfigDto>(answer),
        _ => {
            decoded::<Value>(answer.clone());
            versions(&Answering::new([answer]).client());
        }
    }
}

fn decoded<T: DeserializeOwned + Serialize + Send + 'static>(answer: Answer) {
    let ask = |answer| {
        let client = Answering::new([answer]).client();
        now(client.send(RawRequest::get("/any").decode_as::<Json<T>>()))
    };
    match ask(answer) {
        Ok(value) => {
            let written = serde_json::to_value(&value).expect("what was read can be written");
            let body = written.to_string().into_bytes();
            let again = ask(Answer { body, ..Answer::default() }).expect("what was written is read");
            let again = serde_json::to_value(&again).expect("and written again");
            assert!(same(&written, &again), "{written} and {again}");
        }
        Err(error) => {
            assert_readable(&error);
            assert_without_content(&error);
        }
    }
}

/// Whether two values are the same, but for the last bits of a double: `serde_json` reads some of them inexactly.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap_or_default(), other.as_f64().unwrap_or_default());
            (one - other).abs() <= one.abs() * 1e-14
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// The numbers of a version are kept as they are, or refused.
fn versions(client: &Client) {
    match (now(client.send(GetServerVersion::new())), now(client.server_version())) {
        (Ok(told), Ok(version)) => {
            let told = [told.major, told.minor, told.patch];
            assert_eq!(told, [version.major, version.minor, version.patch].map(i64::from));
        }
        (_, Err(error)) => assert_readable(&error),
        (Err(error), Ok(_)) => panic!("a version out of {error}"),
    }
}
