//! One event of the sync stream, of one line.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::acks::{SyncAck, SyncReset};
use crate::api::{SyncData, SyncEntityType};

/// What a line holds that no description has. `Debug` shows only its kind: it may hold a secret.
#[derive(Clone, PartialEq)]
pub struct UnknownData(pub Value);

impl fmt::Debug for UnknownData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Value::Object(fields) => format!("an object of {} fields", fields.len()),
            Value::Array(items) => format!("an array of {} items", items.len()),
            _ => "a value".to_owned(),
        };
        formatter.debug_tuple("UnknownData").field(&format_args!("{kind}")).finish()
    }
}

/// One event of the sync stream.
///
/// A line of JSON becomes one, also without a client: `serde_json::from_str::<SyncEvent>(line)`.
// One at a time lives, and moving it costs less than a box for each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub enum SyncEvent {
    /// Something is new, has changed, or is gone.
    Change(SyncChange),
    /// The server cannot tell what changed since the last time: **remove everything that came of earlier streams**,
    /// hand the reset to [`SyncAcks::wiped`](super::SyncAcks::wiped), send that, and ask for a new stream, which has
    /// everything. No other event comes with this one.
    ///
    /// It happens when somebody asked for it with `update_session`, or when the last complete stream that was
    /// acknowledged is some 30 days old, for the server forgets what was deleted before.
    Reset(SyncReset),
    /// Everything was told. It is acknowledged as any change.
    Complete(SyncAck),
}

/// A change of the sync stream.
#[derive(Debug)]
#[non_exhaustive]
pub struct SyncChange {
    /// The type of the line, which is the name of the variant in `data`.
    pub kind: SyncEntityType,
    /// What acknowledges this change, and all before it of its type.
    pub ack: SyncAck,
    /// What is new, has changed, or is gone.
    pub data: SyncData,
}

impl SyncEvent {
    /// The type of the line that it was.
    pub fn kind(&self) -> SyncEntityType {
        match self {
            Self::Change(change) => change.kind.clone(),
            Self::Reset(_) => SyncEntityType::SyncResetV1,
            Self::Complete(_) => SyncEntityType::SyncCompleteV1,
        }
    }
}

impl<'de> Deserialize<'de> for SyncEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Line)
    }
}

struct Line;

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Field {
    Type,
    Data,
    Ack,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for Line {
    type Value = SyncEvent;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<SyncEvent, A::Error> {
        let (mut kind, mut ack, mut data) = (None::<SyncEntityType>, None::<SyncAck>, None);
        // What came before its type is looked into when that is known; servers write the type first.
        let mut unread = None::<Value>;
        while let Some(field) = fields.next_key()? {
            match (field, &kind) {
                (Field::Type, Some(_)) => return Err(Error::duplicate_field("type")),
                (Field::Type, None) => kind = Some(fields.next_value()?),
                (Field::Ack, _) => ack = Some(fields.next_value()?),
                (Field::Data, Some(kind)) => data = fields.next_value_seed(DataOf(kind))?,
                (Field::Data, None) => unread = Some(fields.next_value()?),
                (Field::Other, _) => _ = fields.next_value::<IgnoredAny>()?,
            }
        }
        let kind = kind.ok_or_else(|| Error::missing_field("type"))?;
        let ack = ack.ok_or_else(|| Error::missing_field("ack"))?;
        if let Some(unread) = unread {
            data = DataOf(&kind).deserialize(unread).map_err(Error::custom)?;
        }
        Ok(match kind {
            SyncEntityType::SyncResetV1 => SyncEvent::Reset(SyncReset(ack)),
            SyncEntityType::SyncCompleteV1 => SyncEvent::Complete(ack),
            kind => {
                let data = data.ok_or_else(|| Error::missing_field("data"))?;
                SyncEvent::Change(SyncChange { kind, ack, data })
            }
        })
    }
}

/// Reads what a line of this type holds; nothing for those that only say how the stream goes on.
struct DataOf<'k>(&'k SyncEntityType);

impl<'de> DeserializeSeed<'de> for DataOf<'_> {
    type Value = Option<SyncData>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<SyncData>, D::Error> {
        match self.0 {
            SyncEntityType::SyncResetV1 | SyncEntityType::SyncCompleteV1 => {
                IgnoredAny::deserialize(deserializer).map(|_| None)
            }
            kind => SyncData::read(kind, deserializer).map(Some),
        }
    }
}
