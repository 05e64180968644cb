//! A response of bytes as a reader.

use std::io::{self, BufRead, Read};

use bytes::{Buf, Bytes};

use super::block_on;
use crate::binary::BinaryResponse;

/// Reads a response of bytes on this thread, as it arrives. A response that is cut short ends with an error.
#[derive(Debug)]
pub struct Reader {
    response: BinaryResponse,
    chunk: Bytes,
}

impl Reader {
    /// A reader of what is left of the response.
    pub fn new(response: BinaryResponse) -> Self {
        Self { response, chunk: Bytes::new() }
    }
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.chunk.is_empty() {
            match block_on(self.response.chunk()).map_err(io::Error::other)? {
                Some(chunk) => self.chunk = chunk,
                None => break,
            }
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        self.chunk.advance(amount);
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
