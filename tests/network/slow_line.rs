//! A server that takes an upload slowly is distinguished from one that has stopped by the bytes it takes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream;
use immich_sdk::bytes::Bytes;
use immich_sdk::{Body, Client, FilePart, TimeLimit, Timeouts};
use tokio::net::{TcpListener, TcpSocket};

use crate::{LIBRARIES, Library, backend};

const IDLE: Duration = Duration::from_millis(300);

/// Accepts connections and reads nothing from them, with little room in the buffer of each.
fn deaf() -> TcpListener {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(32 << 10).expect("a small buffer");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    socket.listen(8).expect("a listener")
}

#[tokio::test]
async fn few_bytes_wait_unseen_and_a_dead_line_ends() {
    for library in LIBRARIES {
        let server = deaf();
        let url = format!("http://{}", server.local_addr().expect("an address"));
        let backend = backend!(library).expect("a backend");
        let unseen = backend.unseen_bytes();
        let timeouts = Timeouts::new().idle(IDLE);
        let client = Client::builder(url).backend(backend).timeouts(timeouts).build().expect("a client");
        let taken = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&taken);
        let chunk = Bytes::from_static(&[7; 16 << 10]);
        let endless = stream::repeat_with(move || {
            counted.fetch_add(chunk.len() as u64, Ordering::SeqCst);
            io::Result::Ok(chunk.clone())
        });
        let photo = FilePart::new("a.jpg", Body::stream(endless, None));
        let started = Instant::now();
        let error = client.users().create_profile_image(photo).await.expect_err("nothing is read");
        let limit = error.transport_error().expect("a transport error").time_limit();
        assert!(matches!(limit, Some((TimeLimit::Idle, limit)) if limit <= 5 * IDLE), "{library:?}: {error}");
        // A system may grow its buffers: what counts is that a line of 8 KiB a second empties them within the limit.
        let taken = taken.load(Ordering::SeqCst);
        println!("{library:?}: {taken} bytes, {unseen} unseen, {:?}", started.elapsed());
        if cfg!(target_os = "linux") {
            assert!(taken < unseen.max(448 << 10) + (64 << 10), "{library:?}: {taken} bytes");
        }
        assert!(matches!(library, Library::Reqwest) || unseen == 0 || !cfg!(target_os = "linux"));
    }
}
