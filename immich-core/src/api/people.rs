//! People who were recognized in photos.

use crate::prelude::*;

group! {
    /// People who were recognized in photos.
    PeopleApi: people
}

endpoint! {
    /// Deletes several people; their faces stay on the assets, without a person.
    DeletePeople = DELETE "/people" -> Empty;
    PeopleApi.delete_people, "deletePeople" [permission "person.delete"];
    body { PeopleDeleteDto }
}

endpoint! {
    /// Lists the people of the signed-in user in pages of 500 unless `size` is given; hidden ones only if `with_hidden` is set.
    GetAllPeople = GET "/people" -> Json<PeopleResponseDto>;
    PeopleApi.get_all_people, "getAllPeople" [permission "person.read"];
    optional {
        /// Orders by similarity to the face in this asset.
        closest_asset_id: AssetId = "closestAssetId",
        /// Orders by similarity to this person.
        closest_person_id: PersonId = "closestPersonId",
        /// Only favorites (`true`), or only others (`false`). Since 3.3.0.
        is_favorite: bool = "isFavorite" since "3.3.0",
        /// Only hidden people (`true`), or only others (`false`). Since 3.3.0.
        is_hidden: bool = "isHidden" since "3.3.0",
        /// Only those with this name. Since 3.3.0.
        name: String = "name" since "3.3.0",
        /// The number of the page, from 1.
        page: i64 = "page",
        /// Only people that this user shares. Since 3.3.0.
        shared_by_id: UserId = "sharedById" since "3.3.0",
        /// Only people that are shared with this user. Since 3.3.0.
        shared_with_id: UserId = "sharedWithId" since "3.3.0",
        /// The number of results on a page.
        size: i64 = "size",
        /// Whether hidden people are included.
        with_hidden: bool = "withHidden",
    }
}

endpoint! {
    /// Creates a person by hand, who has no faces yet.
    CreatePerson = POST "/people" -> Json<PersonResponseDto>;
    PeopleApi.create_person, "createPerson" [permission "person.create"];
    body { PersonCreateDto }
}

endpoint! {
    /// Changes several people at once, each with its own values, and returns a result for each id.
    UpdatePeople = PUT "/people" -> Json<Vec<BulkIdResponseDto>>;
    PeopleApi.update_people, "updatePeople" [permission "person.update"];
    body { PeopleUpdateDto }
}

endpoint! {
    /// Merges all of `ids` into the first of them, and takes over a name or birth date that it lacks; this cannot be undone.
    MergePeople = POST "/people/merge" -> Json<Vec<BulkIdResponseDto>>;
    PeopleApi.merge_people, "mergePeople" [since "3.2.1"];
    body { MergePersonDto }
}

endpoint! {
    /// Stops sharing people with users; each item of the body names one person and one user.
    RemoveUsersFromPeople = DELETE "/people/users" -> Empty;
    PeopleApi.remove_users_from_people, "removeUsersFromPeople" [since "3.3.0"];
    body { Vec<PersonUsersDeleteDtoInner> }
}

endpoint! {
    /// Lists which people are shared, by whom, with whom and in which role.
    GetUsersForPeople = GET "/people/users" -> Json<Vec<PersonUsersResponseDtoInner>>;
    PeopleApi.get_users_for_people, "getUsersForPeople" [since "3.3.0"];
    optional {
        /// Whether to list who shares with the user, or whom the user shares with.
        direction: SharingDirection = "direction",
        /// Only assets of this person.
        person_id: PersonId = "personId",
        /// Only people that the user may access in this way.
        role: PersonUserRole = "role",
        /// Only people that this user shares.
        shared_by_id: UserId = "sharedById",
        /// Only people that are shared with this user.
        shared_with_id: UserId = "sharedWithId",
    }
}

endpoint! {
    /// Shares people with users of the same cluster group in a role, or changes the role of those who have one.
    UpsertPeopleUsers = PUT "/people/users" -> Empty;
    PeopleApi.upsert_people_users, "upsertPeopleUsers" [since "3.3.0"];
    body { PeopleUsersUpsertDto }
}

endpoint! {
    /// Deletes one person; the assets stay, and the faces on them have no person any more.
    DeletePerson = DELETE "/people/{id}" -> Empty;
    PeopleApi.delete_person, "deletePerson" [permission "person.delete"];
    path { id: PersonId }
    optional_body { PersonDeleteDto }
}

endpoint! {
    /// Gives one person with their name and birth date, without their assets.
    GetPerson = GET "/people/{id}" -> Json<PersonResponseDto>;
    PeopleApi.get_person, "getPerson" [permission "person.read"];
    path { id: PersonId }
}

endpoint! {
    /// Changes the name, birth date, picture or visibility of a person; what is left out stays.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdatePerson = PUT "/people/{id}" -> Json<PersonResponseDto>;
    PeopleApi.update_person, "updatePerson" [permission "person.update"] [also DeprecatedApi];
    path { id: PersonId }
    body { PersonUpdateDto }
}

endpoint! {
    /// Merges the people `ids` into the person `id`; this cannot be undone.
    ///
    /// Immich marks it as deprecated: servers have [`MergePeople`] since 3.2.1.
    MergePersonLegacy = POST "/people/{id}/merge" -> Json<Vec<BulkIdResponseDto>>;
    PeopleApi.merge_person_legacy, "mergePersonLegacy" [permission "person.merge"] [also DeprecatedApi];
    path { id: PersonId }
    body { MergePersonDto }
}

endpoint! {
    /// Gives to the person `id` the faces that are named by an asset and the person they have there so far.
    ReassignFaces = PUT "/people/{id}/reassign" -> Json<Vec<PersonResponseDto>>;
    PeopleApi.reassign_faces, "reassignFaces" [permission "person.reassign"];
    path { id: PersonId }
    body { AssetFaceUpdateDto }
}

endpoint! {
    /// Counts the assets on which a person was recognized.
    GetPersonStatistics = GET "/people/{id}/statistics" -> Json<PersonStatisticsResponseDto>;
    PeopleApi.get_person_statistics, "getPersonStatistics" [permission "person.statistics"];
    path { id: PersonId }
}

endpoint! {
    /// Downloads the small picture of a person's face; status 404 if there is none.
    GetPersonThumbnail = GET "/people/{id}/thumbnail" -> Binary;
    PeopleApi.get_person_thumbnail, "getPersonThumbnail" [permission "person.read"];
    path { id: PersonId }
}

request! {
    /// The faces to hand over to another person, for `reassign_faces`.
    struct AssetFaceUpdateDto {
        required_lists {
            /// The data, whose form depends on the kind.
            data: AssetFaceUpdateItem,
        }
    }
}

request! {
    /// The face that a person has in one asset, to be handed over to another person.
    struct AssetFaceUpdateItem {
        required {
            /// The id of the asset.
            asset_id: AssetId,
            /// The id of the person.
            person_id: PersonId,
        }
        optional {
            /// The id of the user. Since 3.3.0.
            user_id: UserId,
        }
    }
}

request! {
    /// The people that are in truth the same, to be made one.
    struct MergePersonDto {
        required_lists {
            /// The people to merge: with the one that stays first for `merge_people`, without it for the older operation.
            ids: PersonId,
        }
    }
}

request! {
    /// The people to delete at once, for `delete_people`.
    struct PeopleDeleteDto {
        required_lists {
            /// The ids.
            ids: PersonId,
        }
        optional {
            /// The id of the user.
            user_id: String,
        }
    }
}

response! {
    /// A page of people, and how many there are in all.
    struct PeopleResponseDto {
        /// Whether there is another page.
        has_next_page: Option<bool>,
        /// How many of all people are hidden.
        hidden: i64,
        /// The people.
        people: Vec<PersonResponseDto>,
        /// How many people there are on all pages, hidden ones too.
        total: i64,
    }
}

request! {
    /// Changes to several people at once, for `update_people`.
    struct PeopleUpdateDto {
        required_lists {
            /// The people.
            people: PeopleUpdateItem,
        }
    }
}

request! {
    /// One person and what to change of it.
    struct PeopleUpdateItem {
        required {
            /// The id of the person.
            id: PersonId,
        }
        optional {
            /// The id of the asset whose face stands for the person.
            feature_face_asset_id: AssetId,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the person is hidden from lists of people.
            is_hidden: bool,
            /// The name of the person; empty for none.
            name: String,
            /// The id of the user. Since 3.3.0.
            user_id: UserId,
        }
        patch {
            /// The date of birth.
            birth_date: Date,
            /// The color.
            color: String,
        }
    }
}

request! {
    /// The people to share, the users to share them with, and what those may do.
    struct PeopleUsersUpsertDto {
        required {
            /// The role of the user.
            role: PersonUserRole,
        }
        required_lists {
            /// The ids of the users it is shared with.
            shared_with_ids: UserId,
        }
        optional {
            /// `everyone` shares all own people, instead of `person_ids`.
            type_: PeopleUsersUpsertType,
        }
        optional_lists {
            /// The ids of the people.
            person_ids: PersonId,
        }
    }
}

string_enum! {
    /// Stands for all of the user's own people, instead of a list of them.
    enum PeopleUsersUpsertType {
        Everyone = "everyone",
    }
}

request! {
    /// A person to create by hand, before any face belongs to it.
    struct PersonCreateDto {
        optional {
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the person is hidden from lists of people.
            is_hidden: bool,
            /// The name of the person; empty for none.
            name: String,
        }
        patch {
            /// The date of birth.
            birth_date: Date,
            /// The color.
            color: String,
        }
    }
}

request! {
    /// Whose version of a shared person to delete, for `delete_person`.
    struct PersonDeleteDto {
        optional {
            /// The id of the user.
            user_id: String,
        }
    }
}

response! {
    /// How many assets a person is in.
    struct PersonStatisticsResponseDto {
        /// The assets.
        assets: i64,
    }
}

request! {
    /// Changes to a person: name, birthday, picture and the like.
    struct PersonUpdateDto {
        optional {
            /// The asset whose face of this person becomes their picture.
            feature_face_asset_id: AssetId,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the person is hidden from lists of people.
            is_hidden: bool,
            /// The name of the person; empty for none.
            name: String,
            /// Whose version of the person to change; left out, all that one may write; from 3.3 on. Since 3.3.0.
            user_id: UserId,
        }
        patch {
            /// The birthday, as a date; null takes it away.
            birth_date: Date,
            /// The color.
            color: String,
        }
    }
}

request! {
    /// One sharing of a person with a user that shall end.
    struct PersonUsersDeleteDtoInner {
        required {
            /// The id of the person.
            person_id: PersonId,
            /// The id of the user it is shared with.
            shared_with_id: UserId,
        }
        optional {
            /// The id of the user who shares.
            shared_by_id: UserId,
        }
    }
}

response! {
    /// One sharing of a person: who shares it, with whom, and what they may do.
    struct PersonUsersResponseDtoInner {
        /// The id of the person.
        person_id: PersonId,
        /// The role of the user.
        role: PersonUserRole,
        /// The users who share the person with this one.
        shared_by: UserResponseDto,
        /// The id of the user who shares.
        shared_by_id: UserId,
        /// The users that the person is shared with.
        shared_with: UserResponseDto,
        /// The id of the user it is shared with.
        shared_with_id: UserId,
    }
}

string_enum! {
    /// Whether people are shared by the user or with the user.
    enum SharingDirection {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}
