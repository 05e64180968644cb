//! Refusals in sequences that end in success, or do not.

use super::answer::Answer;
use super::case::{Ask, Case};

const GONE_BY: &str = "Thu, 01 Jan 1970 00:00:00 GMT";
const FAR_OFF: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for status in [429, 500, 502, 503, 504] {
        let plain = Answer::status(status);
        let wait = |value: &str| plain.clone().header("retry-after", value);
        // What a refusal says of itself: that nothing was done.
        let told = |header: bool| status == 429 || (status == 503 && header);
        cases.push(Case::answers(format!("{status}, GET"), Ask::Ping, [plain.clone()]).gives(
            refused(status),
            "1 AttemptsUsedUp",
            1,
        ));
        for (with, answer, header) in
            [("", plain.clone(), false), (" with a wait", wait("0"), true), (" until a date", wait(GONE_BY), true)]
        {
            let twice = [answer.clone(), answer.clone()];
            for (name, ask, safe) in [
                ("GET", Ask::Ping, true),
                ("search", Ask::Search, true),
                ("POST", Ask::Create, told(header)),
                ("upload", Ask::Upload(1000), told(header)),
                ("upload with checksum", Ask::UploadChecked(1000), true),
            ] {
                let case = Case::answers(format!("{status}{with}, twice, {name}, retry"), ask, twice.clone()).retry(3);
                cases.push(match safe {
                    true => case.gives("ok", "-", 3),
                    false => case.gives(refused(status), "1 MayHaveBeenDone", 1),
                });
            }
            let three = vec![answer; 3];
            cases.push(Case::answers(format!("{status}{with}, thrice, GET, retry"), Ask::Ping, three).retry(3).gives(
                refused(status),
                "3 AttemptsUsedUp",
                3,
            ));
        }
        for (with, answer) in [("a wait of an hour", wait("3600")), ("a date far off", wait(FAR_OFF))] {
            cases.push(Case::answers(format!("{status} with {with}, GET, retry"), Ask::Ping, [answer]).retry(3).gives(
                refused(status),
                "1 AskedToWaitTooLong",
                1,
            ));
        }
        cases.push(
            Case::answers(format!("{status}, upload from a stream, retry"), Ask::UploadOnce(1000), [plain])
                .retry(3)
                .gives(refused(status), "1 BodyUsedUp", 1),
        );
    }
    let mixed = [Answer::status(502), Answer::status(503), Answer::status(429), Answer::status(500)];
    cases.push(Case::answers("502, 503, 429, 500, GET, retry", Ask::Ping, mixed).retry(5).gives("ok", "-", 5));
    // The first is said not to be done; the second may be.
    let turned = [Answer::status(429), Answer::status(502)];
    cases.push(Case::answers("429, 502, POST, retry", Ask::Create, turned).retry(5).gives(
        "Api 502",
        "2 MayHaveBeenDone",
        2,
    ));
    cases
}

fn refused(status: u16) -> &'static str {
    match status {
        429 => "Api 429",
        500 => "Api 500",
        502 => "Api 502",
        503 => "Api 503",
        _ => "Api 504",
    }
}
