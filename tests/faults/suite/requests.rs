//! Requests that must not be sent as they were given.

use immich_sdk::{AlbumId, Binary, Client, Error, RawRequest};

use super::bench::{Backend, Behind, Bench};
use super::case::{Ask, Case};

pub fn cases() -> Vec<Case> {
    let nothing = |fault: &str| Case::answers(fault, Ask::Ping, []).gives("Build", "-", 0).connections(0);
    let mut cases = vec![
        nothing("a header of the call with a line break").special(|bench| Box::pin(header(bench, "a\r\nx-evil: 1"))),
        nothing("a header of the call with a zero").special(|bench| Box::pin(header(bench, "a\0"))),
        nothing("a header of the client with a line break")
            .setup(|builder| builder.header("x-proxy", "a\r\nx-evil: 1")),
        nothing("a key with a line break").setup(|builder| builder.api_key("canary\r\nx-evil: 1")),
        nothing("a user agent with a line break").setup(|builder| builder.user_agent("a\nx-evil: 1")),
        nothing("a checksum with a line break").special(|bench| Box::pin(checksum(bench))),
    ];
    for user in ["", ".", ".."] {
        cases.push(match user {
            "" => nothing("an empty path id").special(|bench| Box::pin(user_of_album(bench, ""))),
            "." => nothing("a path id of one dot").special(|bench| Box::pin(user_of_album(bench, "."))),
            _ => nothing("a path id of two dots").special(|bench| Box::pin(user_of_album(bench, ".."))),
        });
    }
    cases.extend([
        nothing("a free path with dots").special(|bench| Box::pin(free(bench, "/a/../../secret"))),
        nothing("a free path with encoded dots").special(|bench| Box::pin(free(bench, "/a/%2e%2E/%2e./secret"))),
        nothing("a free path with a backslash").special(|bench| Box::pin(free(bench, "/a\\..\\..\\secret"))),
        nothing("a free path with a query").special(|bench| Box::pin(free(bench, "/a?key=1"))),
    ]);
    let sent = |fault: &str| Case::answers(fault, Ask::Ping, []).gives("ok", "-", 1);
    cases.extend([
        sent("a path id with ../").special(|bench| Box::pin(encoded(bench, "../../secret", "..%2F..%2Fsecret"))),
        sent("a path id with ..\\").special(|bench| Box::pin(encoded(bench, "..\\secret", "..%5Csecret"))),
        sent("a path id with %2e%2e").special(|bench| Box::pin(encoded(bench, "%2e%2e", "%252e%252e"))),
        sent("a path id with ?, # and a line break")
            .special(|bench| Box::pin(encoded(bench, "a?b#c\r\nd", "a%3Fb%23c%0D%0Ad"))),
    ]);
    cases
}

async fn header(bench: &mut Bench, value: &str) -> Result<(), Error> {
    bench.builder().build()?.server().ping_server().header("x-mine", value).await.map(drop)
}

async fn checksum(bench: &mut Bench) -> Result<(), Error> {
    use immich_sdk::FilePart;
    use immich_sdk::jiff::Timestamp;
    let client = bench.builder().build()?;
    let photo = FilePart::new("a.jpg", "hello");
    let taken = Timestamp::UNIX_EPOCH;
    client.assets().upload_asset(photo, taken, taken).x_immich_checksum("a\r\nx-evil: 1").await.map(drop)
}

async fn remove(client: &Client, user: &str) -> Result<(), Error> {
    client.albums().remove_user_from_album(AlbumId::default(), user).await
}

async fn user_of_album(bench: &mut Bench, user: &str) -> Result<(), Error> {
    remove(&bench.builder().build()?, user).await
}

async fn free(bench: &mut Bench, path: &str) -> Result<(), Error> {
    bench.builder().build()?.send(RawRequest::get(path).decode_as::<Binary>()).await.map(drop)
}

/// The id is one segment of the path that the server sees.
async fn encoded(bench: &mut Bench, user: &str, expected: &str) -> Result<(), Error> {
    if let (Backend::Mock, Behind::Mock(mock)) = (bench.backend, &bench.behind) {
        let any = mock.on_path(immich_sdk::http::Method::DELETE, "/api/albums/{id}/user/{user}");
        drop(any.reply(immich_mock::Reply::status(204)));
    }
    remove(&bench.builder().build()?, user).await?;
    let path = match &bench.behind {
        Behind::Mock(mock) => mock.requests()[0].path.clone(),
        Behind::Tcp(server) => server.heads()[0].split(' ').nth(1).unwrap_or_default().to_owned(),
    };
    match path == format!("/api/albums/{}/user/{expected}", AlbumId::default()) {
        true => Ok(()),
        false => Err(Error::misconfigured(format!("the path was {path}"))),
    }
}
