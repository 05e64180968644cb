//! Faces in photos, and the people they belong to.

use crate::prelude::*;

group! {
    /// Faces in photos, and the people they belong to.
    FacesApi: faces
}

endpoint! {
    /// Placeholder.
    GetFaces = GET "/faces" -> Json<Vec<AssetFaceResponseDto>>;
    FacesApi.get_faces, "getFaces" [permission "face.read"];
    query { id: AssetId = "id" }
}

endpoint! {
    /// Placeholder.
    CreateFace = POST "/faces" -> Empty;
    FacesApi.create_face, "createFace" [permission "face.create"];
    body { AssetFaceCreateDto }
}

endpoint! {
    /// Placeholder.
    DeleteFace = DELETE "/faces/{id}" -> Empty;
    FacesApi.delete_face, "deleteFace" [permission "face.delete"];
    path { id: FaceId }
    body { AssetFaceDeleteDto }
}

endpoint! {
    /// Placeholder.
    ReassignFacesById = PUT "/faces/{id}" -> Json<PersonResponseDto>;
    FacesApi.reassign_faces_by_id, "reassignFacesById" [permission "face.update"];
    path { id: FaceId }
    body { FaceDto }
}

request! {
    /// Placeholder.
    struct AssetFaceCreateDto {
        required {
            asset_id: AssetId,
            height: i64,
            image_height: i64,
            image_width: i64,
            person_id: PersonId,
            width: i64,
            x: i64,
            y: i64,
        }
        optional {
            user_id: UserId,
        }
    }
}

request! {
    /// Placeholder.
    struct AssetFaceDeleteDto {
        required {
            force: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct AssetFaceResponseDto {
        bounding_box_x1: i64,
        bounding_box_x2: i64,
        bounding_box_y1: i64,
        bounding_box_y2: i64,
        id: FaceId,
        image_height: i64,
        image_width: i64,
        person: Option<PersonResponseDto>,
        source_type: Option<SourceType>,
    }
}

request! {
    /// Placeholder.
    struct FaceDto {
        required {
            id: FaceId,
        }
    }
}
