//! The bytes of files: in memory, or beyond a limit in a temporary file.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::random::Random;
use super::saved;

/// The bytes of a file.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Memory(Bytes),
    Spilled { file: Arc<Spill>, offset: u64, length: u64 },
}

/// A temporary file with the bytes of many files, one after the other. The space of removed files is not used again.
#[derive(Debug)]
pub(super) struct Spill {
    file: Mutex<File>,
    /// The name to remove in the end, where an open file cannot be removed.
    path: Option<PathBuf>,
}

/// Where new files go.
#[derive(Debug, Default)]
pub(super) struct Storage {
    /// The most bytes in memory; `None` keeps all there.
    limit: Option<u64>,
    in_memory: AtomicU64,
    /// Made when it is needed.
    spill: Mutex<Option<Arc<Spill>>>,
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spilled { length, .. } => *length,
        }
    }

    /// The whole file. One that cannot be read any more is empty, like a lost original.
    pub(super) fn bytes(&self) -> Bytes {
        match self {
            Self::Memory(bytes) => bytes.clone(),
            Self::Spilled { file, offset, length } => file.read(*offset, *length).unwrap_or_default(),
        }
    }

    fn in_memory(&self) -> u64 {
        if let Self::Memory(bytes) = self { bytes.len() as u64 } else { 0 }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        saved::base64::serialize(&self.bytes(), serializer)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        saved::base64::deserialize(deserializer).map(Self::Memory)
    }
}

impl Storage {
    pub(super) fn with_limit(limit: Option<u64>) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Keeps a file in memory while there is room, then on disk, and in memory again if the disk fails.
    pub(super) fn keep(&self, bytes: Bytes) -> Content {
        let length = bytes.len() as u64;
        let used = self.in_memory.fetch_add(length, Ordering::Relaxed);
        if self.limit.is_none_or(|limit| used.saturating_add(length) <= limit) || length == 0 {
            return Content::Memory(bytes);
        }
        match self.spill(&bytes) {
            Ok(content) => {
                self.in_memory.fetch_sub(length, Ordering::Relaxed);
                content
            }
            Err(_) => Content::Memory(bytes),
        }
    }

    /// Counts the bytes in memory anew, for another state.
    pub(super) fn recount<'c>(&self, contents: impl Iterator<Item = &'c Content>) {
        if self.limit.is_some() {
            self.in_memory.store(contents.map(Content::in_memory).sum(), Ordering::Relaxed);
        }
    }

    /// Counts a file as removed.
    pub(super) fn release(&self, content: &Content) {
        let length = content.in_memory();
        let rest = |used: u64| Some(used.saturating_sub(length));
        let _ = self.in_memory.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
    }

    fn spill(&self, bytes: &[u8]) -> io::Result<Content> {
        let mut spill = self.spill.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &*spill {
            Some(file) => Arc::clone(file),
            None => Arc::clone(spill.insert(Arc::new(Spill::create()?))),
        };
        let offset = file.append(bytes)?;
        Ok(Content::Spilled { file, offset, length: bytes.len() as u64 })
    }
}

impl Spill {
    fn create() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("immich-fake-{}", Random::default().token()));
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = Mutex::new(options.open(&path)?);
        // Without a name, it is gone with the process, however that ends.
        let path = fs::remove_file(&path).is_err().then_some(path);
        Ok(Self { file, path })
    }

    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let offset = file.seek(SeekFrom::End(0))?;
        file.write_all(bytes)?;
        Ok(offset)
    }

    fn read(&self, offset: u64, length: u64) -> io::Result<Bytes> {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            drop(fs::remove_file(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Content, Storage};

    #[test]
    fn files_go_to_disk_beyond_the_limit() {
        let storage = Storage::with_limit(Some(10));
        let files: Vec<_> = [4, 6, 3, 9].map(|length: u8| Bytes::from(vec![length; length.into()])).to_vec();
        let kept: Vec<_> = files.iter().map(|bytes| storage.keep(bytes.clone())).collect();
        let is_spilled: Vec<_> = kept.iter().map(|content| matches!(content, Content::Spilled { .. })).collect();
        assert_eq!(is_spilled, [false, false, true, true]);
        for (content, bytes) in kept.iter().zip(&files) {
            assert_eq!((content.bytes(), content.len()), (bytes.clone(), bytes.len() as u64));
        }
        storage.recount(kept[1..].iter());
        assert!(matches!(storage.keep(files[0].clone()), Content::Memory(_)), "there is room again");
    }
}
