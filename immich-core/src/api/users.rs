//! The signed-in user, and what is known of the others.

use crate::prelude::*;

group! {
    /// The signed-in user, and what is known of the others.
    UsersApi: users
}

endpoint! {
    /// Placeholder.
    SearchUsers = GET "/users" -> Json<Vec<UserResponseDto>>;
    UsersApi.search_users, "searchUsers" [permission "user.read"];
}

endpoint! {
    /// Placeholder.
    GetMyUser = GET "/users/me" -> Json<UserAdminResponseDto>;
    UsersApi.get_my_user, "getMyUser" [permission "user.read"] {sensitive: true};
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateMyUser = PUT "/users/me" -> Json<UserAdminResponseDto>;
    UsersApi.update_my_user, "updateMyUser" [permission "user.update"] [also DeprecatedApi] {sensitive: true};
    body { UserUpdateMeDto }
}

endpoint! {
    /// Placeholder.
    GetMyCalendarHeatmap = GET "/users/me/calendar-heatmap" -> Json<CalendarHeatmapResponseDto>;
    UsersApi.get_my_calendar_heatmap, "getMyCalendarHeatmap" [permission "user.read"] [since "3.1.0"];
    optional { from: Date = "from", to: Date = "to", type_: CalendarHeatmapType = "type" }
}

endpoint! {
    /// Placeholder.
    DeleteUserLicense = DELETE "/users/me/license" -> Empty;
    UsersApi.delete_user_license, "deleteUserLicense" [permission "userLicense.delete"];
}

endpoint! {
    /// Placeholder.
    GetUserLicense = GET "/users/me/license" -> Json<UserLicense>;
    UsersApi.get_user_license, "getUserLicense" [permission "userLicense.read"] {sensitive: true};
}

endpoint! {
    /// Placeholder.
    SetUserLicense = PUT "/users/me/license" -> Json<UserLicense>;
    UsersApi.set_user_license, "setUserLicense" [permission "userLicense.update"] {sensitive: true};
    body { LicenseKeyDto }
}

endpoint! {
    /// Placeholder.
    DeleteUserOnboarding = DELETE "/users/me/onboarding" -> Empty;
    UsersApi.delete_user_onboarding, "deleteUserOnboarding" [permission "userOnboarding.delete"];
}

endpoint! {
    /// Placeholder.
    GetUserOnboarding = GET "/users/me/onboarding" -> Json<OnboardingResponseDto>;
    UsersApi.get_user_onboarding, "getUserOnboarding" [permission "userOnboarding.read"];
}

endpoint! {
    /// Placeholder.
    SetUserOnboarding = PUT "/users/me/onboarding" -> Json<OnboardingResponseDto>;
    UsersApi.set_user_onboarding, "setUserOnboarding" [permission "userOnboarding.update"];
    body { OnboardingDto }
}

endpoint! {
    /// Placeholder.
    GetMyPreferences = GET "/users/me/preferences" -> Json<UserPreferencesResponseDto>;
    UsersApi.get_my_preferences, "getMyPreferences" [permission "userPreference.read"];
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateMyPreferences = PUT "/users/me/preferences" -> Json<UserPreferencesResponseDto>;
    UsersApi.update_my_preferences, "updateMyPreferences" [permission "userPreference.update"] [also DeprecatedApi];
    body { UserPreferencesUpdateDto }
}

endpoint! {
    /// Placeholder.
    DeleteProfileImage = DELETE "/users/profile-image" -> Empty;
    UsersApi.delete_profile_image, "deleteProfileImage" [permission "userProfileImage.delete"];
}

endpoint! {
    /// Placeholder.
    CreateProfileImage = POST "/users/profile-image" -> Json<CreateProfileImageResponseDto>;
    UsersApi.create_profile_image, "createProfileImage" [permission "userProfileImage.update"];
    multipart {
        file: FilePart = "file";
    }
}

endpoint! {
    /// Placeholder.
    GetUser = GET "/users/{id}" -> Json<UserResponseDto>;
    UsersApi.get_user, "getUser" [permission "user.read"];
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    GetProfileImage = GET "/users/{id}/profile-image" -> Binary;
    UsersApi.get_profile_image, "getProfileImage" [permission "userProfileImage.read"];
    path { id: UserId }
}

response! {
    /// Placeholder.
    struct CreateProfileImageResponseDto {
        profile_changed_at: Timestamp,
        profile_image_path: String,
        user_id: UserId,
    }
}

request! {
    /// Placeholder.
    struct OnboardingDto {
        required {
            is_onboarded: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct OnboardingResponseDto {
        is_onboarded: bool,
    }
}

request! {
    /// Placeholder.
    struct UserUpdateMeDto {
        optional {
            email: String,
            name: String,
            password: Secret,
        }
        patch {
            avatar_color: UserAvatarColor,
        }
    }
}
