//! The columns of the timeline as rows.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::api::{AssetVisibility, GetTimeBucket, TimeBucketAssetResponseDto};
use crate::duration::AssetDuration;
use crate::error::Error;
use crate::ids::{AssetId, StackId, UserId};
use crate::time::LocalDateTime;

/// An asset of the timeline: one row of a [`TimeBucketAssetResponseDto`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimelineAsset {
    /// Its id.
    pub id: AssetId,
    /// Whose it is.
    pub owner_id: UserId,
    /// When it was taken.
    pub file_created_at: Timestamp,
    /// Hours to add to `file_created_at` for the clock of the place, such as 5.5; see
    /// [`local_date_time`](Self::local_date_time).
    pub local_offset_hours: f64,
    /// When the server got it; servers 2.x do not tell.
    pub created_at: Option<Timestamp>,
    /// Whether it is a photo; a video otherwise.
    pub is_image: bool,
    /// Whether its owner marked it as a favorite.
    pub is_favorite: bool,
    /// Whether it is in the trash.
    pub is_trashed: bool,
    /// Where it is shown.
    pub visibility: AssetVisibility,
    /// Its width divided by its height.
    pub ratio: f64,
    /// The length of a video; `None` for photos.
    pub duration: Option<AssetDuration>,
    /// A tiny blurred preview in base64, once there is one.
    pub thumbhash: Option<String>,
    /// The hidden video of a live photo.
    pub live_photo_video_id: Option<AssetId>,
    /// How a panorama is projected, such as `EQUIRECTANGULAR`.
    pub projection_type: Option<String>,
    /// The city where it was taken, if that is known.
    pub city: Option<String>,
    /// The country where it was taken, if that is known.
    pub country: Option<String>,
    /// Degrees north, if known and asked for by `with_coordinates`.
    pub latitude: Option<f64>,
    /// Degrees east, if known and asked for by `with_coordinates`.
    pub longitude: Option<f64>,
    /// The stack that it stands for, if asked for by `with_stacked`.
    pub stack: Option<TimelineStack>,
}

/// A stack of assets, of which the timeline shows one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineStack {
    /// Its id.
    pub id: StackId,
    /// How many assets are in it.
    pub assets: u64,
}

impl TimelineAsset {
    /// When it was taken by the clock of the place; `None` if that is beyond the calendar.
    pub fn local_date_time(&self) -> Option<LocalDateTime> {
        // An offset that is no number of seconds is beyond the calendar as well.
        #[allow(clippy::cast_possible_truncation)]
        let offset = SignedDuration::from_secs((self.local_offset_hours * 3600.0).round() as i64);
        Offset::UTC.to_datetime(self.file_created_at).checked_add(offset).ok().map(LocalDateTime)
    }
}

impl TimeBucketAssetResponseDto {
    /// The assets one by one, in the order of the answer.
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
    /// for month in client.timeline().get_time_buckets().await? {
    ///     let bucket = client.timeline().get_time_bucket(month.time_bucket).with_coordinates(true).await?;
    ///     for asset in bucket.into_rows()? {
    ///         println!("{} taken at {} in {:?}", asset.id, asset.file_created_at, asset.city);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Decode` if the columns are not of one length, or if a time or a stack is none; it names the column.
    pub fn into_rows(self) -> Result<impl Iterator<Item = TimelineAsset>, Error> {
        self.check_lengths()?;
        let instants = |column, texts: Vec<String>| -> Result<_, Error> {
            let instants = texts.iter().enumerate().map(|(row, text)| {
                instant(text).ok_or_else(|| fault(&format!("{column}[{row}]"), "expected a date and time"))
            });
            Ok(instants.collect::<Result<Vec<_>, _>>()?.into_iter())
        };
        let stacks = self.stack.into_iter().flatten().enumerate().map(|(row, stack)| {
            let read = |stack: Vec<String>| {
                let wrong = || fault(&format!("stack[{row}]"), "expected the id of a stack and a number");
                self::stack(&stack).ok_or_else(wrong)
            };
            stack.map(read).transpose()
        });
        let mut stacks = stacks.collect::<Result<Vec<_>, _>>()?.into_iter();
        let mut file_created_at = instants("fileCreatedAt", self.file_created_at)?;
        let mut created_at = instants("createdAt", self.created_at.unwrap_or_default())?;
        let (mut owner_id, mut visibility) = (self.owner_id.into_iter(), self.visibility.into_iter());
        let (mut local_offset_hours, mut ratio) = (self.local_offset_hours.into_iter(), self.ratio.into_iter());
        let (mut is_image, mut is_trashed) = (self.is_image.into_iter(), self.is_trashed.into_iter());
        let (mut is_favorite, mut duration) = (self.is_favorite.into_iter(), self.duration.into_iter());
        let (mut thumbhash, mut projection_type) = (self.thumbhash.into_iter(), self.projection_type.into_iter());
        let mut live_photo_video_id = self.live_photo_video_id.into_iter();
        let (mut city, mut country) = (self.city.into_iter().flatten(), self.country.into_iter().flatten());
        let (mut latitude, mut longitude) = (self.latitude.into_iter().flatten(), self.longitude.into_iter().flatten());
        // The columns are of one length, so that all of them end together.
        Ok(self.id.into_iter().map_while(move |id| {
            Some(TimelineAsset {
                id,
                owner_id: owner_id.next()?,
                file_created_at: file_created_at.next()?,
                local_offset_hours: local_offset_hours.next()?,
                created_at: created_at.next(),
                is_image: is_image.next()?,
                is_favorite: is_favorite.next()?,
                is_trashed: is_trashed.next()?,
                visibility: visibility.next()?,
                ratio: ratio.next()?,
                duration: duration.next()?,
                thumbhash: thumbhash.next()?,
                live_photo_video_id: live_photo_video_id.next()?,
                projection_type: projection_type.next()?,
                city: city.next().flatten(),
                country: country.next().flatten(),
                latitude: latitude.next().flatten(),
                longitude: longitude.next().flatten(),
                stack: stacks.next().flatten(),
            })
        }))
    }

    fn check_lengths(&self) -> Result<(), Error> {
        fn length<T>(column: &Option<Vec<T>>) -> Option<usize> {
            column.as_ref().map(Vec::len)
        }

        let lengths = [
            ("city", length(&self.city)),
            ("country", length(&self.country)),
            ("createdAt", length(&self.created_at)),
            ("duration", Some(self.duration.len())),
            ("fileCreatedAt", Some(self.file_created_at.len())),
            ("isFavorite", Some(self.is_favorite.len())),
            ("isImage", Some(self.is_image.len())),
            ("isTrashed", Some(self.is_trashed.len())),
            ("latitude", length(&self.latitude)),
            ("livePhotoVideoId", Some(self.live_photo_video_id.len())),
            ("localOffsetHours", Some(self.local_offset_hours.len())),
            ("longitude", length(&self.longitude)),
            ("ownerId", Some(self.owner_id.len())),
            ("projectionType", Some(self.projection_type.len())),
            ("ratio", Some(self.ratio.len())),
            ("stack", length(&self.stack)),
            ("thumbhash", Some(self.thumbhash.len())),
            ("visibility", Some(self.visibility.len())),
        ];
        let rows = self.id.len();
        match lengths.into_iter().find_map(|(column, length)| Some((column, length.filter(|length| *length != rows)?)))
        {
            Some((column, length)) => {
                Err(fault(column, &format!("the column has {length} values where `id` has {rows}")))
            }
            None => Ok(()),
        }
    }
}

fn fault(path: &str, message: &str) -> Error {
    Error::decode(GetTimeBucket::OPERATION, path, message)
}

/// An instant in UTC, which all versions write without a `Z`.
fn instant(text: &str) -> Option<Timestamp> {
    match text.parse::<DateTime>() {
        Ok(utc) => Offset::UTC.to_timestamp(utc).ok(),
        Err(_) => text.parse().ok(),
    }
}

/// The id of a stack, and how many assets it has.
fn stack(texts: &[String]) -> Option<TimelineStack> {
    match texts {
        [id, assets] => Some(TimelineStack { id: id.parse().ok()?, assets: assets.parse().ok()? }),
        _ => None,
    }
}
