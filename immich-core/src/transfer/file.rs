//! Files as bodies, and their checksums, read on the threads of `blocking`.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::body::Body;
use crate::transfer::threads::{self, Threads, unblock, unblock_on};
use crate::transfer::{Checksum, Checksummer, disk};

/// The number of bytes read at once. Each read is a trip to another thread, so it is not small.
pub(super) const CHUNK: usize = 256 << 10;

/// A body that reads a file as it is sent, from the beginning each time it is sent.
///
/// It promises `length` bytes: a file that became longer or shorter ends the request with an error. So does what is
/// no regular file when it is sent; a symbolic link is followed.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{FilePart, transfer::file_body};
///
/// # fn example() -> std::io::Result<()> {
/// let length = std::fs::metadata("beach.jpg")?.len();
/// let photo = FilePart::new("beach.jpg", file_body("beach.jpg", length)).content_type("image/jpeg");
/// # Ok(()) }
/// ```
pub fn file_body(path: impl Into<PathBuf>, length: u64) -> Body {
    file_body_with(path, length, true)
}

/// The same. Without `follow`, a symbolic link is an error when the body is sent.
pub(super) fn file_body_with(path: impl Into<PathBuf>, length: u64, follow: bool) -> Body {
    let path: Arc<Path> = path.into().into();
    // The backend may poll it in a task of its own, where nothing is known of the transfer.
    let threads = threads::current();
    let open = move || {
        let state = State::Closed(Arc::clone(&path), follow);
        Ok(Box::pin(FileStream { state, threads: threads.clone() }) as _)
    };
    Body::replayable(open, Some(length))
}

/// The checksum of a file, and how many bytes it has. A symbolic link is followed.
///
/// # Errors
/// That of reading it; `InvalidInput` if it is no regular file.
pub async fn file_checksum(path: impl Into<PathBuf>) -> io::Result<(Checksum, u64)> {
    let path = path.into();
    unblock(move || checksum_here(&path)).await
}

/// The same, on this thread.
pub(super) fn checksum_here(path: &Path) -> io::Result<(Checksum, u64)> {
    checksum_of(&disk::open_file(path, true)?)
}

/// The checksum of an open file, from where it stands to its end, and how many bytes that are.
pub(super) fn checksum_of(file: &File) -> io::Result<(Checksum, u64)> {
    let (mut checksum, mut length) = (Checksummer::default(), 0);
    read_chunks(file, &mut vec![0; CHUNK], |bytes| {
        checksum.update(bytes);
        length += bytes.len() as u64;
        Ok(())
    })?;
    Ok((checksum.finish(), length))
}

/// Hands what is read to `each`, to the end or to its error.
pub(super) fn read_chunks(
    mut from: impl Read,
    buffer: &mut [u8],
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        match from.read(buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => each(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

type Reading = Pin<Box<dyn Future<Output = io::Result<(File, BytesMut)>> + Send>>;

/// The chunks of a file. The next one is read while the one before is sent.
struct FileStream {
    state: State,
    threads: Option<Threads>,
}

enum State {
    /// The path, and whether a symbolic link is followed.
    Closed(Arc<Path>, bool),
    Reading(Reading),
    Done,
}

impl Stream for FileStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let this = &mut *self;
            match &mut this.state {
                State::Closed(path, follow) => {
                    let (path, follow) = (Arc::clone(path), *follow);
                    let open = move || fill(disk::open_file(&path, follow)?, BytesMut::new());
                    this.state = State::Reading(Box::pin(unblock_on(this.threads.as_ref(), open)));
                }
                State::Reading(reading) => {
                    let read = ready!(reading.as_mut().poll(context));
                    this.state = State::Done;
                    let (file, mut buffer) = match read {
                        Ok(read) => read,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    let chunk = buffer.split().freeze();
                    if chunk.is_empty() {
                        return Poll::Ready(None);
                    }
                    let fill = move || fill(file, buffer);
                    this.state = State::Reading(Box::pin(unblock_on(this.threads.as_ref(), fill)));
                    return Poll::Ready(Some(Ok(chunk)));
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

/// Reads a chunk. A buffer whose chunk was sent is used again, so that no new pages are asked of the system.
fn fill(mut file: File, mut buffer: BytesMut) -> io::Result<(File, BytesMut)> {
    if !buffer.try_reclaim(CHUNK) {
        buffer = BytesMut::with_capacity(CHUNK);
    }
    buffer.resize(CHUNK, 0);
    let mut filled = 0;
    while filled < CHUNK {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok((file, buffer))
}
