//! Servers that take a connection and then say nothing, or no more.

use std::time::Duration;

use immich_sdk::{ClientBuilder, Timeouts};

use super::answer::Answer;
use super::case::{Ask, Case, LARGE};
use super::line::{Step, request, write};

const SHORT: Duration = Duration::from_millis(150);

/// The limit where a later attempt has to succeed within it, also on a busy machine.
const WIDE: Duration = Duration::from_millis(1500);

type Setup = fn(ClientBuilder) -> ClientBuilder;

fn call(builder: ClientBuilder) -> ClientBuilder {
    builder.timeouts(Timeouts::new().call(SHORT))
}

fn idle(builder: ClientBuilder) -> ClientBuilder {
    builder.timeouts(Timeouts::new().idle(SHORT))
}

pub fn cases() -> Vec<Case> {
    let silent = vec![Answer::silence(); 9];
    let mut cases = Vec::new();
    let response: [Setup; 2] = [
        |builder| builder.timeouts(Timeouts::new().response(SHORT)),
        |builder| builder.timeouts(Timeouts::new().response(WIDE)),
    ];
    let attempt: [Setup; 2] = [
        |builder| builder.timeouts(Timeouts::new().attempt(SHORT)),
        |builder| builder.timeouts(Timeouts::new().attempt(WIDE)),
    ];
    for (limit, [setup, wide], outcome) in
        [("response", response, "Timeout Response"), ("attempt", attempt, "Timeout Attempt")]
    {
        cases.extend([
            Case::answers(format!("silence, {limit} limit, GET"), Ask::Ping, silent.clone()).setup(setup).gives(
                outcome,
                "1 AttemptsUsedUp",
                1,
            ),
            Case::answers(format!("silence, {limit} limit, GET, retry"), Ask::Ping, silent.clone())
                .setup(setup)
                .retry(3)
                .gives(outcome, "3 AttemptsUsedUp", 3),
            Case::answers(format!("silence, once, {limit} limit, GET, retry"), Ask::Ping, [Answer::silence()])
                .setup(wide)
                .retry(3)
                .gives("ok", "-", 2),
            Case::answers(format!("silence, once, {limit} limit, POST, retry"), Ask::Create, [Answer::silence()])
                .setup(setup)
                .retry(3)
                .gives(outcome, "1 MayHaveBeenDone", 1),
        ]);
    }
    cases.push(Case::answers("silence, call limit, GET, retry", Ask::Ping, silent).setup(call).retry(3).gives(
        "Timeout Call",
        "-",
        1,
    ));
    let [head, rest] = request();
    let begun = write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"res");
    let stalled = vec![head, rest, begun, Step::Hold];
    cases.extend([
        Case::line("silence in an answer, idle limit, GET", Ask::Ping, stalled.clone())
            .setup(idle)
            .gives("Timeout Idle", "1 AttemptsUsedUp", 1)
            .connections(1),
        Case::lines("silence in an answer, once, idle limit, GET, retry", Ask::Ping, vec![stalled.clone()])
            .setup(|builder| builder.timeouts(Timeouts::new().idle(WIDE)))
            .retry(3)
            .gives("ok", "-", 2)
            .connections(2),
        Case::lines("silence in an answer, once, idle limit, POST, retry", Ask::Create, vec![stalled.clone()])
            .setup(idle)
            .retry(3)
            .gives("Timeout Idle", "1 MayHaveBeenDone", 1)
            .connections(1),
        Case::line("silence in a download, idle limit", Ask::Download, stalled.clone())
            .setup(idle)
            .gives("Timeout Idle", "-", 1)
            .connections(1),
        Case::line("silence in an answer, call limit, GET", Ask::Ping, stalled)
            .setup(call)
            .gives("Timeout Call", "-", 1)
            .connections(1),
        Case::line(
            "an upload that is not read, idle limit",
            Ask::Upload(LARGE),
            [Step::Head, Step::Pause(Duration::from_millis(600))],
        )
        .setup(idle)
        .gives("Timeout Idle", "1 MayHaveBeenDone", 1)
        .connections(1),
        Case::line(
            "an upload that is read and not answered, idle and response limit",
            Ask::Upload(LARGE),
            [Step::Head, Step::Rest, Step::Hold],
        )
        .setup(|builder| builder.timeouts(Timeouts::new().idle(10 * SHORT).response(SHORT)))
        .gives("Timeout Response", "1 MayHaveBeenDone", 1)
        .connections(1),
    ]);
    cases
}
