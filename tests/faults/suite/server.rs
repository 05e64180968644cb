//! A server by hand: it does exactly what its scripts say, one script a connection, and remembers all it was sent.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::answer::Answer;
use super::line::{Line, Step};

/// It stops, with all its connections, when it is dropped.
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
pub struct State {
    seen: Mutex<Seen>,
    /// Connections that are open.
    open: watch::Sender<usize>,
}

#[derive(Default)]
struct Seen {
    scripts: VecDeque<Vec<Step>>,
    answers: VecDeque<Answer>,
    heads: Vec<String>,
    bytes: Vec<u8>,
    connections: usize,
    written: usize,
}

impl Server {
    /// A server on a free port of the loopback address. Connections beyond the scripts are served the responses, of
    /// which the last is given again and again.
    pub async fn start(scripts: Vec<Vec<Step>>, answers: Vec<Answer>) -> Self {
        let state = Arc::new(State::default());
        let mut this = Self { address: (Ipv4Addr::LOCALHOST, 0).into(), state, accepting: None };
        this.script(scripts, answers);
        this.listen().await;
        this
    }

    /// Puts other scripts and responses instead of those that are left.
    pub fn script(&self, scripts: Vec<Vec<Step>>, answers: Vec<Answer>) {
        let mut seen = self.state.seen();
        seen.scripts = scripts.into();
        seen.answers = answers.into();
    }

    /// Listens again, on the same port if there was one.
    pub async fn listen(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("a port");
        self.address = listener.local_addr().expect("an address");
        self.accepting = Some(tokio::spawn(accept(listener, Arc::clone(&self.state))));
    }

    /// Stops listening and closes all connections, as a process that ends does.
    pub async fn stop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            // The listener is closed when the task is gone.
            let _ = accepting.await;
        }
        self.all_closed().await;
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.state.seen().connections
    }

    /// The number of bytes taken of an endless response.
    pub fn written(&self) -> usize {
        self.state.seen().written
    }

    /// The heads of the requests.
    pub fn heads(&self) -> Vec<String> {
        self.state.seen().heads.clone()
    }

    /// Whether it was ever sent this.
    pub fn was_sent(&self, marker: &str) -> bool {
        self.state.seen().bytes.windows(marker.len()).any(|window| window == marker.as_bytes())
    }

    /// Ends when no connection is open.
    pub async fn all_closed(&self) {
        let mut open = self.state.open.subscribe();
        let _ = open.wait_for(|open| *open == 0).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

impl State {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn record(&self, bytes: &[u8]) {
        self.seen().bytes.extend_from_slice(bytes);
    }

    pub fn request(&self, head: String) {
        self.seen().heads.push(head);
    }

    pub fn wrote(&self, count: usize) {
        self.seen().written += count;
    }

    pub fn next_answer(&self) -> Answer {
        let answers = &mut self.seen().answers;
        match answers.len() {
            0 => Answer::status(500),
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap_or_else(|| Answer::status(500)),
        }
    }
}

/// Counts a connection as open until it is dropped.
struct Open(Arc<State>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut lines = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                state.open.send_modify(|open| *open += 1);
                let open = Open(Arc::clone(&state));
                let steps = {
                    let mut seen = state.seen();
                    seen.connections += 1;
                    seen.scripts.pop_front().unwrap_or_else(|| vec![Step::Serve])
                };
                let line = Line::new(socket, Arc::clone(&state));
                lines.spawn(async move {
                    // An error is a client that went away.
                    let _ = line.run(steps).await;
                    drop(open);
                });
            }
            Some(_) = lines.join_next() => {}
        }
    }
}
