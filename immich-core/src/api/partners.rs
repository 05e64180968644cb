//! Partners: users who share their whole timeline with another.

use crate::prelude::*;

group! {
    /// Partners: users who share their whole timeline with another.
    PartnersApi: partners
}

endpoint! {
    /// Lists the partners whom the signed-in user shares with, or those who share with them, as `direction` says.
    GetPartners = GET "/partners" -> Json<Vec<PartnerResponseDto>>;
    PartnersApi.get_partners, "getPartners" [permission "partner.read"];
    query {
        /// Whether to list who shares with the user, or whom the user shares with.
        direction: PartnerDirection = "direction",
    }
}

endpoint! {
    /// Shares the timeline of the signed-in user with the user `shared_with_id`, who does not share theirs by that.
    CreatePartner = POST "/partners" -> Json<PartnerResponseDto>;
    PartnersApi.create_partner, "createPartner" [permission "partner.create"];
    body { PartnerCreateDto }
}

endpoint! {
    /// Stops sharing the timeline of the signed-in user with the user `id`.
    RemovePartner = DELETE "/partners/{id}" -> Empty;
    PartnersApi.remove_partner, "removePartner" [permission "partner.delete"];
    path { id: UserId }
}

endpoint! {
    /// Shares the timeline of the signed-in user with the user `id`.
    #[deprecated = "use `CreatePartner`"]
    CreatePartnerDeprecated = POST "/partners/{id}" -> Json<PartnerResponseDto>;
    PartnersApi.create_partner_deprecated, "createPartnerDeprecated" [permission "partner.create"] [also DeprecatedApi];
    path { id: UserId }
}

endpoint! {
    /// Sets whether the assets of the partner `id`, who shares with the signed-in user, are in the user's own timeline.
    UpdatePartner = PUT "/partners/{id}" -> Json<PartnerResponseDto>;
    PartnersApi.update_partner, "updatePartner" [permission "partner.update"];
    path { id: UserId }
    body { PartnerUpdateDto }
}

request! {
    /// The user to share the own timeline with, for `create_partner`.
    struct PartnerCreateDto {
        required {
            /// The user who gets to see all assets of the signed-in user's timeline.
            shared_with_id: UserId,
        }
    }
}

string_enum! {
    /// Whether partners see the user's assets, or the user sees theirs.
    enum PartnerDirection {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}

response! {
    /// The other user of a partnership, and whether their assets show in the own timeline.
    struct PartnerResponseDto {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: UserAvatarColor,
        /// The e-mail address.
        email: String,
        /// The user on the other side; whether they share or see depends on the direction asked for.
        id: UserId,
        /// Whether their assets show among the own ones in the timeline.
        in_timeline: Option<bool>,
        /// The name of the partner.
        name: String,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// The path of the profile image on the server; empty if there is none.
        profile_image_path: String,
    }
}

request! {
    /// Whether the assets of a partner show in the own timeline.
    struct PartnerUpdateDto {
        required {
            /// Whether the assets of the partner are shown in the user's timeline.
            in_timeline: bool,
        }
    }
}
