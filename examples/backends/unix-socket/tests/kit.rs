//! The conformance kit through a Unix socket, behind which a relay passes the bytes on to the server of the kit.

#![cfg(unix)]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use immich_conformance::Capability;

/// Accepts connections at `path` and passes their bytes on to `address`.
fn relay(path: &Path, address: SocketAddr) -> io::Result<()> {
    let listener = UnixListener::bind(path)?;
    thread::spawn(move || {
        for unix in listener.incoming().flatten() {
            let Ok(tcp) = TcpStream::connect(address) else { return };
            drop(pass_on(unix, tcp));
        }
    });
    Ok(())
}

fn pass_on(unix: UnixStream, tcp: TcpStream) -> io::Result<()> {
    let (to_unix, to_tcp) = (unix.try_clone()?, tcp.try_clone()?);
    thread::spawn(move || {
        copy(&unix, &to_tcp);
        drop(to_tcp.shutdown(Shutdown::Write));
    });
    thread::spawn(move || {
        copy(&tcp, &to_unix);
        drop(to_unix.shutdown(Shutdown::Both));
        drop(tcp.shutdown(Shutdown::Both));
    });
    Ok(())
}

fn copy(mut from: impl Read, mut to: impl Write) {
    let mut buffer = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}

#[test]
fn a_unix_socket_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = AtomicUsize::new(0);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let make = move |address| {
        let path = folder.path().join(count.fetch_add(1, Ordering::SeqCst).to_string());
        relay(&path, address).expect("a relay");
        backend_unix_socket::backend(path)
    };
    let kit = immich_conformance::check(make).without(Capability::AddressOfUrl);
    kit.executor(move |task| runtime.block_on(task)).run();
}
