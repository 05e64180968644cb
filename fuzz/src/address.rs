//! Addresses: of users, and of servers that tell where their API is.

use http::Uri;
use immich_core::api::GetServerVersion;
use immich_core::{BaseUrl, Endpoint, Error};

use super::backend::{Answer, Answering, now};
use super::shown::{assert_readable, is_hidden};

const PASSWORD: &str = "hunter2";

/// The input is a base URL. One that is taken is the same when it is read again, and where requests go.
pub fn base_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match BaseUrl::parse(text) {
        Ok(base) => assert_usable(&base),
        Err(error) => {
            assert_readable(&error);
            assert_nothing_before_an_at(text, &error);
        }
    }
}

fn assert_usable(base: &BaseUrl) {
    let shown = base.to_string();
    assert_eq!(BaseUrl::parse(&shown).ok().as_ref(), Some(base), "{shown}");
    assert!(shown.ends_with("/api") && !shown.contains(['?', '#', ' ', '\\']) && !shown.contains(is_hidden), "{shown}");
    let request = GetServerVersion::new().to_request(base).expect("a request");
    let (asked, base): (&Uri, Uri) = (request.uri(), shown.parse().expect("a URL"));
    assert_eq!((asked.scheme(), asked.authority()), (base.scheme(), base.authority()));
    assert!(matches!(asked.scheme_str(), Some("http" | "https")));
    assert_eq!(asked.path(), format!("{}/server/version", base.path()));
    let authority = asked.authority().expect("an authority");
    let port = authority.as_str().strip_prefix(authority.host()).expect("a host at first, and no user");
    assert!(port.is_empty() || port[1..].parse::<u16>().is_ok(), "{asked}");
}

/// The part before an `@` may be a password, which is replaced by a word.
fn assert_nothing_before_an_at(text: &str, error: &Error) {
    let told = format!("{error} {error:?}");
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    if rest.rsplit_once('@').is_some_and(|(before, _)| before.contains(PASSWORD)) && !scheme.contains(PASSWORD) {
        assert!(!told.contains(PASSWORD), "{told}");
    }
}

/// The input is the address that a server reports as that of its API. An accepted one is usable, and never leads from https
/// to http.
pub fn discovery(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let body = serde_json::to_vec(&serde_json::json!({"api": {"endpoint": text}})).expect("JSON");
    let backend = Answering::new([Answer { body, ..Answer::default() }]);
    let outcome = now(backend.builder("https://immich.test/sub").discover()).and_then(|builder| builder.build());
    assert_eq!(backend.asked().len(), 1);
    assert!(!backend.asked()[0].1, "no key is sent");
    match outcome {
        Ok(client) => {
            assert_usable(client.base_url());
            assert!(client.base_url().to_string().starts_with("https://"), "{client:?}");
        }
        Err(error) => assert_readable(&error),
    }
}
