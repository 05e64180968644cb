//! The parameters of an edit. Only their fields distinguish the variants.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::api::{CropParameters, MirrorParameters, RotateParameters};
use crate::integers::make_integers;

/// The parameters of an edit of a photo.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{AssetEditParameters, api::RotateParameters};
///
/// let edit = AssetEditParameters::from(RotateParameters::new(90));
/// assert_eq!(serde_json::to_string(&edit).unwrap(), r#"{"angle":90}"#);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AssetEditParameters {
    /// Crop to a rectangle.
    Crop(CropParameters),
    /// Rotate.
    Rotate(RotateParameters),
    /// Mirror.
    Mirror(MirrorParameters),
    /// Parameters unknown to this crate, as the server sent them.
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
        // This never fails, so the retry with numbers such as `90.0` as integers must be done here as well.
        let mut converted = value.clone();
        make_integers(&mut converted);
        Ok(match () {
            () if converted.get("angle").is_some() => RotateParameters::deserialize(converted).map(Self::Rotate),
            () if converted.get("axis").is_some() => MirrorParameters::deserialize(converted).map(Self::Mirror),
            () => CropParameters::deserialize(converted).map(Self::Crop),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> AssetEditParameters {
        serde_json::from_str(json).expect("any JSON")
    }

    #[test]
    fn fields_determine_the_variant() {
        assert!(matches!(read(r#"{"angle": 90}"#), AssetEditParameters::Rotate(rotate) if rotate.angle == 90));
        assert!(
            matches!(read(r#"{"angle": 90.0, "new": 1}"#), AssetEditParameters::Rotate(rotate) if rotate.angle == 90)
        );
        assert!(matches!(read(r#"{"axis": "new"}"#), AssetEditParameters::Mirror(_)));
        let crop = read(r#"{"x": 1.0, "y": 2, "width": 3.0, "height": 4}"#);
        assert!(matches!(crop, AssetEditParameters::Crop(crop) if (crop.x, crop.width) == (1, 3)));
    }

    #[test]
    fn unknown_parameters_are_preserved() {
        for json in [r#"{"blur":2.0}"#, r#"{"angle":90.5}"#, r#"{"height":1,"width":1,"x":0.5,"y":1}"#, "null"] {
            let kept = read(json);
            assert!(matches!(kept, AssetEditParameters::Unknown(_)), "{json}");
            assert_eq!(serde_json::to_string(&kept).expect("JSON"), json);
        }
    }
}
