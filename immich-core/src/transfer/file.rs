//! Request bodies and checksums of files, read on the threads of `blocking`.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::body::Body;
use crate::transfer::threads::{self, Threads, unblock, unblock_on};
use crate::transfer::{Checksum, Checksummer, disk};

/// The number of bytes per read. Each read is a job on another thread, so it is not small.
pub(super) const CHUNK: usize = 256 << 10;

/// Creates a body that reads a file while it is sent, from the beginning on each attempt.
///
/// The body has exactly `length` bytes: if the file has become longer or shorter, or is not a regular file, the
/// request fails. Symbolic links are followed.
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

/// The same as [`file_body`]. Without `follow`, sending fails if the path is a symbolic link.
pub(super) fn file_body_with(path: impl Into<PathBuf>, length: u64, follow: bool) -> Body {
    let path: Arc<Path> = path.into().into();
    // The backend may poll the body in another task, where the threads of the transfer are not known.
    let threads = threads::current();
    let open = move || {
        let state = State::Closed(Arc::clone(&path), follow, length);
        Ok(Box::pin(FileStream { state, threads: threads.clone() }) as _)
    };
    Body::replayable(open, Some(length))
}

/// Returns the checksum and the length of a file. Symbolic links are followed.
///
/// # Errors
/// The errors of reading the file; `InvalidInput` if it is not a regular file.
pub async fn file_checksum(path: impl Into<PathBuf>) -> io::Result<(Checksum, u64)> {
    let path = path.into();
    unblock(move || checksum_blocking(&path)).await
}

/// The same as [`file_checksum`], blocking.
pub(super) fn checksum_blocking(path: &Path) -> io::Result<(Checksum, u64)> {
    checksum_of(&disk::open_file(path, true)?)
}

/// Returns the checksum of an open file, from its current position to its end, and the number of those bytes.
pub(super) fn checksum_of(file: &File) -> io::Result<(Checksum, u64)> {
    let (mut checksum, mut length) = (Checksummer::default(), 0);
    // A small file needs no large buffer; one that grew is read in more pieces.
    let expected = usize::try_from(file.metadata()?.len()).unwrap_or(CHUNK);
    read_chunks(file, &mut vec![0; expected.saturating_add(1).clamp(4 << 10, CHUNK)], |bytes| {
        checksum.update(bytes);
        length += bytes.len() as u64;
        Ok(())
    })?;
    Ok((checksum.finish(), length))
}

/// Passes all bytes that are read to `each`.
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

type Reading = Pin<Box<dyn Future<Output = io::Result<Part>> + Send>>;

/// The chunks of a file. The next chunk is read while the previous one is sent.
struct FileStream {
    state: State,
    threads: Option<Threads>,
}

enum State {
    /// The path, whether symbolic links are followed, and the promised length.
    Closed(Arc<Path>, bool, u64),
    Reading(Reading),
    Done,
}

impl Stream for FileStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let this = &mut *self;
            match &mut this.state {
                State::Closed(path, follow, length) => {
                    let (path, follow, length) = (Arc::clone(path), *follow, *length);
                    let open = move || read_part(disk::open_file(&path, follow)?, length);
                    this.state = State::Reading(Box::pin(unblock_on(this.threads.as_ref(), open)));
                }
                State::Reading(reading) => {
                    let read = ready!(reading.as_mut().poll(context));
                    this.state = State::Done;
                    let part = match read {
                        Ok(part) => part,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    if let Some((file, left)) = part.rest {
                        let next = move || read_part(file, left);
                        this.state = State::Reading(Box::pin(unblock_on(this.threads.as_ref(), next)));
                    }
                    return Poll::Ready((!part.bytes.is_empty()).then_some(Ok(part.bytes)));
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

/// A chunk of a file.
struct Part {
    bytes: Bytes,
    /// The file and the promised bytes after this chunk, unless the file has ended.
    rest: Option<(File, u64)>,
}

/// Reads a chunk of a file of which `left` bytes are promised, and one byte more at its end, to notice a longer file.
fn read_part(file: File, left: u64) -> io::Result<Part> {
    let length = left.saturating_add(1).min(CHUNK as u64);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(CHUNK));
    let read = (&file).take(length).read_to_end(&mut bytes)? as u64;
    let rest = (read == length).then(|| (file, left.saturating_sub(read)));
    Ok(Part { bytes: bytes.into(), rest })
}
