//! Random ids, keys and tokens, without an extra crate.

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// A source of random values: the operating system, or a seed, which makes all values of a run repeatable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Random {
    /// The state of the generator SplitMix64, if there is a seed.
    seeded: Option<u64>,
}

impl Random {
    pub(super) fn seeded(seed: u64) -> Self {
        Self { seeded: Some(seed) }
    }

    fn next(&mut self) -> u64 {
        let Some(state) = &mut self.seeded else { return RandomState::new().build_hasher().finish() };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        bytes
    }

    /// A UUID of version 4, as an id of any kind.
    pub(super) fn id<T: From<Uuid>>(&mut self) -> T {
        T::from(Builder::from_random_bytes(self.bytes()).into_uuid())
    }

    /// An API key or a token: letters and digits alone, so that a command line does not take it for an option.
    pub(super) fn token(&mut self) -> String {
        STANDARD.encode(self.bytes::<32>()).chars().filter(char::is_ascii_alphanumeric).collect()
    }

    /// The key of a shared link: 50 bytes.
    pub(super) fn share_key(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<50>())
    }

    /// A token of the cookie of a shared link.
    pub(super) fn cookie_token(&mut self) -> String {
        STANDARD.encode(self.bytes::<32>())
    }

    /// A random number below `limit`; 0 if `limit` is 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let random = usize::from_le_bytes(self.bytes());
        random.checked_rem(limit).unwrap_or_default()
    }
}

/// Eight letters and digits, as in a correlation id. They never depend on a seed: the number of requests may vary.
pub(super) fn correlation_id() -> String {
    let bytes = Random::default().bytes::<8>();
    bytes.iter().map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz012345"[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn keys_and_tokens_are_letters_and_digits() {
        let mut random = Random::seeded(7);
        for token in (0..100).map(|_| random.token()) {
            assert!(token.len() > 20 && token.chars().all(|letter| letter.is_ascii_alphanumeric()), "{token}");
        }
    }

    #[test]
    fn a_seed_repeats_all_values() {
        let draw = |mut random: Random| (random.id::<uuid::Uuid>(), random.token(), random.share_key());
        assert_eq!(draw(Random::seeded(7)), draw(Random::seeded(7)));
        assert_ne!(draw(Random::seeded(7)), draw(Random::seeded(8)));
        assert_ne!(draw(Random::default()), draw(Random::default()));
        let mut random = Random::seeded(7);
        assert_ne!(random.token(), random.token());
        assert_eq!(random.id::<uuid::Uuid>().get_version_num(), 4);
    }
}
