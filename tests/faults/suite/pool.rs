//! Connections that are kept, and end or go wrong between two calls.

use immich_sdk::{Client, Error};

use super::answer::Answer;
use super::bench::Bench;
use super::case::{Ask, Case};
use super::line::{Step, request, write};

/// Responds to one ping, and then does this.
fn pong_then(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let mut script = request().to_vec();
    script.push(write(Ask::Ping.healthy().to_wire()));
    script.extend(steps);
    script
}

pub fn cases() -> Vec<Case> {
    let half_closed = || vec![pong_then([Step::HalfClose, Step::Hold])];
    // It ends just as the next request is on its way.
    let dies = || vec![pong_then([Step::Arrival, Step::Reset])];
    let smuggled = Answer::bytes("application/json", r#"{"res":"smuggled"}"#);
    let too_much = vec![pong_then([write(smuggled.to_wire()), Step::Hold])];
    vec![
        Case::lines("closed and noticed, GET", Ask::Ping, vec![vec![Step::Once]])
            .special(|bench| Box::pin(after(bench, Ask::Ping, true)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("half-closed and noticed, GET", Ask::Ping, half_closed())
            .special(|bench| Box::pin(after(bench, Ask::Ping, true)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("half-closed and noticed, POST", Ask::Create, half_closed())
            .special(|bench| Box::pin(after(bench, Ask::Create, true)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("half-closed just now, GET", Ask::Ping, half_closed())
            .special(|bench| Box::pin(after(bench, Ask::Ping, false)))
            .gives("ok", "-", 2),
        Case::lines("half-closed just now, GET, retry", Ask::Ping, half_closed())
            .retry(3)
            .special(|bench| Box::pin(after(bench, Ask::Ping, false)))
            .gives("ok", "-", 2),
        Case::lines("half-closed just now, POST", Ask::Create, half_closed())
            .special(|bench| Box::pin(after(bench, Ask::Create, false)))
            .gives("ok", "-", 2),
        Case::lines("half-closed just now, POST, retry", Ask::Create, half_closed())
            .retry(3)
            .special(|bench| Box::pin(after(bench, Ask::Create, false)))
            .gives("ok", "-", 2),
        Case::lines("reset as the next request comes, GET", Ask::Ping, dies())
            .special(|bench| Box::pin(after(bench, Ask::Ping, false)))
            .gives("Transport Closed", "1 AttemptsUsedUp", 1)
            .connections(1),
        Case::lines("reset as the next request comes, GET, retry", Ask::Ping, dies())
            .retry(3)
            .special(|bench| Box::pin(after(bench, Ask::Ping, false)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("reset as the next request comes, POST, retry", Ask::Create, dies())
            .retry(3)
            .special(|bench| Box::pin(after(bench, Ask::Create, false)))
            .gives("Transport Closed", "1 MayHaveBeenDone", 1)
            .connections(1),
        Case::lines("an answer that nobody asked for, GET", Ask::Ping, too_much)
            .special(|bench| Box::pin(after(bench, Ask::Ping, false)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("a restart on the same port, GET", Ask::Ping, Vec::new())
            .special(|bench| Box::pin(restarted(bench, Ask::Ping)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("a restart on the same port, POST", Ask::Create, Vec::new())
            .special(|bench| Box::pin(restarted(bench, Ask::Create)))
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("down between two calls, POST, retry", Ask::Create, Vec::new())
            .retry(3)
            .special(|bench| Box::pin(stopped(bench)))
            .gives("Transport Connect, not sent", "3 AttemptsUsedUp", 1)
            .connections(1),
    ]
}

/// A ping whose response must be the one for it.
async fn ping(client: &Client) -> Result<(), Error> {
    let pong = client.server().ping_server().await?;
    match pong.res.as_str() {
        "pong" => Ok(()),
        other => Err(Error::misconfigured(format!("the answer was {other}"))),
    }
}

/// A ping, and then a call; before that, the client may have noticed how the first connection ended.
async fn after(bench: &mut Bench, ask: Ask, noticed: bool) -> Result<(), Error> {
    let client = bench.builder().build()?;
    ping(&client).await?;
    if noticed {
        bench.server().all_closed().await;
    }
    match ask {
        Ask::Ping => ping(&client).await,
        ask => ask.of(&client).await,
    }
}

async fn restarted(bench: &mut Bench, ask: Ask) -> Result<(), Error> {
    let answers = vec![Ask::Ping.healthy(), ask.healthy()];
    bench.server().script(Vec::new(), answers);
    let client = bench.builder().build()?;
    ping(&client).await?;
    bench.server_mut().stop().await;
    bench.server_mut().listen().await;
    ask.of(&client).await
}

async fn stopped(bench: &mut Bench) -> Result<(), Error> {
    bench.server().script(Vec::new(), vec![Ask::Ping.healthy()]);
    let client = bench.builder().build()?;
    ping(&client).await?;
    bench.server_mut().stop().await;
    Ask::Create.of(&client).await
}
