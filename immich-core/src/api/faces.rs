//! Faces in photos, and the people they belong to.

use crate::prelude::*;

group! {
    /// Faces in photos, and the people they belong to.
    FacesApi: faces
}

endpoint! {
    /// Lists the faces on one asset, with their boxes and people; `id` is the id of the asset.
    GetFaces = GET "/faces" -> Json<Vec<AssetFaceResponseDto>>;
    FacesApi.get_faces, "getFaces" [permission "face.read"];
    query { id: AssetId = "id" }
}

endpoint! {
    /// Marks by hand where a person is in an asset, in pixels of an image `image_width` by `image_height`; the answer is empty.
    CreateFace = POST "/faces" -> Empty;
    FacesApi.create_face, "createFace" [permission "face.create"];
    body { AssetFaceCreateDto }
}

endpoint! {
    /// Takes a face off its asset: hidden, or deleted for good if `force` is set.
    DeleteFace = DELETE "/faces/{id}" -> Empty;
    FacesApi.delete_face, "deleteFace" [permission "face.delete"];
    path { id: FaceId }
    body { AssetFaceDeleteDto }
}

endpoint! {
    /// Gives one face to another person: the face is named in the body, and `id` in the path is the id of the person.
    ReassignFacesById = PUT "/faces/{id}" -> Json<PersonResponseDto>;
    FacesApi.reassign_faces_by_id, "reassignFacesById" [permission "face.update"];
    path { id: PersonId }
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
