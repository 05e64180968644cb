//! The step that makes live photos: an image waits for its video, and is joined to it if it was sent before.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::UpdateAssetDto;
use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::follow_up::FollowedUp;
use crate::transfer::upload::item::{Item, Role, is_new};
use crate::transfer::upload::outcome::{JoinOutcome, LivePhoto, UploadResult};
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tickets::{StepOutcome, Ticket};

/// The live photos of a run.
#[derive(Default)]
pub(super) struct LivePhotos {
    pairs: HashMap<u64, Pair>,
    outcomes: Vec<JoinOutcome>,
}

/// A live photo of which a half is not done.
#[derive(Default)]
struct Pair {
    /// The asset of the video, once the video is done.
    video: Option<Option<AssetId>>,
    /// Whether this run uploaded the video.
    is_video_new: bool,
    /// The asset of the image, if the server already had it.
    old_image: Option<AssetId>,
    /// The image, if it waits for the video.
    image: Option<Box<Item>>,
    /// Whether the image is on the server, once the image is done.
    image_ended: Option<bool>,
    /// The follow-up steps that wait for both halves.
    videos: Vec<Ticket>,
    images: Vec<Ticket>,
}

/// The attempt to make a live photo of an existing image and its new video.
pub(super) struct Joined {
    outcome: JoinOutcome,
    tickets: Vec<Ticket>,
}

impl LivePhotos {
    /// Returns the input, unless it is the image of a live photo whose video is not done.
    pub(super) fn wait_for_video(&mut self, mut item: Box<Item>) -> Option<Box<Item>> {
        if let Role::Image(number) = item.role {
            let pair = self.pairs.entry(number).or_default();
            let Some(video) = pair.video else {
                pair.image = Some(item);
                return None;
            };
            item.live_photo = video.map_or(LivePhoto::ImageWithoutVideo, LivePhoto::Image);
        }
        Some(item)
    }

    /// Adds the step of a half that is on the server.
    pub(super) fn add(&mut self, role: Role, ticket: Ticket) {
        match role {
            Role::Alone => {}
            Role::Video(number) => self.pairs.entry(number).or_default().videos.push(ticket),
            Role::Image(number) => self.pairs.entry(number).or_default().images.push(ticket),
        }
    }

    /// Records the result of a half. Returns the image that waited for the video.
    pub(super) fn ended(&mut self, item: &mut Item, result: &UploadResult) -> Option<Box<Item>> {
        let pair = self.pairs.entry(item.role.pair()?).or_default();
        if let Role::Video(_) = item.role {
            item.live_photo = LivePhoto::Video;
            pair.video = Some(result.live_asset());
            pair.is_video_new = is_new(item, result);
            return pair.image.take();
        }
        pair.image_ended = Some(result.live_asset().is_some());
        if let UploadResult::Duplicate { .. } = result {
            pair.old_image = result.live_asset();
        }
        None
    }

    /// Completes a live photo when both halves have a result: starts to join them, or returns the steps that are done.
    pub(super) fn settle(&mut self, run: &Arc<Run>, number: u64) -> (Option<Task>, Vec<StepOutcome>) {
        let is_over = |pair: &Pair| pair.video.is_some() && pair.image_ended.is_some();
        if !self.pairs.get(&number).is_some_and(is_over) {
            return (None, Vec::new());
        }
        let Some(pair) = self.pairs.remove(&number) else { return (None, Vec::new()) };
        // The image was on the server before its video, for example because the video failed in an earlier run.
        if let (Some(image), Some(Some(video)), true) = (pair.old_image, pair.video, pair.is_video_new) {
            let (run, tickets) = (Arc::clone(run), [pair.images, pair.videos].concat());
            let task: Task = Box::pin(async move {
                let result = run.outages.retry_outages(|| join(&run.client, image, video)).await;
                let outcome = JoinOutcome { image, video, result };
                Event::FollowedUp(FollowedUp::LivePhoto(Joined { outcome, tickets }))
            });
            return (Some(task), Vec::new());
        }
        let missing =
            |is_there: bool, half: &str| (!is_there).then(|| format!("the {half} of the live photo was not uploaded"));
        let (image, video) = (pair.image_ended == Some(true), pair.video.flatten().is_some());
        let images = pair.images.into_iter().map(|ticket| (ticket, missing(video, "video")));
        (None, images.chain(pair.videos.into_iter().map(|ticket| (ticket, missing(image, "image")))).collect())
    }

    pub(super) fn done(&mut self, Joined { outcome, tickets }: Joined) -> Vec<StepOutcome> {
        let failure = outcome.result.as_ref().err().map(ToString::to_string);
        self.outcomes.push(outcome);
        tickets.into_iter().map(|ticket| (ticket, failure.clone())).collect()
    }

    pub(super) fn outcomes(&self) -> &[JoinOutcome] {
        &self.outcomes
    }
}

/// Makes a live photo of an image and a video on the server, unless the image has a video already.
#[allow(deprecated)] // Nothing else joins them in any version.
async fn join(client: &Client, image: AssetId, video: AssetId) -> Result<(), Error> {
    if client.assets().get_asset_info(image).await?.live_photo_video_id.is_none() {
        let body = UpdateAssetDto::new().live_photo_video_id(video);
        client.assets().update_asset(image, body).await?;
    }
    Ok(())
}
