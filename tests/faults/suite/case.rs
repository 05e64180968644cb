//! A case: a fault, what is asked meanwhile, and what must come of it.

use std::error::Error as _;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use immich_mock::MockSend;
use immich_sdk::api::{
    AlbumResponseDto, CreateAlbum, CreateAlbumDto, DownloadAsset, PingServer, RandomSearchDto, SearchRandom,
    UploadAsset,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::{AssetId, Body, Client, ClientBuilder, Error, ErrorKind, FilePart, Operation};
use serde_json::json;
use tokio::runtime::Handle;

use super::answer::Answer;
use super::bench::{Backend, Behind, Bench, KEY};
use super::line::Step;
use super::server::Server;

/// No case takes longer; one that hangs fails.
const LIMIT: Duration = Duration::from_secs(30);

/// Large enough that no buffer between the two sides holds it.
pub const LARGE: usize = 24 << 20;

type Running<'b> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'b>>;

/// The request to the faulty server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A GET.
    Ping,
    /// A POST that changes nothing.
    Search,
    /// A POST that must not be done twice.
    Create,
    /// An upload, of this many bytes.
    Upload(usize),
    /// The same, with its checksum.
    UploadChecked(usize),
    /// The same with its checksum, from a stream that can be read once.
    UploadOnce(usize),
    /// A GET of bytes, read to their end.
    Download,
}

enum Plan {
    /// Nobody listens.
    Refuse,
    /// Scripts of the first connections. Only TCP has them.
    Lines(Vec<Vec<Step>>),
    /// Faulty responses, then healthy ones.
    Answers(Vec<Answer>),
}

#[derive(Clone)]
struct Expected {
    outcome: &'static str,
    attempts: &'static str,
    requests: usize,
    connections: Option<usize>,
}

pub struct Case {
    pub fault: String,
    plan: Plan,
    ask: Ask,
    retry: Option<u32>,
    setup: fn(ClientBuilder) -> ClientBuilder,
    special: Option<for<'b> fn(&'b mut Bench) -> Running<'b>>,
    only: &'static [Backend],
    /// How far each look at the mock moves its clock.
    step: Duration,
    most_written: usize,
    expected: Expected,
    others: Vec<(Backend, Expected)>,
}

/// The result of a case on a backend.
#[derive(Debug)]
pub struct Row {
    pub fault: String,
    pub backend: Backend,
    pub outcome: String,
    pub attempts: String,
    pub requests: usize,
    pub connections: Option<usize>,
    /// The differences from the expectation.
    pub wrong: Vec<String>,
}

impl Case {
    fn with(fault: impl Into<String>, ask: Ask, plan: Plan, only: &'static [Backend]) -> Self {
        let expected = Expected { outcome: "ok", attempts: "-", requests: 1, connections: None };
        Self {
            fault: fault.into(),
            plan,
            ask,
            retry: None,
            setup: |builder| builder,
            special: None,
            only,
            step: Duration::from_millis(10),
            most_written: usize::MAX,
            expected,
            others: Vec::new(),
        }
    }

    /// The first connections go as the scripts say, and all further ones are healthy.
    pub fn lines(fault: impl Into<String>, ask: Ask, scripts: Vec<Vec<Step>>) -> Self {
        Self::with(fault, ask, Plan::Lines(scripts), &[Backend::Hyper, Backend::Reqwest])
    }

    /// Each of the first connections goes as the script says.
    pub fn line(fault: impl Into<String>, ask: Ask, script: impl Into<Vec<Step>>) -> Self {
        let script = script.into();
        Self::lines(fault, ask, vec![script; 10])
    }

    /// Nobody listens.
    pub fn refused(fault: impl Into<String>, ask: Ask) -> Self {
        Self::with(fault, ask, Plan::Refuse, &[Backend::Hyper, Backend::Reqwest])
    }

    /// These responses, and then healthy ones.
    pub fn answers(fault: impl Into<String>, ask: Ask, answers: impl Into<Vec<Answer>>) -> Self {
        let all = &[Backend::Hyper, Backend::Reqwest, Backend::Mock];
        Self::with(fault, ask, Plan::Answers(answers.into()), all)
    }

    /// Runs this instead of the question.
    pub fn special(self, special: for<'b> fn(&'b mut Bench) -> Running<'b>) -> Self {
        Self { special: Some(special), ..self }
    }

    pub fn only(self, only: &'static [Backend]) -> Self {
        Self { only, ..self }
    }

    pub fn retry(self, attempts: u32) -> Self {
        Self { retry: Some(attempts), ..self }
    }

    pub fn setup(self, setup: fn(ClientBuilder) -> ClientBuilder) -> Self {
        Self { setup, ..self }
    }

    pub fn step(self, step: Duration) -> Self {
        Self { step, ..self }
    }

    /// The most that may be taken of an endless response.
    pub fn most_written(self, most_written: usize) -> Self {
        Self { most_written, ..self }
    }

    /// The outcome for the caller, the number of attempts and why there were no more, and the server's view. Several outcomes that
    /// are right stand apart by ` | `.
    pub fn gives(mut self, outcome: &'static str, attempts: &'static str, requests: usize) -> Self {
        self.expected = Expected { outcome, attempts, requests, ..self.expected };
        self
    }

    pub fn connections(mut self, connections: usize) -> Self {
        self.expected.connections = Some(connections);
        self
    }

    /// The differences on this backend.
    pub fn but(mut self, backend: Backend, outcome: &'static str, attempts: &'static str, requests: usize) -> Self {
        self.others.push((backend, Expected { outcome, attempts, requests, ..self.expected }));
        self
    }

    pub fn backends(&self) -> &'static [Backend] {
        self.only
    }

    /// Runs the case, and looks at everything that must hold of it.
    pub async fn run(&self, backend: Backend) -> Row {
        let mut bench = self.bench(backend).await;
        let before = Handle::current().metrics().num_alive_tasks();
        let outcome = match tokio::time::timeout(LIMIT, self.outcome(&mut bench)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::misconfigured("the case did not end in time")),
        };
        let connections = match &bench.behind {
            Behind::Tcp(server) => Some(server.connections()),
            Behind::Mock(_) => None,
        };
        let attempts = outcome.as_ref().err().and_then(Error::attempts);
        let mut row = Row {
            fault: self.fault.clone(),
            backend,
            outcome: told(&outcome),
            attempts: attempts.map_or("-".to_owned(), |attempts| format!("{} {:?}", attempts.made, attempts.stopped)),
            requests: bench.requests(),
            connections,
            wrong: Vec::new(),
        };
        self.compare(&mut row);
        secrets(&bench, &outcome, &mut row.wrong);
        self.nothing_stays(&bench, before, &mut row.wrong).await;
        if !row.wrong.is_empty()
            && let Err(error) = &outcome
        {
            row.wrong.push(format!("{error:?}"));
        }
        row
    }

    async fn bench(&self, backend: Backend) -> Bench {
        let healthy = self.ask.healthy();
        let behind = match (&self.plan, backend) {
            (Plan::Answers(answers), Backend::Mock) => {
                let mock = MockSend::new();
                let expectation = mock.on(self.ask.operation());
                let replies = answers.iter().fold(expectation, |rule, answer| rule.reply(answer.to_reply()));
                drop(replies.reply(healthy.to_reply()));
                Behind::Mock(mock)
            }
            (Plan::Lines(scripts), _) => Behind::Tcp(Server::start(scripts.clone(), vec![healthy]).await),
            (Plan::Answers(answers), _) => {
                let answers = answers.iter().cloned().chain([healthy]).collect();
                Behind::Tcp(Server::start(Vec::new(), answers).await)
            }
            (Plan::Refuse, _) => {
                let mut server = Server::start(Vec::new(), vec![healthy]).await;
                server.stop().await;
                Behind::Tcp(server)
            }
        };
        Bench::new(backend, behind, self.retry)
    }

    /// Asks, and moves the clock of the mock until there is a response.
    async fn outcome(&self, bench: &mut Bench) -> Result<(), Error> {
        let timer = bench.timer();
        let work = async {
            match self.special {
                Some(special) => special(bench).await,
                None => {
                    let client = (self.setup)(bench.builder()).build()?;
                    self.ask.of(&client).await
                }
            }
        };
        let clock = async {
            let Some(timer) = timer else { return std::future::pending().await };
            loop {
                tokio::task::yield_now().await;
                timer.advance(self.step);
            }
        };
        tokio::select! {
            biased;
            outcome = work => outcome,
            () = clock => Ok(()),
        }
    }

    fn compare(&self, row: &mut Row) {
        let other = self.others.iter().find(|(backend, _)| *backend == row.backend);
        let expected = other.map_or(&self.expected, |(_, expected)| expected);
        let mut differ = |what: &str, expected: &dyn fmt::Display, found: &dyn fmt::Display| {
            row.wrong.push(format!("{what}: expected {expected}, found {found}"));
        };
        if !expected.outcome.split(" | ").any(|outcome| outcome == row.outcome) {
            differ("outcome", &expected.outcome, &row.outcome);
        }
        if !expected.attempts.split(" | ").any(|attempts| attempts == row.attempts) {
            differ("attempts", &expected.attempts, &row.attempts);
        }
        if expected.requests != row.requests {
            differ("requests", &expected.requests, &row.requests);
        }
        if let (Some(expected), Some(found)) = (expected.connections, row.connections)
            && expected != found
        {
            differ("connections", &expected, &found);
        }
    }

    /// Waits until no connection and no task of the client is left, for a bounded time.
    async fn nothing_stays(&self, bench: &Bench, before: usize, wrong: &mut Vec<String>) {
        if let Behind::Mock(mock) = &bench.behind
            && mock.timer().sleepers() > 0
        {
            wrong.push(format!("{} timers stay behind", mock.timer().sleepers()));
        }
        let Behind::Tcp(server) = &bench.behind else { return };
        if tokio::time::timeout(Duration::from_secs(5), server.all_closed()).await.is_err() {
            wrong.push("connections stay open".to_owned());
        }
        if server.written() > self.most_written {
            wrong.push(format!("{} bytes of an endless answer were taken", server.written()));
        }
        let metrics = Handle::current().metrics();
        let others = usize::from(bench.elsewhere.is_some());
        let gone = async {
            while metrics.num_alive_tasks() > before + others {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(5), gone).await.is_err() {
            wrong.push(format!("{} tasks stay behind", metrics.num_alive_tasks().saturating_sub(before + others)));
        }
    }
}

impl Ask {
    fn operation(self) -> &'static Operation {
        match self {
            Self::Ping => PingServer::OPERATION,
            Self::Search => SearchRandom::OPERATION,
            Self::Create => CreateAlbum::OPERATION,
            Self::Upload(_) | Self::UploadChecked(_) | Self::UploadOnce(_) => UploadAsset::OPERATION,
            Self::Download => DownloadAsset::OPERATION,
        }
    }

    /// The response of a healthy server.
    pub fn healthy(self) -> Answer {
        match self {
            Self::Ping => Answer::json(&json!({"res": "pong"})),
            Self::Search => Answer::json(&json!([])),
            Self::Create => {
                let album = serde_json::to_string(&AlbumResponseDto::default()).expect("an album");
                Answer::bytes("application/json", album).with_status(201)
            }
            Self::Upload(_) | Self::UploadChecked(_) | Self::UploadOnce(_) => {
                Answer::json(&json!({"id": AssetId::default(), "status": "created"})).with_status(201)
            }
            Self::Download => Answer::bytes("image/jpeg", vec![7; 100_000]),
        }
    }

    pub async fn of(self, client: &Client) -> Result<(), Error> {
        match self {
            Self::Ping => client.server().ping_server().await.map(drop),
            Self::Search => client.search().search_random(RandomSearchDto::new()).await.map(drop),
            Self::Create => client.albums().create_album(CreateAlbumDto::new("one")).await.map(drop),
            Self::Upload(length) => upload(client, vec![7; length].into(), false).await,
            Self::UploadChecked(length) => upload(client, vec![7; length].into(), true).await,
            Self::UploadOnce(length) => {
                let bytes = vec![7; length].into();
                let once = Body::stream(futures_util::stream::iter([Ok(bytes)]), Some(length as u64));
                upload(client, once, true).await
            }
            Self::Download => {
                let mut answer = client.assets().download_asset(AssetId::default()).await?;
                while answer.chunk().await?.is_some() {}
                Ok(())
            }
        }
    }
}

async fn upload(client: &Client, body: Body, checked: bool) -> Result<(), Error> {
    let photo = FilePart::new("a.jpg", body);
    let call = client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let call = if checked { call.x_immich_checksum("qvTGHdzF6KLavt4PO0gs2a6pQ00=") } else { call };
    call.await.map(drop)
}

/// The outcome in a few words.
fn told(outcome: &Result<(), Error>) -> String {
    let Err(error) = outcome else { return "ok".to_owned() };
    let Some(transport) = error.transport_error() else {
        let status = error.status().map(|status| format!(" {}", status.as_u16())).unwrap_or_default();
        return format!("{:?}{status}", error.kind());
    };
    let sent = if transport.may_have_been_sent() { "" } else { ", not sent" };
    match transport.time_limit() {
        Some((limit, _)) => format!("{:?} {limit:?}{sent}", error.kind()),
        None if error.kind() == ErrorKind::TooLarge => format!("TooLarge{sent}"),
        None => format!("{:?} {:?}{sent}", error.kind(), transport.kind()),
    }
}

/// The key is at the base origin, and nowhere else.
fn secrets(bench: &Bench, outcome: &Result<(), Error>, wrong: &mut Vec<String>) {
    wrong.extend(bench.leaks().into_iter().map(|origin| format!("the key went to {origin}")));
    if bench.without_key() > 0 {
        wrong.push(format!("{} requests came without the key", bench.without_key()));
    }
    let Err(error) = outcome else { return };
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    if shown.contains(KEY) {
        wrong.push("the error shows the key".to_owned());
    }
}
