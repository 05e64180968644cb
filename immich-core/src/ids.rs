//! Typed ids, so that the id of an album is never mistaken for the id of an asset.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::param::Param;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        ///
        /// It is a UUID: convert one with `from`, parse a string with `parse`. It is printed in lower case.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                *id
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl Param for $name {
            fn each(&self, add: &mut dyn FnMut(&str)) {
                self.0.each(add);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }
    )+};
}

ids! {
    /// The id of a comment or like.
    ActivityId,
    /// The id of an album.
    AlbumId,
    /// The id of an API key, not the key itself.
    ApiKeyId,
    /// The id of a photo or video.
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// use immich_sdk::AssetId;
    ///
    /// let id: AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse()?;
    /// assert_eq!(id.to_string(), "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    AssetId,
    /// The id of a group of duplicates.
    DuplicateId,
    /// The id of a face in a photo.
    FaceId,
    /// The id of an external library.
    LibraryId,
    /// The id of a memory.
    MemoryId,
    /// The id of a notification.
    NotificationId,
    /// The id of a person that faces belong to.
    PersonId,
    /// The id of a plugin.
    PluginId,
    /// The id of a session of a signed-in user.
    SessionId,
    /// The id of a shared link, not its key.
    SharedLinkId,
    /// The id of a stack of assets.
    StackId,
    /// The id of a tag.
    TagId,
    /// The id of a user.
    UserId,
    /// The id of a workflow.
    WorkflowId,
}
