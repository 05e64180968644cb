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
    query {
        /// Only the one with this id.
        id: AssetId = "id",
    }
}

endpoint! {
    /// Marks by hand where a person is in an asset, in pixels of an image `image_width` by `image_height`; the response is empty.
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
    /// A face that somebody marked in an image by hand, and the person it belongs to.
    struct AssetFaceCreateDto {
        named {
            /// The id of the asset.
            asset_id: AssetId,
            /// The height in pixels.
            height: i64,
            /// Height in pixels of the image that the rectangle was drawn on.
            image_height: i64,
            /// Width in pixels of the image that the rectangle was drawn on.
            image_width: i64,
            /// The id of the person.
            person_id: PersonId,
            /// The width in pixels.
            width: i64,
            /// Left edge of the rectangle in pixels.
            x: i64,
            /// Upper edge of the rectangle in pixels.
            y: i64,
        }
        optional {
            /// The id of the user. Since 3.3.0.
            user_id: UserId,
        }
    }
}

request! {
    /// Whether to delete a face for good or only to mark it as deleted.
    struct AssetFaceDeleteDto {
        required {
            /// True deletes the face for good, false only marks it as deleted.
            force: bool,
        }
    }
}

response! {
    /// A face in an image, where it is, and the person it belongs to.
    struct AssetFaceResponseDto {
        /// Left edge of the face, in pixels of an image that is `image_width` wide.
        bounding_box_x1: i64,
        /// Right edge of the face, in pixels of an image that is `image_width` wide.
        bounding_box_x2: i64,
        /// Upper edge of the face, in pixels of an image that is `image_height` high.
        bounding_box_y1: i64,
        /// Lower edge of the face, in pixels of an image that is `image_height` high.
        bounding_box_y2: i64,
        /// The id of the face.
        id: FaceId,
        /// Height of the image that the edges refer to, often not that of the original.
        image_height: i64,
        /// Width of the image that the edges refer to, often not that of the original.
        image_width: i64,
        /// The person with this face; null for nobody yet, or nobody the user may see.
        person: Option<PersonResponseDto>,
        /// Where the face comes from: machine learning, the metadata of the file, or a user.
        source_type: Option<SourceType>,
    }
}

request! {
    /// The face to hand over to a person, for `reassign_faces_by_id`.
    struct FaceDto {
        required {
            /// The face to hand over; the id in the path of this operation is that of the person.
            id: FaceId,
        }
    }
}
