//! What is done when it is known what became of an input.

use crate::transfer::upload::album::{Album, join};
use crate::transfer::upload::engine::{Copies, Event, Pair, Stack, Upload};
#[cfg(feature = "fs")]
use crate::transfer::upload::item::Source;
use crate::transfer::upload::item::{Item, Role};
use crate::transfer::upload::options::AlbumTarget;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SidecarFile;
use crate::transfer::upload::outcome::{DuplicateOf, LivePhoto, SourceFate, UploadOutcome, UploadResult};

impl Upload {
    /// It is known what became of it: those that wait for it go on, and its file may go.
    pub(super) fn end(&mut self, mut item: Box<Item>, result: UploadResult) {
        self.follow(&mut item, Some(&result));
        #[cfg(feature = "fs")]
        self.keep(&mut item, None);
        match item.role {
            Role::Alone => {}
            Role::Video(number) => {
                item.live_photo = LivePhoto::Video;
                let pair = self.pairs.entry(number).or_default();
                pair.video = Some(result.live_asset());
                pair.is_video_new = matches!(result, UploadResult::Uploaded { .. });
                if let Some(image) = pair.image.take() {
                    self.send_later(image);
                }
            }
            Role::Image(number) => {
                let pair = self.pairs.entry(number).or_default();
                pair.image_ended = Some(result.live_asset().is_some());
                if let UploadResult::Duplicate { .. } = result {
                    pair.old_image = result.live_asset();
                }
                #[cfg(feature = "fs")]
                if let Some((video, result)) = pair.held.take() {
                    self.end_of_source(video, result);
                }
            }
        }
        #[cfg(feature = "fs")]
        self.end_of_source(item, result);
        #[cfg(not(feature = "fs"))]
        self.settle(item, result, SourceFate::Kept, SourceFate::Kept);
    }

    /// Goes on with the inputs of the same bytes that wait for this one; one of them is sent if this one was not.
    pub(super) fn follow(&mut self, item: &mut Item, result: Option<&UploadResult>) {
        if !std::mem::take(&mut item.state.leads) {
            return;
        }
        let Some(checksum) = item.checksum else { return };
        let waiting = match self.copies.remove(&checksum) {
            Some(Copies::Sending(waiting)) => waiting,
            _ => Vec::new(),
        };
        match result {
            Some(UploadResult::Uploaded { asset }) => {
                self.copies.insert(checksum, Copies::Done(item.input.clone(), Some(*asset)));
            }
            // The server has it, so it has theirs.
            Some(UploadResult::Duplicate { asset, of }) if *of != DuplicateOf::Trashed => {
                let result = UploadResult::Duplicate { asset: *asset, of: DuplicateOf::Server };
                waiting.into_iter().for_each(|item| self.end(item, result.clone()));
                return;
            }
            _ => {}
        }
        // In front, so that the queue does not grow by those that wait again.
        waiting.into_iter().rev().for_each(|item| self.to_send.push_front(item));
    }

    /// Tells the outcome, and hands the asset on.
    pub(super) fn settle(&mut self, item: Box<Item>, result: UploadResult, source: SourceFate, sidecar: SourceFate) {
        if item.state.active {
            self.active -= 1;
        }
        item.meter.settle();
        if let Some(number) = item.role.pair() {
            self.part(number);
        }
        self.stack_up(&item, &result);
        let is_shown = !self.options.dry_run && !matches!(item.role, Role::Video(_));
        if let Some(asset) = result.live_asset().filter(|_| is_shown) {
            let target = match self.options.album.clone() {
                Some(AlbumTarget::Folder) => item.folder.clone().map(AlbumTarget::Name),
                target => target,
            };
            if let Some(target) = target {
                let album = self.albums.entry(target);
                let album = album.or_insert_with_key(|target| match target {
                    AlbumTarget::Id(id) => Album::new(None, Some(*id)),
                    AlbumTarget::Name(name) => Album::new(Some(name.clone()), None),
                    AlbumTarget::Folder => Album::new(None, None),
                });
                album.pending.push(asset);
            }
            if let Some(tags) = &mut self.tags {
                tags.pending.push(asset);
            }
        }
        let mut superseded = item.state.superseded.clone();
        superseded.retain(|made| Some(*made) != result.asset());
        if !superseded.is_empty() {
            self.supersede(&superseded);
        }
        #[cfg(feature = "fs")]
        let line = self.line(&item, &result, &source);
        let outcome = UploadOutcome {
            #[cfg(feature = "fs")]
            sidecar: match &item.source {
                Source::File { sidecar: Some(found), .. } => Some(SidecarFile {
                    path: found.path.to_path_buf(),
                    shared: found.users > 1 || found.others,
                    fate: sidecar,
                    error: found.problem().cloned(),
                }),
                _ => None,
            },
            #[cfg(not(feature = "fs"))]
            sidecar: None,
            input: item.input,
            length: item.length,
            checksum: item.checksum,
            result,
            live_photo: item.live_photo,
            source,
            superseded,
        };
        #[cfg(not(feature = "fs"))]
        drop(sidecar);
        #[cfg(feature = "fs")]
        if let Some(line) = line {
            self.to_write.push((line, outcome));
            return;
        }
        self.tell(outcome);
    }

    pub(super) fn tell(&mut self, outcome: UploadOutcome) {
        self.summary.count(&outcome);
        self.ready.push_back(outcome);
    }

    /// Forgets a pair when both halves have ended.
    fn part(&mut self, number: u64) {
        if !self.pairs.get(&number).is_some_and(Pair::is_over) {
            return;
        }
        let Some(pair) = self.pairs.remove(&number) else { return };
        // An image that was there before its video, as after a run in which the video failed.
        if let (Some(image), Some(Some(video)), true) = (pair.old_image, pair.video, pair.is_video_new) {
            let client = self.client.clone();
            self.spawn(async move { Event::Joined(image, video, join(&client, image, video).await) });
        }
    }

    fn stack_up(&mut self, item: &Item, result: &UploadResult) {
        let Some((number, place)) = item.stack.map(|stack| (stack >> 32, stack & u64::from(u32::MAX))) else { return };
        let Some(Stack { missing, assets, is_new }) = self.stacks.get_mut(&number) else { return };
        *missing -= 1;
        *is_new |= matches!(result, UploadResult::Uploaded { .. });
        assets.extend(result.live_asset().map(|asset| (place, asset)));
        if *missing > 0 {
            return;
        }
        let Some(mut stack) = self.stacks.remove(&number) else { return };
        stack.assets.sort_unstable();
        let mut assets = Vec::new();
        for (_, asset) in stack.assets {
            // Equal files are one asset, and the server refuses one that is named twice.
            if !assets.contains(&asset) {
                assets.push(asset);
            }
        }
        if assets.len() > 1 && stack.is_new {
            self.to_stack.push_back(assets);
        }
    }
}

impl Pair {
    fn is_over(&self) -> bool {
        #[cfg(feature = "fs")]
        if self.held.is_some() {
            return false;
        }
        self.video.is_some() && self.image_ended.is_some()
    }
}
