//! The metadata of a photo or a video: read from the file, or set by a test.

use immich_core::AssetId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value, json};

use super::server::FakeImmich;
use super::time;

/// The fields of `exifInfo` that a test can set.
const FIELDS: [&str; 16] = [
    "city",
    "country",
    "exifImageHeight",
    "exifImageWidth",
    "exposureTime",
    "fNumber",
    "focalLength",
    "iso",
    "latitude",
    "lensModel",
    "longitude",
    "make",
    "model",
    "orientation",
    "projectionType",
    "state",
];

/// Text of a file. Most assets have few of them, so each takes as little memory as possible.
type Text = Option<Box<str>>;

/// The metadata of the file of an asset, and the names of its place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Exif {
    pub(super) city: Text,
    pub(super) state: Text,
    pub(super) country: Text,
    pub(super) make: Text,
    pub(super) model: Text,
    pub(super) lens_model: Text,
    pub(super) exposure_time: Text,
    pub(super) orientation: Text,
    pub(super) projection_type: Text,
    pub(super) exif_image_width: Option<Number>,
    pub(super) exif_image_height: Option<Number>,
    pub(super) f_number: Option<Number>,
    pub(super) focal_length: Option<Number>,
    pub(super) iso: Option<Number>,
    /// The duration of a video in milliseconds.
    pub(super) duration: Option<u64>,
}

impl Exif {
    /// A field that is text, by its name in the API.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = match name {
            "city" => &self.city,
            "state" => &self.state,
            "country" => &self.country,
            "make" => &self.make,
            "model" => &self.model,
            "lensModel" => &self.lens_model,
            "exposureTime" => &self.exposure_time,
            "orientation" => &self.orientation,
            "projectionType" => &self.projection_type,
            _ => return None,
        };
        text.as_deref()
    }

    /// The metadata with another value of a field, by its name in the API; an error if the value does not fit.
    fn with(&self, name: &str, value: &Value) -> serde_json::Result<Self> {
        let mut fields = json!(self);
        fields[name] = value.clone();
        serde_json::from_value(fields)
    }

    /// The width and height as shown, which the orientation may exchange.
    pub(super) fn size(&self) -> (Option<&Number>, Option<&Number>) {
        let is_sideways = matches!(self.orientation.as_deref(), Some("5" | "6" | "7" | "8"));
        let (width, height) = (self.exif_image_width.as_ref(), self.exif_image_height.as_ref());
        if is_sideways { (height, width) } else { (width, height) }
    }

    /// The width as shown, divided by the height, with three decimals; 1 if the size is unknown.
    pub(super) fn ratio(&self) -> Value {
        let (width, height) = self.size();
        let ratio = width.and_then(Number::as_f64).zip(height.and_then(Number::as_f64));
        match ratio.map(|(width, height)| (width / height * 1000.0).round() / 1000.0) {
            Some(ratio) if ratio.is_finite() && ratio > 0.0 => number(ratio).into(),
            _ => 1.into(),
        }
    }
}

/// A number as JavaScript writes it: whole numbers have no decimals.
pub(super) fn number(number: f64) -> Option<Number> {
    if number.fract() == 0.0 && number.abs() < 1e15 { Some((number as i64).into()) } else { Number::from_f64(number) }
}

/// The metadata that a real server reads from photos.
impl FakeImmich {
    /// Sets fields of `exifInfo` that a real server reads from the file or finds by the position, such as `make`,
    /// `city` and `exifImageWidth`; null removes a field. Searches, suggestions and the lists of places use them.
    ///
    /// ```
    /// use immich_mock::FakeImmich;
    /// use serde_json::json;
    ///
    /// let server = FakeImmich::new();
    /// let id = server.add_photos(1)[0];
    /// let fields = json!({ "city": "Paris", "country": "France", "make": "Canon" });
    /// server.set_exif(id, fields.as_object().unwrap())?;
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// The reason if there is no such asset, or a field is unknown or of the wrong type. Nothing is changed then.
    pub fn set_exif(&self, id: AssetId, fields: &Map<String, Value>) -> Result<(), String> {
        for (name, value) in fields {
            if !FIELDS.contains(&name.as_str()) {
                return Err(format!("{name:?} is not a field that can be set: {}", FIELDS.join(", ")));
            }
            let fits = match name.as_str() {
                "latitude" | "longitude" => value.is_number() || value.is_null(),
                _ => Exif::default().with(name, value).is_ok(),
            };
            if !fits {
                return Err(format!("{name:?} has a value of the wrong type"));
            }
        }
        let mut state = self.state();
        let asset = state.assets.get_mut(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        for (name, value) in fields {
            match name.as_str() {
                "latitude" => asset.latitude = value.as_f64(),
                "longitude" => asset.longitude = value.as_f64(),
                _ => asset.exif = asset.exif.with(name, value).map_err(|error| error.to_string())?,
            }
        }
        asset.updated_at = time::now();
        Ok(())
    }
}
