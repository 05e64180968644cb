//! Converts the columns of the timeline to rows.

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
    /// The id of the asset.
    pub id: AssetId,
    /// The owner.
    pub owner_id: UserId,
    /// When it was taken.
    pub file_created_at: Timestamp,
    /// The offset in hours from `file_created_at` to the local time where it was taken, such as 5.5; see
    /// [`local_date_time`](Self::local_date_time).
    pub local_offset_hours: f64,
    /// When it was uploaded; servers 2.x do not report it.
    pub created_at: Option<Timestamp>,
    /// Whether it is a photo. If not, it is a video.
    pub is_image: bool,
    /// Whether its owner marked it as a favorite.
    pub is_favorite: bool,
    /// Whether it is in the trash.
    pub is_trashed: bool,
    /// The visibility.
    pub visibility: AssetVisibility,
    /// The aspect ratio: width divided by height.
    pub ratio: f64,
    /// The duration of a video; `None` for photos.
    pub duration: Option<AssetDuration>,
    /// A tiny blurred preview in base64, once it has been generated.
    pub thumbhash: Option<String>,
    /// The hidden video of a live photo.
    pub live_photo_video_id: Option<AssetId>,
    /// The projection of a panorama, such as `EQUIRECTANGULAR`.
    pub projection_type: Option<String>,
    /// The city where it was taken, if known.
    pub city: Option<String>,
    /// The country where it was taken, if known.
    pub country: Option<String>,
    /// The latitude in degrees, if known and requested by `with_coordinates`.
    pub latitude: Option<f64>,
    /// The longitude in degrees, if known and requested by `with_coordinates`.
    pub longitude: Option<f64>,
    /// The stack that it represents, if requested by `with_stacked`.
    pub stack: Option<TimelineStack>,
}

/// A stack of assets, represented by one of them in the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineStack {
    /// The id of the stack.
    pub id: StackId,
    /// The number of assets.
    pub assets: u64,
}

impl TimelineAsset {
    /// Returns the local time at which it was taken; `None` if it is out of range.
    pub fn local_date_time(&self) -> Option<LocalDateTime> {
        // An offset that is too large saturates, and so is out of range as well.
        #[allow(clippy::cast_possible_truncation)]
        let offset = SignedDuration::from_secs((self.local_offset_hours * 3600.0).round() as i64);
        Offset::UTC.to_datetime(self.file_created_at).checked_add(offset).ok().map(LocalDateTime)
    }
}

impl TimeBucketAssetResponseDto {
    /// Returns the assets one by one, in the order of the response.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
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
    /// `Decode` if the columns differ in length, or if a time or a stack is not valid; the error names the column.
    pub fn into_rows(self) -> Result<impl Iterator<Item = TimelineAsset>, Error> {
        let rows = self.id.len();
        let mut city = column("city", self.city, rows)?;
        let mut country = column("country", self.country, rows)?;
        let mut created_at = instants("createdAt", self.created_at, rows)?;
        let mut duration = column("duration", Some(self.duration), rows)?;
        let mut file_created_at = instants("fileCreatedAt", Some(self.file_created_at), rows)?;
        let mut is_favorite = column("isFavorite", Some(self.is_favorite), rows)?;
        let mut is_image = column("isImage", Some(self.is_image), rows)?;
        let mut is_trashed = column("isTrashed", Some(self.is_trashed), rows)?;
        let mut latitude = column("latitude", self.latitude, rows)?;
        let mut live_photo_video_id = column("livePhotoVideoId", Some(self.live_photo_video_id), rows)?;
        let mut local_offset_hours = column("localOffsetHours", Some(self.local_offset_hours), rows)?;
        let mut longitude = column("longitude", self.longitude, rows)?;
        let mut owner_id = column("ownerId", Some(self.owner_id), rows)?;
        let mut projection_type = column("projectionType", Some(self.projection_type), rows)?;
        let mut ratio = column("ratio", Some(self.ratio), rows)?;
        let mut thumbhash = column("thumbhash", Some(self.thumbhash), rows)?;
        let mut visibility = column("visibility", Some(self.visibility), rows)?;
        let stacks = column("stack", self.stack, rows)?.enumerate().map(|(row, stack)| {
            let invalid = || column_error(&format!("stack[{row}]"), "expected the id of a stack and a number");
            stack.map(|texts| parse_stack(&texts).ok_or_else(invalid)).transpose()
        });
        let mut stack = stacks.collect::<Result<Vec<_>, _>>()?.into_iter();
        // The columns have the same length, so all of them end together.
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
                stack: stack.next().flatten(),
            })
        }))
    }
}

/// Returns the values of a column, one for each row; empty if the server left it out.
fn column<T>(name: &str, values: Option<Vec<T>>, rows: usize) -> Result<impl Iterator<Item = T>, Error> {
    match values {
        Some(values) if values.len() != rows => {
            let length = values.len();
            Err(column_error(name, &format!("the column has {length} values where `id` has {rows}")))
        }
        values => Ok(values.into_iter().flatten()),
    }
}

fn instants(name: &str, texts: Option<Vec<String>>, rows: usize) -> Result<impl Iterator<Item = Timestamp>, Error> {
    let read = |(row, text): (usize, String)| {
        parse_instant(&text).ok_or_else(|| column_error(&format!("{name}[{row}]"), "expected a date and time"))
    };
    Ok(column(name, texts, rows)?.enumerate().map(read).collect::<Result<Vec<_>, _>>()?.into_iter())
}

fn column_error(path: &str, message: &str) -> Error {
    Error::decode(GetTimeBucket::OPERATION, path, message)
}

/// Parses an instant in UTC, which all versions write without a `Z`.
fn parse_instant(text: &str) -> Option<Timestamp> {
    match text.parse::<DateTime>() {
        Ok(utc) => Offset::UTC.to_timestamp(utc).ok(),
        Err(_) => text.parse().ok(),
    }
}

/// Parses the id of a stack, and its number of assets.
fn parse_stack(texts: &[String]) -> Option<TimelineStack> {
    match texts {
        [id, assets] => Some(TimelineStack { id: id.parse().ok()?, assets: assets.parse().ok()? }),
        _ => None,
    }
}
