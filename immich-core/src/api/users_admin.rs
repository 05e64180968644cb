//! All users of the server, for administrators.

use crate::prelude::*;

group! {
    /// All users of the server, for administrators.
    UsersAdminApi: users_admin
}

endpoint! {
    /// Lists the accounts of all users, those marked as deleted only if `with_deleted` is set; administrators only.
    SearchUsersAdmin = GET "/admin/users" -> Json<Vec<UserAdminResponseDto>>;
    UsersAdminApi.search_users_admin, "searchUsersAdmin" [permission "adminUser.read"] {sensitive: true};
    optional { id: UserId = "id", with_deleted: bool = "withDeleted" }
}

endpoint! {
    /// Creates a user, and sends them a mail if `notify` is set; administrators only.
    CreateUserAdmin = POST "/admin/users" -> Json<UserAdminResponseDto>;
    UsersAdminApi.create_user_admin, "createUserAdmin" [permission "adminUser.create"] {sensitive: true};
    body { UserAdminCreateDto }
}

endpoint! {
    /// Marks a user as deleted, to be removed with all their assets after some days, or at once if `force` is set; administrators only.
    DeleteUserAdmin = DELETE "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.delete_user_admin, "deleteUserAdmin" [permission "adminUser.delete"] {sensitive: true};
    path { id: UserId }
    body { UserAdminDeleteDto }
}

endpoint! {
    /// Gives the whole account of a user, even of one who is marked as deleted; administrators only.
    GetUserAdmin = GET "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.get_user_admin, "getUserAdmin" [permission "adminUser.read"] {sensitive: true};
    path { id: UserId }
}

endpoint! {
    /// Changes the account of a user, such as quota, password or administrator rights; administrators only.
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdateUserAdmin = PUT "/admin/users/{id}" -> Json<UserAdminResponseDto>;
    UsersAdminApi.update_user_admin, "updateUserAdmin" [permission "adminUser.update"] [also DeprecatedApi] {sensitive: true};
    path { id: UserId }
    body { UserAdminUpdateDto }
}

endpoint! {
    /// Counts the assets of a user for each day of a range, by the day they were uploaded or taken; administrators only.
    GetUserCalendarHeatmapAdmin = GET "/admin/users/{id}/calendar-heatmap" -> Json<CalendarHeatmapResponseDto>;
    UsersAdminApi.get_user_calendar_heatmap_admin, "getUserCalendarHeatmapAdmin" [permission "user.read"] [since "3.0.0"];
    path { id: UserId }
    optional { from: Date = "from", to: Date = "to", type_: CalendarHeatmapType = "type" }
}

endpoint! {
    /// Gives the preferences of a user; administrators only.
    GetUserPreferencesAdmin = GET "/admin/users/{id}/preferences" -> Json<UserPreferencesResponseDto>;
    UsersAdminApi.get_user_preferences_admin, "getUserPreferencesAdmin" [permission "adminUser.read"];
    path { id: UserId }
}

endpoint! {
    /// Changes preferences of a user; those that are left out stay. Administrators only.
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdateUserPreferencesAdmin = PUT "/admin/users/{id}/preferences" -> Json<UserPreferencesResponseDto>;
    UsersAdminApi.update_user_preferences_admin, "updateUserPreferencesAdmin" [permission "adminUser.update"] [also DeprecatedApi];
    path { id: UserId }
    body { UserPreferencesUpdateDto }
}

endpoint! {
    /// Brings back a user who was marked as deleted, as long as they are not removed yet; administrators only.
    RestoreUserAdmin = POST "/admin/users/{id}/restore" -> Json<UserAdminResponseDto>;
    UsersAdminApi.restore_user_admin, "restoreUserAdmin" [permission "adminUser.delete"] {sensitive: true};
    path { id: UserId }
}

endpoint! {
    /// Lists the sessions of a user, one for each device; administrators only.
    GetUserSessionsAdmin = GET "/admin/users/{id}/sessions" -> Json<Vec<SessionResponseDto>>;
    UsersAdminApi.get_user_sessions_admin, "getUserSessionsAdmin" [permission "adminSession.read"];
    path { id: UserId }
}

endpoint! {
    /// Counts the photos and videos of a user; administrators only.
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
    /// A user to create, for administrators.
    struct UserAdminCreateDto {
        named {
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
            /// How much the user may store, in bytes; null or left out for unlimited.
            quota_size_in_bytes: i64,
            storage_label: String,
        }
    }
}

request! {
    /// Whether to delete a user at once or after the usual delay.
    struct UserAdminDeleteDto {
        optional {
            /// True removes the user and all their assets without the usual delay.
            force: bool,
        }
    }
}

request! {
    /// What an administrator changes of a user; what is left out stays as it is.
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
            /// How much the user may store, in bytes; null for unlimited.
            quota_size_in_bytes: i64,
            storage_label: String,
        }
    }
}
