//! All users of the server, for administrators.

use crate::prelude::*;

group! {
    /// All users of the server, for administrators.
    UsersAdminApi: users_admin
}

endpoint! {
    /// Placeholder.
    SearchUsersAdmin = GET "/admin/users" -> Json<Vec<UserAdminResponseDto>>;
    UsersAdminApi.search_users_admin, "searchUsersAdmin" [permission "adminUser.read"] {sensitive: true};
    optional { id: UserId = "id", with_deleted: bool = "withDeleted" }
}

endpoint! {
    /// Placeholder.
    CreateUserAdmin = POST "/admin/users" -> Json<UserAdminResponseDto>;
    UsersAdminApi.create_user_admin, "createUserAdmin" [permission "adminUser.create"] {sensitive: true};
    body { UserAdminCreateDto }
}

endpoint! {
    /// Placeholder.
    DeleteUserAdmin = DELETE "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.delete_user_admin, "deleteUserAdmin" [permission "adminUser.delete"] {sensitive: true};
    path { id: UserId }
    body { UserAdminDeleteDto }
}

endpoint! {
    /// Placeholder.
    GetUserAdmin = GET "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.get_user_admin, "getUserAdmin" [permission "adminUser.read"] {sensitive: true};
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateUserAdmin = PUT "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.update_user_admin, "updateUserAdmin" [permission "adminUser.update"] [also DeprecatedApi] {sensitive: true};
    path { id: UserId }
    body { UserAdminUpdateDto }
}

endpoint! {
    /// Placeholder.
    GetUserCalendarHeatmapAdmin = GET "/admin/users/{id}/calendar-heatmap" -> Json<CalendarHeatmapResponseDto>;
    UsersAdminApi.get_user_calendar_heatmap_admin, "getUserCalendarHeatmapAdmin" [permission "user.read"] [since "3.1.0"];
    path { id: UserId }
    optional { from: Date = "from", to: Date = "to", type_: CalendarHeatmapType = "type" }
}

endpoint! {
    /// Placeholder.
    GetUserPreferencesAdmin = GET "/admin/users/{id}/preferences" -> Json<UserPreferencesResponseDto>;
    UsersAdminApi.get_user_preferences_admin, "getUserPreferencesAdmin" [permission "adminUser.read"];
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateUserPreferencesAdmin = PUT "/admin/users/{id}/preferences" -> Json<UserPreferencesResponseDto>;
    UsersAdminApi.update_user_preferences_admin, "updateUserPreferencesAdmin" [permission "adminUser.update"] [also DeprecatedApi];
    path { id: UserId }
    body { UserPreferencesUpdateDto }
}

endpoint! {
    /// Placeholder.
    RestoreUserAdmin = POST "/admin/users/{id}/restore" -> Json<UserAdminResponseDto>;
    UsersAdminApi.restore_user_admin, "restoreUserAdmin" [permission "adminUser.delete"] {sensitive: true};
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    GetUserSessionsAdmin = GET "/admin/users/{id}/sessions" -> Json<Vec<SessionResponseDto>>;
    UsersAdminApi.get_user_sessions_admin, "getUserSessionsAdmin" [permission "adminSession.read"];
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    GetUserStatisticsAdmin = GET "/admin/users/{id}/statistics" -> Json<AssetStatsResponseDto>;
    UsersAdminApi.get_user_statistics_admin, "getUserStatisticsAdmin" [permission "adminUser.read"];
    path { id: UserId }
    optional {
        is_favorite: bool = "isFavorite",
        is_trashed: bool = "isTrashed",
        visibility: AssetVisibility = "visibility",
    }
}

request! {
    /// Placeholder.
    struct UserAdminCreateDto {
        required {
            email: String,
            name: String,
            password: Secret,
        }
        optional {
            is_admin: bool,
            notify: bool,
            should_change_password: bool,
        }
        patch {
            avatar_color: UserAvatarColor,
            pin_code: Secret,
            quota_size_in_bytes: i64,
            storage_label: String,
        }
    }
}

request! {
    /// Placeholder.
    struct UserAdminDeleteDto {
        optional {
            force: bool,
        }
    }
}

request! {
    /// Placeholder.
    struct UserAdminUpdateDto {
        optional {
            email: String,
            is_admin: bool,
            name: String,
            password: Secret,
            should_change_password: bool,
        }
        patch {
            avatar_color: UserAvatarColor,
            pin_code: Secret,
            quota_size_in_bytes: i64,
            storage_label: String,
        }
    }
}
