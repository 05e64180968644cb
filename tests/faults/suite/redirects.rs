//! Redirects to where the client must not go, and in circles.

use immich_sdk::Error;

use super::answer::Answer;
use super::bench::{Backend, Bench};
use super::case::{Ask, Case};
use super::line::Step;
use super::server::Server;

fn moved(location: &str) -> Answer {
    Answer::status(302).header("location", location)
}

pub fn cases() -> Vec<Case> {
    vec![
        Case::answers("a circle of redirects, GET, retry", Ask::Ping, vec![moved("ping"); 20])
            .retry(3)
            .gives("Api 302", "1 Final", 6),
        Case::answers("a redirect on the origin, POST, retry", Ask::Create, [moved("/api/albums/again")])
            .retry(3)
            .gives("Api 302", "1 Final", 1),
        Case::lines("a redirect to another origin, GET, retry", Ask::Ping, vec![Vec::new()])
            .retry(3)
            .special(|bench| Box::pin(to_another_origin(bench)))
            .gives("Api 302", "1 Final", 1),
        Case::answers(
            "a redirect from https to http, GET, retry",
            Ask::Ping,
            [moved("http://immich.test/api/server/ping")],
        )
        .only(&[Backend::Mock])
        .retry(3)
        .gives("Api 302", "1 Final", 1),
        Case::lines("a redirect to https that is none, GET, retry", Ask::Ping, vec![Vec::new()])
            .retry(3)
            .special(|bench| Box::pin(to_https(bench)))
            .gives("Transport Tls, not sent", "1 Final", 1)
            .connections(2),
    ]
}

async fn to_another_origin(bench: &mut Bench) -> Result<(), Error> {
    let elsewhere = Server::start(Vec::new(), vec![Ask::Ping.healthy()]).await;
    let answer = moved(&format!("{}/api/server/ping", elsewhere.url()));
    bench.elsewhere = Some(elsewhere);
    bench.server().script(vec![vec![Step::Serve]], vec![answer]);
    let outcome = Ask::Ping.of(&bench.builder().build()?).await;
    match bench.elsewhere.as_ref().map_or(0, Server::connections) {
        0 => outcome,
        count => Err(Error::misconfigured(format!("{count} connections to the other origin"))),
    }
}

/// The https form of the origin is followed, and the handshake then fails.
async fn to_https(bench: &mut Bench) -> Result<(), Error> {
    let target = bench.url().replace("http://", "https://");
    let answer = moved(&format!("{target}/api/server/ping"));
    let hello = vec![Step::Arrival, super::line::write("HTTP/1.1 400 Bad Request\r\n\r\n")];
    bench.server().script(vec![vec![Step::Serve], hello], vec![answer]);
    Ask::Ping.of(&bench.builder().build()?).await
}
