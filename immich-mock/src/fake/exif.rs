//! The metadata of a photo, set by a test because the fake does not read files.

use immich_core::AssetId;
use serde_json::{Map, Value};

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

/// The fields whose values are numbers; those of all others are text.
const NUMBERS: [&str; 7] =
    ["exifImageHeight", "exifImageWidth", "fNumber", "focalLength", "iso", "latitude", "longitude"];

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
            let fits = if NUMBERS.contains(&name.as_str()) { value.is_number() } else { value.is_string() };
            if !fits && !value.is_null() {
                return Err(format!("{name:?} has a value of the wrong type"));
            }
        }
        let mut state = self.state();
        let asset = state.assets.get_mut(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        for (name, value) in fields {
            match name.as_str() {
                "latitude" => asset.latitude = value.as_f64(),
                "longitude" => asset.longitude = value.as_f64(),
                _ if value.is_null() => drop(asset.exif.remove(name)),
                _ => drop(asset.exif.insert(name.clone(), value.clone())),
            }
        }
        asset.updated_at = time::now();
        Ok(())
    }
}
