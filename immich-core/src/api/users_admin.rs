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
    optional {
        /// Only the one with this id.
        id: UserId = "id",
        /// Whether deleted users are included.
        with_deleted: bool = "withDeleted",
    }
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
    ///
    /// Immich marks it as deprecated, and no version has another way.
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
    optional {
        /// The first day.
        from: Date = "from",
        /// The last day.
        to: Date = "to",
        /// Only those of this kind.
        type_: CalendarHeatmapType = "type",
    }
}

endpoint! {
    /// Gives the preferences of a user; administrators only.
    GetUserPreferencesAdmin = GET "/admin/users/{id}/preferences" -> Json<UserPreferencesResponseDto>;
    UsersAdminApi.get_user_preferences_admin, "getUserPreferencesAdmin" [permission "adminUser.read"];
    path { id: UserId }
}

endpoint! {
    /// Changes preferences of a user; those that are left out stay. Administrators only.
    ///
    /// Immich marks it as deprecated, and no version has another way.
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
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// Only assets that are shown there.
        visibility: AssetVisibility = "visibility",
    }
}

request! {
    /// A user to create, for administrators.
    struct UserAdminCreateDto {
        named {
            /// The e-mail address.
            email: String,
            /// The name of the user.
            name: String,
            /// The password.
            password: Secret,
        }
        optional {
            /// Whether the user is an administrator.
            is_admin: bool,
            /// Whether the user gets an e-mail.
            notify: bool,
            /// Whether the user must choose a new password at the next sign-in.
            should_change_password: bool,
        }
        patch {
            /// The color of the avatar that stands for a missing profile image.
            avatar_color: UserAvatarColor,
            /// The PIN code, six digits.
            pin_code: Secret,
            /// How much the user may store, in bytes; null or left out for unlimited.
            quota_size_in_bytes: i64,
            /// The name of the user's folder in paths made by the storage template.
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
    /// An administrator's changes to a user; fields that are not set stay as they are.
    struct UserAdminUpdateDto {
        optional {
            /// The e-mail address.
            email: String,
            /// Whether the user is an administrator.
            is_admin: bool,
            /// The name of the user.
            name: String,
            /// The password.
            password: Secret,
            /// Whether the user must choose a new password at the next sign-in.
            should_change_password: bool,
        }
        patch {
            /// The color of the avatar that stands for a missing profile image.
            avatar_color: UserAvatarColor,
            /// The PIN code, six digits.
            pin_code: Secret,
            /// How much the user may store, in bytes; null for unlimited.
            quota_size_in_bytes: i64,
            /// The name of the user's folder in paths made by the storage template.
            storage_label: String,
        }
    }
}
