//! External libraries: folders of the server that are scanned for photos and videos.

use crate::prelude::*;

group! {
    /// External libraries: folders of the server that are scanned for photos and videos.
    LibrariesApi: libraries
}

endpoint! {
    /// Placeholder.
    GetAllLibraries = GET "/libraries" -> Json<Vec<LibraryResponseDto>>;
    LibrariesApi.get_all_libraries, "getAllLibraries" [permission "library.read"];
}

endpoint! {
    /// Placeholder.
    CreateLibrary = POST "/libraries" -> Json<LibraryResponseDto>;
    LibrariesApi.create_library, "createLibrary" [permission "library.create"];
    body { CreateLibraryDto }
}

endpoint! {
    /// Placeholder.
    DeleteLibrary = DELETE "/libraries/{id}" -> Empty;
    LibrariesApi.delete_library, "deleteLibrary" [permission "library.delete"];
    path { id: LibraryId }
}

endpoint! {
    /// Placeholder.
    GetLibrary = GET "/libraries/{id}" -> Json<LibraryResponseDto>;
    LibrariesApi.get_library, "getLibrary" [permission "library.read"];
    path { id: LibraryId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateLibrary = PUT "/libraries/{id}" -> Json<LibraryResponseDto>;
    LibrariesApi.update_library, "updateLibrary" [permission "library.update"] [also DeprecatedApi];
    path { id: LibraryId }
    body { UpdateLibraryDto }
}

endpoint! {
    /// Placeholder.
    ScanLibrary = POST "/libraries/{id}/scan" -> Empty;
    LibrariesApi.scan_library, "scanLibrary" [permission "library.update"];
    path { id: LibraryId }
}

endpoint! {
    /// Placeholder.
    GetLibraryStatistics = GET "/libraries/{id}/statistics" -> Json<LibraryStatsResponseDto>;
    LibrariesApi.get_library_statistics, "getLibraryStatistics" [permission "library.statistics"];
    path { id: LibraryId }
}

endpoint! {
    /// Placeholder.
    Validate = POST "/libraries/{id}/validate" -> Json<ValidateLibraryResponseDto>;
    LibrariesApi.validate, "validate" [permission "all"];
    path { id: LibraryId }
    body { ValidateLibraryDto }
}

request! {
    /// Placeholder.
    struct CreateLibraryDto {
        required {
            owner_id: UserId,
        }
        optional {
            name: String,
        }
        optional_lists {
            exclusion_patterns: String,
            import_paths: String,
        }
    }
}

response! {
    /// Placeholder.
    struct LibraryResponseDto {
        asset_count: i64,
        created_at: Timestamp,
        exclusion_patterns: Vec<String>,
        id: LibraryId,
        import_paths: Vec<String>,
        name: String,
        owner_id: UserId,
        refreshed_at: Option<Timestamp>,
        updated_at: Timestamp,
    }
}

response! {
    /// Placeholder.
    struct LibraryStatsResponseDto {
        photos: i64,
        total: i64,
        usage: i64,
        videos: i64,
    }
}

request! {
    /// Placeholder.
    struct UpdateLibraryDto {
        optional {
            name: String,
        }
        optional_lists {
            exclusion_patterns: String,
            import_paths: String,
        }
    }
}

request! {
    /// Placeholder.
    struct ValidateLibraryDto {
        optional_lists {
            exclusion_patterns: String,
            import_paths: String,
        }
    }
}

response! {
    /// Placeholder.
    struct ValidateLibraryImportPathResponseDto {
        import_path: String,
        is_valid: bool,
        message: Option<String>,
    }
}

response! {
    /// Placeholder.
    struct ValidateLibraryResponseDto {
        import_paths: Option<Vec<ValidateLibraryImportPathResponseDto>>,
    }
}
