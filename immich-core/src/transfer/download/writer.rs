//! Writes a part on the threads of `blocking`: large pieces, one of them on its way while the next arrives.

use std::io;
use std::mem;
use std::path::PathBuf;

use bytes::Bytes;

use super::head::Head;
use super::part::{Part, Record};
use crate::transfer::Checksum;
use crate::transfer::threads::{self, Threads, Trip, unblock, unblock_on};

/// The number of bytes written at once. Each write is a trip to another thread, so it is not small; a larger one is out
/// of the processor's cache before it is written.
const PIECE: usize = 256 << 10;

/// A part that is being written.
pub(super) struct Writer {
    /// The part, when it is not on a trip.
    part: Option<Part>,
    trip: Option<Trip<io::Result<Part>>>,
    chunks: Vec<Bytes>,
    waiting: usize,
    /// For what is written when it is dropped.
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
        Ok(Self { part: Some(part), trip: None, chunks: Vec::new(), waiting: 0, threads: threads::current() })
    }

    /// The bytes that an earlier download left, and the file that they belong to.
    pub(super) fn found(&self) -> (u64, Head) {
        self.part.as_ref().map(|part| (part.length(), part.head().clone())).unwrap_or_default()
    }

    /// Takes the next bytes, and waits only where the disk is slower than the line.
    pub(super) async fn push(&mut self, bytes: Bytes) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.waiting += bytes.len();
        self.chunks.push(bytes);
        if self.waiting >= PIECE {
            let mut part = self.land().await?;
            let chunks = self.take_chunks();
            self.trip = Some(unblock(move || part.write(&chunks).map(|()| part)));
        }
        Ok(())
    }

    /// Starts anew, with a part of the file described by the record.
    pub(super) async fn restart(&mut self, record: Record) -> io::Result<()> {
        self.take_chunks();
        let mut part = self.land().await?;
        self.part = Some(unblock(move || part.clear().and_then(|()| part.note(&record)).map(|()| part)).await?);
        Ok(())
    }

    /// Keeps nothing if the download does not end well.
    pub(super) fn fleeting(&mut self) {
        self.part = self.part.take().map(Part::fleeting);
    }

    /// Begins anew, without noting of what.
    pub(super) async fn clear(&mut self) -> io::Result<()> {
        self.take_chunks();
        let mut part = self.land().await?;
        self.part = Some(unblock(move || part.clear().map(|()| part)).await?);
        Ok(())
    }

    /// Notes what the bytes are a part of.
    pub(super) async fn note(&mut self, record: Record) -> io::Result<()> {
        let mut part = self.land().await?;
        self.part = Some(unblock(move || part.note(&record).map(|()| part)).await?);
        Ok(())
    }

    /// Writes what waits, and gives the part.
    pub(super) async fn finish(&mut self) -> io::Result<Part> {
        let mut part = self.land().await?;
        let chunks = self.take_chunks();
        if chunks.is_empty() {
            return Ok(part);
        }
        unblock(move || part.write(&chunks).map(|()| part)).await
    }

    /// Removes what was written: it is of no use.
    pub(super) async fn discard(&mut self) -> io::Result<()> {
        self.take_chunks();
        let part = self.land().await?;
        unblock(move || part.discard()).await
    }

    /// Takes back the part of [`finish`](Self::finish).
    pub(super) fn give(&mut self, part: Part) {
        self.part = Some(part);
    }

    /// Waits for the trip.
    async fn land(&mut self) -> io::Result<Part> {
        match self.trip.take() {
            Some(trip) => trip.await,
            None => self.part.take().ok_or_else(|| io::Error::other("the file could not be written before")),
        }
    }

    fn take_chunks(&mut self) -> Vec<Bytes> {
        self.waiting = 0;
        mem::take(&mut self.chunks)
    }
}

impl Drop for Writer {
    /// A download that is given up keeps what came: a write that is under way ends; what waits is written,
    /// unless it would have to wait for that.
    fn drop(&mut self) {
        let chunks = self.take_chunks();
        match (self.trip.take(), self.part.take()) {
            (Some(trip), _) => trip.detach(),
            (None, Some(mut part)) if !chunks.is_empty() => {
                unblock_on(self.threads.as_ref(), move || drop(part.write(&chunks))).detach();
            }
            _ => {}
        }
    }
}
