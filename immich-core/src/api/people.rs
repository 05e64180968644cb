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
        closest_asset_id: AssetId = "closestAssetId",
        closest_person_id: PersonId = "closestPersonId",
        is_favorite: bool = "isFavorite",
        is_hidden: bool = "isHidden",
        name: String = "name",
        page: i64 = "page",
        shared_by_id: UserId = "sharedById",
        shared_with_id: UserId = "sharedWithId",
        size: i64 = "size",
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
        direction: SharingDirection = "direction",
        person_id: PersonId = "personId",
        role: PersonUserRole = "role",
        shared_by_id: UserId = "sharedById",
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
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdatePerson = PUT "/people/{id}" -> Json<PersonResponseDto>;
    PeopleApi.update_person, "updatePerson" [permission "person.update"] [also DeprecatedApi];
    path { id: PersonId }
    body { PersonUpdateDto }
}

endpoint! {
    /// Merges the people `ids` into the person `id`; this cannot be undone.
    #[deprecated = "use `MergePeople`"]
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
            data: AssetFaceUpdateItem,
        }
    }
}

request! {
    /// The face that a person has in one asset, to be handed over to another person.
    struct AssetFaceUpdateItem {
        required {
            asset_id: AssetId,
            person_id: PersonId,
        }
        optional {
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
            ids: PersonId,
        }
        optional {
            user_id: String,
        }
    }
}

response! {
    /// A page of people, and how many there are in all.
    struct PeopleResponseDto {
        has_next_page: Option<bool>,
        /// How many of all people are hidden.
        hidden: i64,
        people: Vec<PersonResponseDto>,
        /// How many people there are on all pages, hidden ones too.
        total: i64,
    }
}

request! {
    /// Changes to several people at once, for `update_people`.
    struct PeopleUpdateDto {
        required_lists {
            people: PeopleUpdateItem,
        }
    }
}

request! {
    /// One person and what to change of it.
    struct PeopleUpdateItem {
        required {
            id: PersonId,
        }
        optional {
            feature_face_asset_id: AssetId,
            is_favorite: bool,
            is_hidden: bool,
            name: String,
            user_id: UserId,
        }
        patch {
            birth_date: Date,
            color: String,
        }
    }
}

request! {
    /// The people to share, the users to share them with, and what those may do.
    struct PeopleUsersUpsertDto {
        required {
            role: PersonUserRole,
        }
        required_lists {
            shared_with_ids: UserId,
        }
        optional {
            /// `everyone` shares all own people, in place of `person_ids`.
            type_: PeopleUsersUpsertType,
        }
        optional_lists {
            person_ids: PersonId,
        }
    }
}

string_enum! {
    /// Stands for all own people in place of a list of them.
    enum PeopleUsersUpsertType {
        Everyone = "everyone",
    }
}

request! {
    /// A person to create by hand, before any face belongs to it.
    struct PersonCreateDto {
        optional {
            is_favorite: bool,
            is_hidden: bool,
            name: String,
        }
        patch {
            birth_date: Date,
            color: String,
        }
    }
}

request! {
    /// Whose version of a shared person to delete, for `delete_person`.
    struct PersonDeleteDto {
        optional {
            user_id: String,
        }
    }
}

response! {
    /// How many assets a person is in.
    struct PersonStatisticsResponseDto {
        assets: i64,
    }
}

request! {
    /// What to change of a person: name, birthday, picture and the like.
    struct PersonUpdateDto {
        optional {
            /// The asset whose face of this person becomes their picture.
            feature_face_asset_id: AssetId,
            is_favorite: bool,
            is_hidden: bool,
            name: String,
            /// Whose version of the person to change; left out, all that one may write; from 3.3 on.
            user_id: UserId,
        }
        patch {
            /// The birthday, as a date; null takes it away.
            birth_date: Date,
            color: String,
        }
    }
}

request! {
    /// One sharing of a person with a user that shall end.
    struct PersonUsersDeleteDtoInner {
        required {
            person_id: PersonId,
            shared_with_id: UserId,
        }
        optional {
            shared_by_id: UserId,
        }
    }
}

response! {
    /// One sharing of a person: who shares it, with whom, and what they may do.
    struct PersonUsersResponseDtoInner {
        person_id: PersonId,
        role: PersonUserRole,
        shared_by: UserResponseDto,
        shared_by_id: UserId,
        shared_with: UserResponseDto,
        shared_with_id: UserId,
    }
}

string_enum! {
    /// Tells people that I share with others from people that others share with me.
    enum SharingDirection {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}
