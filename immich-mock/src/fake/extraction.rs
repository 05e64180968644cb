//! The metadata job: takes over the metadata of the file of an asset.

use std::path::Path;

use super::exif::Exif;
use super::places;
use super::read::{self, Found};
use super::state::Asset;

impl Asset {
    /// Reads the file and its sidecar. What the user has set stays.
    pub(super) fn take_metadata(&mut self) {
        let extension = Path::new(&self.path).extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let found = read::read(self.kind, &extension, &self.content.bytes(), self.sidecar.as_deref());
        let Found { exif, taken, zone, place, description, rating } = found;
        if self.exif == Exif::default() {
            self.exif = exif;
        }
        self.offset = self.offset.or(zone);
        if let Some((taken, offset)) = taken.filter(|_| !self.is_dated) {
            (self.file_created_at, self.offset) = (taken, offset);
        }
        if let (None, None, Some((latitude, longitude))) = (self.latitude, self.longitude, place) {
            (self.latitude, self.longitude) = (Some(latitude), Some(longitude));
        }
        let city =
            self.latitude.zip(self.longitude).and_then(|(latitude, longitude)| places::city_near(latitude, longitude));
        if let Some((city, state, country)) = city {
            let names = [city, state, country].map(|name| Some(name.into()));
            [self.exif.city, self.exif.state, self.exif.country] = names;
        }
        if self.description.is_empty() {
            self.description = description.unwrap_or_default();
        }
        self.rating = self.rating.or(rating);
    }
}
