//! Assets by the folder they are stored in.

use crate::prelude::*;

group! {
    /// Assets by the folder they are stored in.
    ViewsApi: views
}

endpoint! {
    /// Lists the assets of the signed-in user whose files are in the folder `path`, not those in folders below it.
    GetAssetsByOriginalPath = GET "/view/folder" -> Json<Vec<AssetResponseDto>>;
    ViewsApi.get_assets_by_original_path, "getAssetsByOriginalPath" [permission "folder.read"];
    query {
        /// Only assets directly in this folder of the server.
        path: String = "path",
    }
}

endpoint! {
    /// Lists the folders on the server in which the signed-in user has photos or videos.
    GetUniqueOriginalPaths = GET "/view/folder/unique-paths" -> Json<Vec<Option<String>>>;
    ViewsApi.get_unique_original_paths, "getUniqueOriginalPaths" [permission "folder.read"];
}
