//! Writes a partial file on the threads of `blocking`, in large pieces: one is written while the next arrives.

use std::io;
use std::mem;
use std::path::PathBuf;

use bytes::Bytes;

use super::head::Head;
use super::part::{Part, Record};
use crate::transfer::Checksum;
use crate::transfer::threads::{self, BlockingTask, Threads, unblock, unblock_on};

/// The number of bytes per write. Each write is a job on another thread, so it is not small; with more bytes, the
/// first ones would have left the processor cache before they are written.
const PIECE: usize = 256 << 10;

/// A partial file that is being written.
pub(super) struct Writer {
    /// The partial file, unless a write is running.
    part: Option<Part>,
    pending_write: Option<BlockingTask<io::Result<Part>>>,
    chunks: Vec<Bytes>,
    buffered: usize,
    /// The threads for a final write on drop.
    threads: Option<Threads>,
}

impl Writer {
    pub(super) async fn open(
        folder: PathBuf,
        key: String,
        checksum: Option<Checksum>,
        checked: bool,
    ) -> io::Result<Self> {
        let part = unblock(move || Part::open(&folder, &key, checksum, checked)).await?;
        Ok(Self { part: Some(part), pending_write: None, chunks: Vec::new(), buffered: 0, threads: threads::current() })
    }

    /// Returns the number of bytes that an earlier download left, and the metadata of their file.
    pub(super) fn found(&self) -> (u64, Head) {
        self.part.as_ref().map(|part| (part.length(), part.head().clone())).unwrap_or_default()
    }

    /// Adds bytes. Waits only if the disk is slower than the network.
    pub(super) async fn push(&mut self, bytes: Bytes) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.buffered += bytes.len();
        self.chunks.push(bytes);
        if self.buffered >= PIECE {
            let mut part = self.take_part().await?;
            let chunks = self.take_chunks();
            self.pending_write = Some(unblock(move || part.write(&chunks).map(|()| part)));
        }
        Ok(())
    }

    /// Discards all bytes, and starts a file with this record.
    pub(super) async fn restart(&mut self, record: Record) -> io::Result<()> {
        self.take_chunks();
        let mut part = self.take_part().await?;
        self.part = Some(unblock(move || part.clear().and_then(|()| part.write_record(&record)).map(|()| part)).await?);
        Ok(())
    }

    /// Removes the file unless the download succeeds.
    pub(super) fn not_resumable(&mut self) {
        self.part = self.part.take().map(Part::not_resumable);
    }

    /// Discards all bytes. The record stays.
    pub(super) async fn clear(&mut self) -> io::Result<()> {
        self.take_chunks();
        let mut part = self.take_part().await?;
        self.part = Some(unblock(move || part.clear().map(|()| part)).await?);
        Ok(())
    }

    /// Records the file that the following bytes belong to.
    pub(super) async fn write_record(&mut self, record: Record) -> io::Result<()> {
        let mut part = self.take_part().await?;
        self.part = Some(unblock(move || part.write_record(&record).map(|()| part)).await?);
        Ok(())
    }

    /// Writes the remaining bytes, and returns the partial file.
    pub(super) async fn finish(&mut self) -> io::Result<Part> {
        let mut part = self.take_part().await?;
        let chunks = self.take_chunks();
        if chunks.is_empty() {
            return Ok(part);
        }
        unblock(move || part.write(&chunks).map(|()| part)).await
    }

    /// Removes the partial file.
    pub(super) async fn discard(&mut self) -> io::Result<()> {
        self.take_chunks();
        let part = self.take_part().await?;
        unblock(move || part.discard()).await
    }

    /// Puts back the partial file returned by [`finish`](Self::finish).
    pub(super) fn put_back(&mut self, part: Part) {
        self.part = Some(part);
    }

    /// Waits for the running write, and takes the partial file.
    async fn take_part(&mut self) -> io::Result<Part> {
        match self.pending_write.take() {
            Some(pending_write) => pending_write.await,
            None => self.part.take().ok_or_else(|| io::Error::other("an earlier write of the file failed")),
        }
    }

    fn take_chunks(&mut self) -> Vec<Bytes> {
        self.buffered = 0;
        mem::take(&mut self.chunks)
    }
}

impl Drop for Writer {
    /// Keeps the received bytes of a cancelled download: a running write completes. Bytes that are not written yet
    /// are written, unless a write is running.
    fn drop(&mut self) {
        let chunks = self.take_chunks();
        match (self.pending_write.take(), self.part.take()) {
            (Some(pending_write), _) => pending_write.detach(),
            (None, Some(mut part)) if !chunks.is_empty() => {
                unblock_on(self.threads.as_ref(), move || drop(part.write(&chunks))).detach();
            }
            _ => {}
        }
    }
}
