//! Random ids, keys and tokens, without an extra crate.

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use uuid::{Builder, Uuid};

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(8) {
        let random = RandomState::new().build_hasher().finish().to_le_bytes();
        chunk.copy_from_slice(&random[..chunk.len()]);
    }
    bytes
}

/// A UUID of version 4, as an id of any kind.
pub(super) fn id<T: From<Uuid>>() -> T {
    T::from(Builder::from_random_bytes(bytes()).into_uuid())
}

/// A secret for a header or a cookie.
pub(super) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// The key of a shared link: 50 bytes.
pub(super) fn share_key() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<50>())
}

/// A token of the cookie of a shared link.
pub(super) fn cookie_token() -> String {
    STANDARD.encode(bytes::<32>())
}

/// Eight letters and digits, as in a correlation id.
pub(super) fn correlation_id() -> String {
    bytes::<8>().iter().map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz012345"[usize::from(byte % 32)])).collect()
}

/// A random number below `limit`; 0 if `limit` is 0.
pub(super) fn below(limit: usize) -> usize {
    let random = usize::from_le_bytes(bytes());
    random.checked_rem(limit).unwrap_or_default()
}
