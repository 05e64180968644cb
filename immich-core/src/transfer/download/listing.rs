//! Lists the assets to download, in groups that belong together.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;
use std::sync::Arc;

use super::asset_info::AssetInfo;
use super::name;
use crate::api::AssetResponseDto;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::listing::{Found, Incomplete, Lister, read};
use crate::transfer::outage::{Outages, suggests_outage};
use crate::transfer::upload::media;

/// The maximum number of assets per batch that need a request of their own.
const BATCH: usize = 32;

/// An asset that was listed.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) id: AssetId,
    /// `None` if the facts were not requested, or the server does not return them.
    pub(super) known: Option<AssetInfo>,
    /// Why the facts could not be requested.
    pub(super) error: Option<Error>,
}

impl Listed {
    fn of(asset: &AssetResponseDto) -> Self {
        Self { id: asset.id, known: Some(AssetInfo::from(asset)), error: None }
    }
}

/// Assets whose files share a stem: a live photo and its video, a RAW and its developed photo.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The assets to download. The first one determines the stem.
    pub(super) members: Vec<Listed>,
    /// Other assets of the stack, which are not downloaded (yet). Their names are reserved.
    pub(super) others: Vec<(AssetId, AssetInfo)>,
    /// Whether it is an asset that the caller listed before.
    pub(super) is_repeated: bool,
}

/// The facts about assets that are needed before the download.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// Names, times and checksums.
    pub(super) known: bool,
    /// The videos of live photos, which are downloaded together.
    pub(super) videos: bool,
    /// Which assets belong to the same stack.
    pub(super) stacks: bool,
    /// Whether the user is a visitor, who may not see everything, so that missing facts are not an error.
    pub(super) visitor: bool,
}

/// The source of the assets.
pub(super) enum Source<'c> {
    Ids(VecDeque<AssetId>),
    List(Box<Lister<'c>>),
}

type Stack = Arc<Vec<(AssetId, AssetInfo)>>;

/// Reads the source in batches. After an error, the same batch is read again.
pub(super) struct Feed<'c> {
    client: &'c Client,
    source: Source<'c>,
    needs: Needs,
    outages: Outages,
    /// Listed assets that are not grouped yet.
    found: VecDeque<Found>,
    is_read: bool,
    /// The assets that were returned in a group.
    returned: HashSet<AssetId>,
    /// The videos of live photos that were returned with their images and not listed themselves yet.
    with_image: HashSet<AssetId>,
    /// The videos of all live photos that were returned.
    claimed: HashSet<AssetId>,
    /// Videos of live photos that were listed before their images.
    hidden: VecDeque<Listed>,
    /// `None` until the stacks were requested.
    stacks: Option<HashMap<AssetId, Stack>>,
}

impl<'c> Feed<'c> {
    pub(super) fn new(client: &'c Client, source: Source<'c>, needs: Needs, outages: Outages) -> Self {
        Self {
            client,
            source,
            needs,
            outages,
            found: VecDeque::new(),
            is_read: false,
            returned: HashSet::new(),
            with_image: HashSet::new(),
            claimed: HashSet::new(),
            hidden: VecDeque::new(),
            stacks: None,
        }
    }

    /// Returns the name of the album, once it is known.
    pub(super) fn album_name(&self) -> Option<&str> {
        match &self.source {
            Source::List(lister) => lister.album_name(),
            Source::Ids(_) => None,
        }
    }

    /// Returns why the list may be incomplete, once all assets were read.
    pub(super) fn incomplete(&self) -> Option<Incomplete> {
        match &self.source {
            Source::List(lister) => lister.incomplete().cloned(),
            Source::Ids(_) => None,
        }
    }

    /// Removes and returns the assets that were listed but not returned yet, for a run that is stopped.
    pub(super) fn rest(&mut self) -> Vec<AssetId> {
        let found = mem::take(&mut self.found).into_iter().map(|found| match found {
            Found::Asset(asset) => asset.id,
            Found::Id(id) => id,
        });
        let mut rest: Vec<_> = found.collect();
        rest.extend(mem::take(&mut self.hidden).into_iter().map(|listed| listed.id));
        if let Source::Ids(ids) = &mut self.source {
            rest.extend(ids.drain(..));
        }
        rest
    }

    /// Returns the next groups, which may be empty; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Group>>, Error> {
        if self.found.is_empty() && !self.is_read {
            match &mut self.source {
                Source::Ids(ids) => {
                    self.found.extend(ids.drain(..).map(Found::Id));
                    self.is_read = true;
                }
                Source::List(lister) => match lister.next().await? {
                    Some(found) => self.found.extend(found),
                    None => self.is_read = true,
                },
            }
        }
        if !self.found.is_empty() {
            return self.batch().await.map(Some);
        }
        if !self.is_read {
            return Ok(Some(Vec::new()));
        }
        if self.hidden.is_empty() {
            return Ok(None);
        }
        // No image refers to these videos. Those that the caller listed are downloaded by themselves.
        let is_list = matches!(self.source, Source::Ids(_));
        let alone = mem::take(&mut self.hidden).into_iter();
        let alone =
            alone.filter(|listed| (is_list || !self.claimed.contains(&listed.id)) && self.returned.insert(listed.id));
        Ok(Some(alone.map(|listed| Group { members: vec![listed], ..Group::default() }).collect()))
    }

    async fn batch(&mut self) -> Result<Vec<Group>, Error> {
        let Needs { known, videos, stacks, visitor } = self.needs;
        // Few assets that need a request of their own per batch, so that the first downloads start soon.
        let is_slow = |found: &Found| match found {
            Found::Id(_) => known,
            Found::Asset(asset) => videos && asset.live_photo_video_id.is_some(),
        };
        let mut slow = 0;
        let mut length = 0;
        for found in &self.found {
            slow += usize::from(is_slow(found));
            if slow > BATCH {
                break;
            }
            length += 1;
        }
        let unknown: Vec<AssetId> = match known {
            false => Vec::new(),
            true => {
                let mut ids = HashSet::new();
                let new = |id: &AssetId| !self.returned.contains(id);
                self.found.iter().take(length).filter_map(id_alone).filter(new).filter(|id| ids.insert(*id)).collect()
            }
        };
        let mut infos = self.load_infos(&unknown, visitor).await;
        let found = self.found.iter().take(length);
        let mut all: Vec<Listed> = Vec::new();
        let mut repeated = Vec::new();
        for found in found {
            match found {
                Found::Asset(asset) => all.push(Listed::of(asset)),
                Found::Id(id) if known && !infos.contains_key(id) => repeated.push(*id),
                Found::Id(id) => all.push(infos.remove(id).unwrap_or(Listed { id: *id, known: None, error: None })),
            }
        }
        let is_raw =
            |listed: &Listed| listed.known.as_ref().is_some_and(|known| media::is_raw(&media::extension(&known.name)));
        if stacks && self.stacks.is_none() && all.iter().any(is_raw) {
            self.stacks = Some(self.request_stacks().await?);
        }
        let mut wanted: Vec<AssetId> = Vec::new();
        if videos {
            let with_stack = |listed: &Listed| {
                let stack = self.stacks.as_ref().and_then(|stacks| stacks.get(&listed.id));
                stack.map(|stack| stack.iter().filter_map(|(_, known)| known.live_photo_video).collect::<Vec<_>>())
            };
            for listed in &all {
                wanted.extend(listed.known.as_ref().and_then(|known| known.live_photo_video));
                wanted.extend(with_stack(listed).into_iter().flatten());
            }
            let held =
                |id: &AssetId| all.iter().chain(&self.hidden).any(|listed| listed.id == *id && listed.known.is_some());
            let mut ids = HashSet::new();
            wanted.retain(|id| !self.returned.contains(id) && ids.insert(*id) && !held(id));
        }
        let mut infos = self.load_infos(&wanted, visitor).await;
        // Nothing is awaited from here on, so cancellation cannot lose assets.
        self.found.drain(..length);
        Ok(self.group(all, &mut infos, repeated))
    }

    fn group(&mut self, all: Vec<Listed>, infos: &mut HashMap<AssetId, Listed>, repeated: Vec<AssetId>) -> Vec<Group> {
        let is_list = matches!(self.source, Source::Ids(_));
        let mut groups = Vec::new();
        // Images first, because a video may be listed before its image.
        let (hidden, all): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|listed| listed.known.as_ref().is_some_and(|known| known.is_hidden));
        self.hidden.extend(hidden);
        let mut left: HashMap<AssetId, Listed> = HashMap::new();
        let mut order = Vec::new();
        for listed in all {
            if self.returned.contains(&listed.id) || left.contains_key(&listed.id) {
                if is_list && !self.with_image.remove(&listed.id) {
                    groups.push(Group { members: vec![listed], is_repeated: true, ..Group::default() });
                }
                continue;
            }
            order.push(listed.id);
            left.insert(listed.id, listed);
        }
        for id in order {
            let Some(first) = left.remove(&id) else { continue };
            let mut group = Group { members: vec![first], ..Group::default() };
            if let Some(stack) = self.stacks.as_ref().and_then(|stacks| stacks.get(&id)) {
                for (other, known) in stack.iter().filter(|(other, _)| *other != id) {
                    match left.remove(other) {
                        Some(listed) => group.members.push(listed),
                        None => group.others.push((*other, known.clone())),
                    }
                }
            }
            self.returned.extend(group.members.iter().map(|listed| listed.id));
            let videos: Vec<AssetId> =
                group.members.iter().filter_map(|listed| listed.known.as_ref()?.live_photo_video).collect();
            self.claimed.extend(&videos);
            for video in videos {
                if !self.needs.videos || !self.returned.insert(video) {
                    continue;
                }
                let held = self.hidden.iter().position(|listed| listed.id == video);
                let listed = held.and_then(|at| self.hidden.remove(at));
                if listed.is_none() {
                    self.with_image.insert(video);
                }
                let listed = listed.or_else(|| infos.remove(&video)).or_else(|| left.remove(&video));
                group.members.push(listed.unwrap_or(Listed { id: video, known: None, error: None }));
            }
            let others: Vec<AssetId> = group.others.iter().filter_map(|(_, known)| known.live_photo_video).collect();
            for video in others {
                if let Some(known) = infos.remove(&video).and_then(|listed| listed.known) {
                    group.others.push((video, known));
                }
            }
            groups.push(group);
        }
        for id in repeated {
            if is_list && !self.with_image.remove(&id) {
                let listed = Listed { id, known: None, error: None };
                groups.push(Group { members: vec![listed], is_repeated: true, ..Group::default() });
            }
        }
        groups
    }

    /// Requests the facts about assets, one request per asset.
    async fn load_infos(&self, ids: &[AssetId], visitor: bool) -> HashMap<AssetId, Listed> {
        let mut infos: HashMap<AssetId, Listed> = HashMap::new();
        let mut outage_retry = self.outages.outage_retry();
        let mut left = ids.to_vec();
        while !left.is_empty() {
            outage_retry.ready().await;
            let mut away = Vec::new();
            for (id, result) in read(self.client, &mem::take(&mut left), !visitor).await {
                let error = match result {
                    Ok(asset) => {
                        self.outages.reached();
                        infos.insert(id, Listed::of(&asset));
                        continue;
                    }
                    Err(error) if suggests_outage(&error) => {
                        away.push((id, error));
                        continue;
                    }
                    Err(error) => Some(error).filter(|error| !visitor || error.kind() == ErrorKind::Transport),
                };
                infos.insert(id, Listed { id, known: None, error });
            }
            let Some((first, error)) = away.pop() else { break };
            match outage_retry.failed(error).await {
                Ok(()) => left.extend(away.into_iter().map(|(id, _)| id).chain([first])),
                Err(error) => {
                    let failed = away.into_iter().chain([(first, error)]);
                    infos.extend(failed.map(|(id, error)| (id, Listed { id, known: None, error: Some(error) })));
                }
            }
        }
        for id in ids {
            infos.entry(*id).or_insert(Listed { id: *id, known: None, error: None });
        }
        infos
    }

    /// Requests the stacks of RAW and developed photos, and returns them by each of their assets.
    async fn request_stacks(&self) -> Result<HashMap<AssetId, Stack>, Error> {
        let stacks = match self.client.stacks().search_stacks().await {
            Ok(stacks) => stacks,
            // A user who may not see stacks has none.
            Err(error)
                if !error.is_from_elsewhere() && error.status().is_some_and(|status| status.is_client_error()) =>
            {
                return Ok(HashMap::new());
            }
            Err(error) => return Err(error),
        };
        let mut by_asset = HashMap::new();
        for stack in stacks {
            let mut by_stem: HashMap<String, Vec<(AssetId, AssetInfo)>> = HashMap::new();
            for asset in &stack.assets {
                let extension = media::extension(&asset.original_file_name);
                if media::is_raw(&extension) || media::is_developed(&extension) {
                    let stem = name::folded(name::split(&asset.original_file_name).0);
                    by_stem.entry(stem).or_default().push((asset.id, AssetInfo::from(asset)));
                }
            }
            for mut members in by_stem.into_values() {
                let raw = |known: &AssetInfo| media::is_raw(&media::extension(&known.name));
                members.sort_by_key(|(id, _)| *id);
                members.sort_by_key(|(_, known)| raw(known));
                if members.iter().any(|(_, known)| raw(known)) && members.iter().any(|(_, known)| !raw(known)) {
                    let members = Arc::new(members);
                    by_asset.extend(members.iter().map(|(id, _)| (*id, Arc::clone(&members))));
                }
            }
        }
        Ok(by_asset)
    }
}

fn id_alone(found: &Found) -> Option<AssetId> {
    match found {
        Found::Id(id) => Some(*id),
        Found::Asset(_) => None,
    }
}
