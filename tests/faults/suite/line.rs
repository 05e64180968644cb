//! One connection of the server by hand: what it does, step by step.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use immich_sdk::bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::server::State;
use super::streams::{self, Stream};

#[derive(Clone, Debug)]
pub enum Step {
    /// Waits until something was sent, and does not read it.
    Arrival,
    /// Reads the head of a request, which counts as one.
    Head,
    /// Reads this many bytes of its body.
    Body(usize),
    /// Reads what is left of its body.
    Rest,
    Write(Bytes),
    /// Writes this many bytes, or until the client is gone.
    Endless(usize),
    /// Writes byte by byte.
    Trickle(Bytes, Duration),
    /// Says nothing for a while, and reads nothing.
    Pause(Duration),
    /// Closes its own direction.
    HalfClose,
    /// Reads until the client closes.
    Hold,
    /// Ends the connection with a reset.
    Reset,
    /// Speaks HTTP/2 from here on.
    Streams(Vec<Stream>),
    /// Responds to one request.
    Once,
    /// Responds to requests as they come, until the client closes.
    Serve,
}

/// Head and body, or the bytes of a response: what most scripts begin with.
pub fn request() -> [Step; 2] {
    [Step::Head, Step::Rest]
}

pub fn write(bytes: impl Into<Bytes>) -> Step {
    Step::Write(bytes.into())
}

pub struct Line {
    socket: TcpStream,
    state: Arc<State>,
    read: Vec<u8>,
    left: Length,
}

/// How a body ends.
#[derive(Clone, Copy)]
enum Length {
    Known(usize),
    Chunked,
}

impl Line {
    pub fn new(socket: TcpStream, state: Arc<State>) -> Self {
        Self { socket, state, read: Vec::new(), left: Length::Known(0) }
    }

    /// Goes through the steps. It ends early when the client does.
    pub async fn run(mut self, steps: Vec<Step>) -> io::Result<()> {
        for step in steps {
            match step {
                Step::Arrival => drop(self.socket.peek(&mut [0]).await?),
                Step::Head => self.head().await?,
                Step::Body(count) => self.body(count).await?,
                Step::Rest => self.rest().await?,
                Step::Write(bytes) => self.socket.write_all(&bytes).await?,
                Step::Endless(count) => self.endless(count).await?,
                Step::Trickle(bytes, every) => {
                    for byte in bytes {
                        tokio::time::sleep(every).await;
                        self.socket.write_all(&[byte]).await?;
                    }
                }
                Step::Pause(time) => tokio::time::sleep(time).await,
                Step::HalfClose => self.socket.shutdown().await?,
                Step::Hold => while self.more().await.is_ok() {},
                Step::Reset => {
                    self.socket.set_zero_linger()?;
                    return Ok(());
                }
                Step::Streams(script) => {
                    return streams::serve(self.socket, script, &self.state).await.map_err(io::Error::other);
                }
                Step::Once => drop(self.answer().await?),
                Step::Serve => while self.answer().await? {},
            }
        }
        Ok(())
    }

    /// Responds to a request; returns whether the connection stays open.
    async fn answer(&mut self) -> io::Result<bool> {
        self.head().await?;
        self.rest().await?;
        let answer = self.state.next_answer();
        if answer.silent {
            while self.more().await.is_ok() {}
        }
        self.socket.write_all(&answer.to_wire()).await?;
        Ok(answer.cut.is_none())
    }

    /// Reads some bytes; it is an error if there are no more.
    async fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 << 10];
        let count = self.socket.read(&mut buffer).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.state.record(&buffer[..count]);
        self.read.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    async fn head(&mut self) -> io::Result<()> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end);
        let field = |wanted: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(": "));
            fields.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then(|| value.to_owned()))
        };
        self.left = match field("content-length").and_then(|length| length.parse().ok()) {
            Some(length) => Length::Known(length),
            None if field("transfer-encoding").is_some() => Length::Chunked,
            None => Length::Known(0),
        };
        self.state.request(head);
        Ok(())
    }

    async fn body(&mut self, count: usize) -> io::Result<()> {
        let mut left = count;
        loop {
            // What was read is let go of, so that a large body is not kept.
            let taken = left.min(self.read.len());
            self.read.drain(..taken);
            left -= taken;
            if left == 0 {
                break;
            }
            self.more().await?;
        }
        if let Length::Known(length) = &mut self.left {
            *length = length.saturating_sub(count);
        }
        Ok(())
    }

    async fn rest(&mut self) -> io::Result<()> {
        match self.left {
            Length::Known(length) => self.body(length).await,
            Length::Chunked => loop {
                if let Some(end) = self.read.windows(5).position(|window| window == b"0\r\n\r\n") {
                    self.read.drain(..end + 5);
                    return Ok(());
                }
                self.more().await?;
            },
        }
    }

    async fn endless(&mut self, count: usize) -> io::Result<()> {
        let piece = vec![b'x'; 64 << 10];
        let mut left = count;
        while left > 0 {
            let written = self.socket.write(&piece[..left.min(piece.len())]).await?;
            self.state.wrote(written);
            left -= written;
        }
        Ok(())
    }
}
