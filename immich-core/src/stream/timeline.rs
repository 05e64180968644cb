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
    /// The assets one by one, in the order of the response.
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
    /// `Decode` if the columns are not of one length, or if a time or a stack is none; it names the column.
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
            let wrong = || fault(&format!("stack[{row}]"), "expected the id of a stack and a number");
            stack.map(|texts| read_stack(&texts).ok_or_else(wrong)).transpose()
        });
        let mut stack = stacks.collect::<Result<Vec<_>, _>>()?.into_iter();
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
                stack: stack.next().flatten(),
            })
        }))
    }
}

/// The values of a column, which has one for each row; none if the server left it out.
fn column<T>(name: &str, values: Option<Vec<T>>, rows: usize) -> Result<impl Iterator<Item = T>, Error> {
    match values {
        Some(values) if values.len() != rows => {
            let length = values.len();
            Err(fault(name, &format!("the column has {length} values where `id` has {rows}")))
        }
        values => Ok(values.into_iter().flatten()),
    }
}

fn instants(name: &str, texts: Option<Vec<String>>, rows: usize) -> Result<impl Iterator<Item = Timestamp>, Error> {
    let read = |(row, text): (usize, String)| {
        read_instant(&text).ok_or_else(|| fault(&format!("{name}[{row}]"), "expected a date and time"))
    };
    Ok(column(name, texts, rows)?.enumerate().map(read).collect::<Result<Vec<_>, _>>()?.into_iter())
}

fn fault(path: &str, message: &str) -> Error {
    Error::decode(GetTimeBucket::OPERATION, path, message)
}

/// An instant in UTC, which all versions write without a `Z`.
fn read_instant(text: &str) -> Option<Timestamp> {
    match text.parse::<DateTime>() {
        Ok(utc) => Offset::UTC.to_timestamp(utc).ok(),
        Err(_) => text.parse().ok(),
    }
}

/// The id of a stack, and how many assets it has.
fn read_stack(texts: &[String]) -> Option<TimelineStack> {
    match texts {
        [id, assets] => Some(TimelineStack { id: id.parse().ok()?, assets: assets.parse().ok()? }),
        _ => None,
    }
}
