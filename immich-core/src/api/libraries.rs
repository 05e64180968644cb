//! External libraries: folders of the server that are scanned for photos and videos.

use crate::prelude::*;

group! {
    /// External libraries: folders of the server that are scanned for photos and videos.
    LibrariesApi: libraries
}

endpoint! {
    /// Lists the external libraries of all users; administrators only.
    GetAllLibraries = GET "/libraries" -> Json<Vec<LibraryResponseDto>>;
    LibrariesApi.get_all_libraries, "getAllLibraries" [permission "library.read"];
}

endpoint! {
    /// Creates an external library that belongs to the user `owner_id`, without scanning its folders; administrators only.
    CreateLibrary = POST "/libraries" -> Json<LibraryResponseDto>;
    LibrariesApi.create_library, "createLibrary" [permission "library.create"];
    body { CreateLibraryDto }
}

endpoint! {
    /// Deletes an external library and, in the background, its assets on the server; the files in its folders stay. Administrators only.
    DeleteLibrary = DELETE "/libraries/{id}" -> Empty;
    LibrariesApi.delete_library, "deleteLibrary" [permission "library.delete"];
    path { id: LibraryId }
}

endpoint! {
    /// Gives one external library with its folders, patterns and owner; administrators only.
    GetLibrary = GET "/libraries/{id}" -> Json<LibraryResponseDto>;
    LibrariesApi.get_library, "getLibrary" [permission "library.read"];
    path { id: LibraryId }
}

endpoint! {
    /// Changes the name, folders or exclusion patterns of an external library, without scanning it; administrators only.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateLibrary = PUT "/libraries/{id}" -> Json<LibraryResponseDto>;
    LibrariesApi.update_library, "updateLibrary" [permission "library.update"] [also DeprecatedApi];
    path { id: LibraryId }
    body { UpdateLibraryDto }
}

endpoint! {
    /// Starts a scan of the folders of an external library in the background; administrators only.
    ScanLibrary = POST "/libraries/{id}/scan" -> Empty;
    LibrariesApi.scan_library, "scanLibrary" [permission "library.update"];
    path { id: LibraryId }
}

endpoint! {
    /// Counts the photos and videos of an external library, and their size in bytes; administrators only.
    GetLibraryStatistics = GET "/libraries/{id}/statistics" -> Json<LibraryStatsResponseDto>;
    LibrariesApi.get_library_statistics, "getLibraryStatistics" [permission "library.statistics"];
    path { id: LibraryId }
}

endpoint! {
    /// Checks whether folders could be used for an external library, and says what is wrong with each; nothing is saved. Administrators only.
    Validate = POST "/libraries/{id}/validate" -> Json<ValidateLibraryResponseDto>;
    LibrariesApi.validate, "validate" [permission "all"];
    path { id: LibraryId }
    body { ValidateLibraryDto }
}

request! {
    /// An external library to create: its owner and the folders to scan.
    struct CreateLibraryDto {
        required {
            /// The id of the user who owns it.
            owner_id: UserId,
        }
        optional {
            /// The name of the library.
            name: String,
        }
        optional_lists {
            /// Glob patterns of paths that are not read.
            exclusion_patterns: String,
            /// The folders of the server that the library reads.
            import_paths: String,
        }
    }
}

response! {
    /// An external library: its folders, its owner and how many assets it has.
    struct LibraryResponseDto {
        /// The number of assets.
        asset_count: i64,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// Files that match one of these are left out, such as `**/tmp/**`.
        exclusion_patterns: Vec<String>,
        /// The id of the library.
        id: LibraryId,
        /// The folders of the server that the library reads.
        import_paths: Vec<String>,
        /// The name of the library.
        name: String,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// When the folders were last scanned; null for never.
        #[serde(default, deserialize_with = "read_instant")] refreshed_at: Option<Timestamp>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// How many photos and videos an external library has, and how much space they take.
    struct LibraryStatsResponseDto {
        /// The number of photos.
        photos: i64,
        /// The number of photos and videos.
        total: i64,
        /// Size of all files in bytes.
        usage: i64,
        /// The number of videos.
        videos: i64,
    }
}

request! {
    /// Changes to an external library; lists replace the old ones.
    struct UpdateLibraryDto {
        optional {
            /// The name of the library.
            name: String,
        }
        optional_lists {
            /// Glob patterns of paths that are not read.
            exclusion_patterns: String,
            /// The folders of the server that the library reads.
            import_paths: String,
        }
    }
}

request! {
    /// Folders and patterns to try out before an external library uses them.
    struct ValidateLibraryDto {
        optional_lists {
            /// Glob patterns of paths that are not read.
            exclusion_patterns: String,
            /// The folders of the server that the library reads.
            import_paths: String,
        }
    }
}

response! {
    /// Whether an external library can use one folder, and why not.
    struct ValidateLibraryImportPathResponseDto {
        /// The folder of the server.
        import_path: String,
        /// Whether it can be used.
        is_valid: bool,
        /// Why it cannot be used.
        message: Option<String>,
    }
}

response! {
    /// Which of the tried folders an external library can use.
    struct ValidateLibraryResponseDto {
        /// The folders of the server that the library reads.
        import_paths: Option<Vec<ValidateLibraryImportPathResponseDto>>,
    }
}
