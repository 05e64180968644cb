//! Events of the sync stream.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::acks::{SyncAck, SyncReset};
use crate::api::{SyncData, SyncEntityType};

/// Data of a line that is unknown to this crate. `Debug` shows only its kind, because it may contain a secret.
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
/// It can be deserialized from a line of JSON, even without a client: `serde_json::from_str::<SyncEvent>(line)`.
// Only one event exists at a time, and moving it is cheaper than boxing each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub enum SyncEvent {
    /// An item was created, changed or deleted.
    Change(SyncChange),
    /// The server requests a full resync: **discard everything received from earlier streams**, pass the reset to
    /// [`SyncAcks::wiped`](super::SyncAcks::wiped), send that, and request a new stream, which contains everything. No
    /// other event accompanies this one.
    ///
    /// It happens if it was requested with `update_session`, or if the last complete stream that was acknowledged is
    /// about 30 days old, because the server forgets older deletions.
    Reset(SyncReset),
    /// The stream is complete. Acknowledge it like a change.
    Complete(SyncAck),
}

/// A change of the sync stream.
#[derive(Debug)]
#[non_exhaustive]
pub struct SyncChange {
    /// The type of the line, which is also the variant of `data`.
    pub kind: SyncEntityType,
    /// The acknowledgement of this change, and of all earlier ones of its type.
    pub ack: SyncAck,
    /// The new, changed or deleted item.
    pub data: SyncData,
}

impl SyncEvent {
    /// Returns the type of the line.
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
        // Data that precedes its type is deserialized once that is known; servers send the type first.
        let mut untyped = None::<Value>;
        while let Some(field) = fields.next_key()? {
            match (field, &kind) {
                (Field::Type, Some(_)) => return Err(Error::duplicate_field("type")),
                (Field::Type, None) => kind = Some(fields.next_value()?),
                (Field::Ack, _) => ack = Some(fields.next_value()?),
                (Field::Data, Some(kind)) => data = fields.next_value_seed(DataOf(kind))?,
                (Field::Data, None) => untyped = Some(fields.next_value()?),
                (Field::Other, _) => _ = fields.next_value::<IgnoredAny>()?,
            }
        }
        let kind = kind.ok_or_else(|| Error::missing_field("type"))?;
        let ack = ack.ok_or_else(|| Error::missing_field("ack"))?;
        if let Some(untyped) = untyped {
            data = DataOf(&kind).deserialize(untyped).map_err(Error::custom)?;
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

/// Deserializes the data of a line of this type; `None` if it only marks the state of the stream.
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
