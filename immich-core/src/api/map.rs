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
        file_created_after: Timestamp = "fileCreatedAfter",
        file_created_before: Timestamp = "fileCreatedBefore",
        is_archived: bool = "isArchived",
        is_favorite: bool = "isFavorite",
        with_partners: bool = "withPartners",
        with_shared_albums: bool = "withSharedAlbums",
    }
}

endpoint! {
    /// Names the city, state and country at a position; the list holds one place, or none.
    ReverseGeocode = GET "/map/reverse-geocode" -> Json<Vec<MapReverseGeocodeResponseDto>>;
    MapApi.reverse_geocode, "reverseGeocode" [permission "map.search"];
    query { lat: f64 = "lat", lon: f64 = "lon" }
}

response! {
    /// The names of the place at given coordinates.
    struct MapReverseGeocodeResponseDto {
        city: Option<String>,
        country: Option<String>,
        state: Option<String>,
    }
}
