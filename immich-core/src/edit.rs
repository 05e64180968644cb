//! The parameters of an edit, which nothing but their fields tells apart.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::api::{CropParameters, MirrorParameters, RotateParameters};

/// What an edit of a photo does: the parameters of its `action`.
///
/// ```
/// use immich_core::{AssetEditParameters, api::RotateParameters};
///
/// let edit = AssetEditParameters::from(RotateParameters::new(90));
/// assert_eq!(serde_json::to_string(&edit).unwrap(), r#"{"angle":90}"#);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AssetEditParameters {
    /// Cut a rectangle out.
    Crop(CropParameters),
    /// Turn.
    Rotate(RotateParameters),
    /// Mirror.
    Mirror(MirrorParameters),
    /// Parameters that the descriptions do not have, as the server wrote them.
    Unknown(Value),
}

macro_rules! from {
    ($($variant:ident: $type:ty),+) => {$(
        impl From<$type> for AssetEditParameters {
            fn from(parameters: $type) -> Self {
                Self::$variant(parameters)
            }
        }
    )+};
}

from!(Crop: CropParameters, Rotate: RotateParameters, Mirror: MirrorParameters);

impl Serialize for AssetEditParameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Crop(parameters) => parameters.serialize(serializer),
            Self::Rotate(parameters) => parameters.serialize(serializer),
            Self::Mirror(parameters) => parameters.serialize(serializer),
            Self::Unknown(parameters) => parameters.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AssetEditParameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match () {
            () if value.get("angle").is_some() => RotateParameters::deserialize(&value).map(Self::Rotate),
            () if value.get("axis").is_some() => MirrorParameters::deserialize(&value).map(Self::Mirror),
            () => CropParameters::deserialize(&value).map(Self::Crop),
        }
        .unwrap_or(Self::Unknown(value)))
    }
}

#[cfg(feature = "fixtures")]
impl Default for AssetEditParameters {
    fn default() -> Self {
        Self::Unknown(Value::Null)
    }
}
