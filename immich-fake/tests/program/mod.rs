//! The built program as a child process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running program. It is killed if a test does not stop it.
pub struct Program {
    child: Child,
    /// The line that it printed.
    pub greeting: Value,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_immich-fake"));
    command.args(["--port", "0"]).args(arguments);
    // Nothing to read from, as under a test runner or in a container.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts the program, which must fail, and returns the exit code and what it wrote.
pub fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "a program that fails prints no address");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

impl Program {
    /// Starts the program on a free port, and waits for its line.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let greeting = serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut message = String::new();
            child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
            panic!("it does not start: {message}")
        });
        Self { child, greeting }
    }

    pub fn url(&self) -> &str {
        self.greeting["url"].as_str().unwrap()
    }

    pub fn address(&self) -> &str {
        self.url().strip_prefix("http://").unwrap()
    }

    /// Sends a request as the administrator, and returns the status and the body.
    pub fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let key = self.greeting["apiKey"].as_str().map(|key| format!("x-api-key: {key}"));
        self.send_as(method, path, body, key.as_deref().unwrap_or("x-none: 1"))
    }

    /// Sends a request with a header of the caller.
    pub fn send_as(&self, method: &str, path: &str, body: &str, header: &str) -> (u16, String) {
        let (head, body) = self.exchange(method, path, body, header);
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }

    /// Sends a request on its own connection, and returns the head and the body of the response.
    pub fn exchange(&self, method: &str, path: &str, body: &str, header: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n{header}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {response:?}"));
        (head.to_owned(), body.to_owned())
    }

    /// Sends a request whose response is JSON.
    pub fn json(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let (status, text) = self.send(method, path, body);
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method} {path} returns {text:?}")))
    }

    /// Sends a signal, and returns the exit code and what the program wrote to the standard error stream.
    #[cfg(unix)]
    pub fn signal(mut self, signal: rustix::process::Signal) -> (Option<i32>, String) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
        let mut message = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
        (self.child.wait().unwrap().code(), message)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails if it has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
