//! Assets by the folder they are stored in.

use crate::prelude::*;

group! {
    /// Assets by the folder they are stored in.
    ViewsApi: views
}

endpoint! {
    /// Placeholder.
    GetAssetsByOriginalPath = GET "/view/folder" -> Json<Vec<AssetResponseDto>>;
    ViewsApi.get_assets_by_original_path, "getAssetsByOriginalPath" [permission "folder.read"];
    query { path: String = "path" }
}

endpoint! {
    /// Placeholder.
    GetUniqueOriginalPaths = GET "/view/folder/unique-paths" -> Json<Vec<String>>;
    ViewsApi.get_unique_original_paths, "getUniqueOriginalPaths" [permission "folder.read"];
}
