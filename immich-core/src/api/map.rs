//! Places: assets on the map, and names of coordinates.

use crate::prelude::*;

group! {
    /// Places: assets on the map, and names of coordinates.
    MapApi: map
}

endpoint! {
    /// Lists the id and position of each asset of the signed-in user that has a position, and of partners and shared albums if wanted.
    GetMapMarkers = GET "/map/markers" -> Json<Vec<MapMarkerResponseDto>>;
    MapApi.get_map_markers, "getMapMarkers" [permission "map.read"];
    optional {
        /// Taken after this time.
        file_created_after: Timestamp = "fileCreatedAfter",
        /// Taken before this time.
        file_created_before: Timestamp = "fileCreatedBefore",
        /// Only assets in the archive (`true`), or only others (`false`).
        is_archived: bool = "isArchived",
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Whether assets of partners are included that the user shows in the timeline.
        with_partners: bool = "withPartners",
        /// Whether assets of shared albums are included.
        with_shared_albums: bool = "withSharedAlbums",
    }
}

endpoint! {
    /// Names the city, state and country at a position; the list holds one place, or none.
    ReverseGeocode = GET "/map/reverse-geocode" -> Json<Vec<MapReverseGeocodeResponseDto>>;
    MapApi.reverse_geocode, "reverseGeocode" [permission "map.search"];
    query {
        /// The latitude in degrees, -90 to 90.
        lat: f64 = "lat",
        /// The longitude in degrees, -180 to 180.
        lon: f64 = "lon",
    }
}

response! {
    /// The names of the place at given coordinates.
    struct MapReverseGeocodeResponseDto {
        /// The city, as the server names it.
        city: Option<String>,
        /// The country, as the server names it.
        country: Option<String>,
        /// The state or province, as the server names it.
        state: Option<String>,
    }
}
