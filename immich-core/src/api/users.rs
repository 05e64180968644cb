//! The signed-in user, and what is known of the others.

use crate::prelude::*;

group! {
    /// The signed-in user, and what is known of the others.
    UsersApi: users
}

endpoint! {
    /// Lists the users of the server, or only the signed-in user if the server keeps the others private.
    SearchUsers = GET "/users" -> Json<Vec<UserResponseDto>>;
    UsersApi.search_users, "searchUsers" [permission "user.read"];
}

endpoint! {
    /// Gives the account of the signed-in user, with their quota and how much of it is used, in bytes.
    GetMyUser = GET "/users/me" -> Json<UserAdminResponseDto>;
    UsersApi.get_my_user, "getMyUser" [permission "user.read"] {sensitive: true};
}

endpoint! {
    /// Changes the name, email address, colour or password of the signed-in user.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateMyUser = PUT "/users/me" -> Json<UserAdminResponseDto>;
    UsersApi.update_my_user, "updateMyUser" [permission "user.update"] [also DeprecatedApi] {sensitive: true};
    body { UserUpdateMeDto }
}

endpoint! {
    /// Counts the assets of the signed-in user for each day of a range, by the day they were uploaded or taken.
    GetMyCalendarHeatmap = GET "/users/me/calendar-heatmap" -> Json<CalendarHeatmapResponseDto>;
    UsersApi.get_my_calendar_heatmap, "getMyCalendarHeatmap" [permission "user.read"] [since "3.0.0"];
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
    /// Removes the product licence of the signed-in user.
    DeleteUserLicense = DELETE "/users/me/license" -> Empty;
    UsersApi.delete_user_license, "deleteUserLicense" [permission "userLicense.delete"];
}

endpoint! {
    /// Gives the product licence of the signed-in user, or status 404 if they have none.
    GetUserLicense = GET "/users/me/license" -> Json<UserLicense>;
    UsersApi.get_user_license, "getUserLicense" [permission "userLicense.read"] {sensitive: true};
}

endpoint! {
    /// Registers a product licence for the signed-in user.
    SetUserLicense = PUT "/users/me/license" -> Json<UserLicense>;
    UsersApi.set_user_license, "setUserLicense" [permission "userLicense.update"] {sensitive: true};
    body { LicenseKeyDto }
}

endpoint! {
    /// Forgets that the signed-in user has been through the introduction to Immich.
    DeleteUserOnboarding = DELETE "/users/me/onboarding" -> Empty;
    UsersApi.delete_user_onboarding, "deleteUserOnboarding" [permission "userOnboarding.delete"];
}

endpoint! {
    /// Returns whether the signed-in user has been through the introduction to Immich.
    GetUserOnboarding = GET "/users/me/onboarding" -> Json<OnboardingResponseDto>;
    UsersApi.get_user_onboarding, "getUserOnboarding" [permission "userOnboarding.read"];
}

endpoint! {
    /// Sets whether the signed-in user has been through the introduction to Immich.
    SetUserOnboarding = PUT "/users/me/onboarding" -> Json<OnboardingResponseDto>;
    UsersApi.set_user_onboarding, "setUserOnboarding" [permission "userOnboarding.update"];
    body { OnboardingDto }
}

endpoint! {
    /// Gives the preferences of the signed-in user, such as those for albums, mails and memories.
    GetMyPreferences = GET "/users/me/preferences" -> Json<UserPreferencesResponseDto>;
    UsersApi.get_my_preferences, "getMyPreferences" [permission "userPreference.read"];
}

endpoint! {
    /// Changes preferences of the signed-in user; those that are left out stay.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateMyPreferences = PUT "/users/me/preferences" -> Json<UserPreferencesResponseDto>;
    UsersApi.update_my_preferences, "updateMyPreferences" [permission "userPreference.update"] [also DeprecatedApi];
    body { UserPreferencesUpdateDto }
}

endpoint! {
    /// Deletes the profile image of the signed-in user; having none is an error with status 400.
    DeleteProfileImage = DELETE "/users/profile-image" -> Empty;
    UsersApi.delete_profile_image, "deleteProfileImage" [permission "userProfileImage.delete"];
}

endpoint! {
    /// Uploads a picture as the profile image of the signed-in user, instead of the one before.
    CreateProfileImage = POST "/users/profile-image" -> Json<CreateProfileImageResponseDto>;
    UsersApi.create_profile_image, "createProfileImage" [permission "userProfileImage.update"];
    multipart {
        /// The file to upload.
        file: FilePart = "file";
    }
}

endpoint! {
    /// Gives the name, email address and picture of another user, as any signed-in user may see them.
    GetUser = GET "/users/{id}" -> Json<UserResponseDto>;
    UsersApi.get_user, "getUser" [permission "user.read"];
    path { id: UserId }
}

endpoint! {
    /// Downloads the profile image of a user; status 404 if they have none.
    GetProfileImage = GET "/users/{id}/profile-image" -> Binary;
    UsersApi.get_profile_image, "getProfileImage" [permission "userProfileImage.read"];
    path { id: UserId }
}

response! {
    /// The picture that a user has just uploaded of themselves.
    struct CreateProfileImageResponseDto {
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// The path of the profile image on the server; empty if there is none.
        profile_image_path: String,
        /// The id of the user.
        user_id: UserId,
    }
}

request! {
    /// Whether the signed-in user is through with the first steps in the app.
    struct OnboardingDto {
        required {
            /// Whether the introduction was completed.
            is_onboarded: bool,
        }
    }
}

response! {
    /// Whether the signed-in user has been shown the first steps in the app.
    struct OnboardingResponseDto {
        /// Whether the introduction was completed.
        is_onboarded: bool,
    }
}

request! {
    /// The changes of the signed-in user to themselves.
    struct UserUpdateMeDto {
        optional {
            /// The e-mail address.
            email: String,
            /// The name of the user.
            name: String,
            /// The password.
            password: Secret,
        }
        patch {
            /// The color of the avatar that stands for a missing profile image.
            avatar_color: UserAvatarColor,
        }
    }
}
