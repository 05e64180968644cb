//! How the state is written to a file: JSON, with files in Base64.

use std::hash::Hash;

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use immich_core::UserId;
use jiff::tz::Offset;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::assets::VISIBILITIES;
use super::media;
use super::notifications::{self, LEVELS};
use super::sync_rows::Table;
use super::users::COLORS;

/// Words of fixed sets, other than media types, visibilities and types of rows.
const WORDS: [&str; 7] = ["owner", "editor", "viewer", "asc", "desc", "on_this_day", "birthday"];

/// A word of a fixed set. As an alias, so that serde does not borrow it from the text that it reads.
pub(super) type Word = &'static str;

/// Reads a word of one of the fixed sets of the state.
pub(super) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    let text = String::deserialize(deserializer)?;
    known(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a known word")))
}

/// Reads a word, or null.
pub(super) fn optional_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| known(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a known word")))).transpose()
}

fn known(text: &str) -> Option<Word> {
    let rows = Table::ALL.into_iter().flat_map(|table| [Some(table.kind()), table.removed_kind()]).flatten();
    let mut words = WORDS
        .into_iter()
        .chain(VISIBILITIES)
        .chain(media::content_types())
        .chain(COLORS)
        .chain(LEVELS)
        .chain(notifications::TYPES)
        .chain(rows);
    words.find(|word| *word == text)
}

/// Reads the members of an album and their roles.
pub(super) fn roles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(UserId, Word)>, D::Error> {
    let members = Vec::<(UserId, String)>::deserialize(deserializer)?;
    let member = |(user, role): (UserId, String)| {
        known(&role).map(|role| (user, role)).ok_or_else(|| D::Error::custom(format!("{role:?} is not a role")))
    };
    members.into_iter().map(member).collect()
}

/// A version as text.
pub(super) mod version {
    use immich_core::ServerVersion;

    use super::*;

    pub(crate) fn serialize<S: Serializer>(version: &ServerVersion, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(version)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ServerVersion, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a version")))
    }

    fn parse(text: &str) -> Option<ServerVersion> {
        let mut numbers = text.split('.').map(|number| number.parse().ok());
        let version = ServerVersion::new(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }
}

/// Bytes in Base64.
pub(super) mod base64 {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}

/// Bytes in Base64, or null.
pub(super) mod optional_base64 {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &Option<Bytes>, serializer: S) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| STANDARD.encode(bytes)).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Bytes>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)).transpose()
    }
}

/// A UTC offset in seconds, or null.
pub(super) mod offset {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(offset: &Option<Offset>, serializer: S) -> Result<S::Ok, S::Error> {
        offset.map(Offset::seconds).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Offset>, D::Error> {
        let seconds = Option::<i32>::deserialize(deserializer)?;
        seconds.map(|seconds| Offset::from_seconds(seconds).map_err(D::Error::custom)).transpose()
    }
}

/// A map whose keys are no strings, as a list of pairs.
pub(super) mod pairs {
    use super::*;

    pub(crate) fn serialize<'m, S, M, K, V>(map: &'m M, serializer: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        &'m M: IntoIterator<Item = (&'m K, &'m V)>,
        K: Serialize + 'm,
        V: Serialize + 'm,
    {
        serializer.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, D, M, K, V>(deserializer: D) -> Result<M, D::Error>
    where
        D: Deserializer<'de>,
        M: FromIterator<(K, V)> + IntoIterator<Item = (K, V)>,
        K: Deserialize<'de> + Eq + Hash,
        V: Deserialize<'de>,
    {
        Vec::<(K, V)>::deserialize(deserializer).map(|pairs| pairs.into_iter().collect())
    }
}
