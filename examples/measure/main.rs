//! The cost of the crate, beside the same work by hand on the same HTTP library in the same run.
//!
//! ```text
//! cargo run --release --all-features --example measure            everything
//! cargo run --release --all-features --example measure -- calls   one part: calls, decode, transfers
//! ```
//!
//! The server is a process of its own, so its work is not counted. CPU is that of this process, all threads.

#![allow(missing_docs)]

mod by_hand;
mod calls;
mod clock;
mod decode;
mod server;
mod transfers;

use server::Server;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == server::ARGUMENT) {
        return server::serve().await;
    }
    let wanted = |part: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == part);
    let server = Server::start()?;
    println!("{:<46} {:>10} {:>10} {:>7}", "CPU, median of runs that take turns", "by hand", "crate", "ratio");
    if wanted("calls") {
        calls::measure(&server.url).await?;
    }
    if wanted("decode") {
        decode::measure()?;
    }
    if wanted("transfers") {
        transfers::measure(&server.url).await?;
    }
    Ok(())
}
