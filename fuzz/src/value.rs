//! Values that are texts with a form: lengths, instants, local times, ids, versions.

use immich_core::jiff::Timestamp;
use immich_core::{AssetDuration, AssetId, LocalDateTime};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The input is JSON, or a text. A value that comes of it is the same after it was written and read again.
pub fn values(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let values = [serde_json::from_slice(data).unwrap_or_default(), Value::from(text.as_ref())];
    for value in values {
        round::<AssetDuration>(&value);
        round::<Timestamp>(&value);
        round::<LocalDateTime>(&value);
        round::<AssetId>(&value);
    }
}

fn round<T: DeserializeOwned + Serialize>(value: &Value) {
    let Ok(read) = T::deserialize(value) else { return };
    let written = serde_json::to_value(&read).expect("what was read can be written");
    let again = T::deserialize(&written).unwrap_or_else(|error| panic!("{value} was written as {written}: {error}"));
    assert_eq!(serde_json::to_value(&again).expect("and written again"), written, "{value}");
}
