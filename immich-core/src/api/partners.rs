//! Partners: users who share their whole timeline with another.

use crate::prelude::*;

group! {
    /// Partners: users who share their whole timeline with another.
    PartnersApi: partners
}

endpoint! {
    /// Placeholder.
    GetPartners = GET "/partners" -> Json<Vec<PartnerResponseDto>>;
    PartnersApi.get_partners, "getPartners" [permission "partner.read"];
    query { direction: PartnerDirection = "direction" }
}

endpoint! {
    /// Placeholder.
    CreatePartner = POST "/partners" -> Json<PartnerResponseDto>;
    PartnersApi.create_partner, "createPartner" [permission "partner.create"];
    body { PartnerCreateDto }
}

endpoint! {
    /// Placeholder.
    RemovePartner = DELETE "/partners/{id}" -> Empty;
    PartnersApi.remove_partner, "removePartner" [permission "partner.delete"];
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "use `CreatePartner`"]
    CreatePartnerDeprecated = POST "/partners/{id}" -> Json<PartnerResponseDto>;
    PartnersApi.create_partner_deprecated, "createPartnerDeprecated" [permission "partner.create"] [also DeprecatedApi];
    path { id: UserId }
}

endpoint! {
    /// Placeholder.
    UpdatePartner = PUT "/partners/{id}" -> Json<PartnerResponseDto>;
    PartnersApi.update_partner, "updatePartner" [permission "partner.update"];
    path { id: UserId }
    body { PartnerUpdateDto }
}

request! {
    /// Placeholder.
    struct PartnerCreateDto {
        required {
            shared_with_id: UserId,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum PartnerDirection {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}

response! {
    /// Placeholder.
    struct PartnerResponseDto {
        avatar_color: UserAvatarColor,
        email: String,
        id: UserId,
        in_timeline: Option<bool>,
        name: String,
        profile_changed_at: Timestamp,
        profile_image_path: String,
    }
}

request! {
    /// Placeholder.
    struct PartnerUpdateDto {
        required {
            in_timeline: bool,
        }
    }
}
