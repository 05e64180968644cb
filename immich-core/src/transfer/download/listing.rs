//! Which assets are downloaded, page by page.

use std::collections::{HashSet, VecDeque};

use super::known::Known;
use crate::api::{AssetResponseDto, DownloadInfoDto, MetadataSearchDto, SearchAssets};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::{AlbumId, AssetId};
use crate::page::Pages;

/// The most that a page of a search can have.
const PAGE: i64 = 1000;

/// How many ids are taken at once.
const IDS: usize = 1000;

/// An asset that was found.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) id: AssetId,
    /// `None` if the server must be asked.
    pub(super) known: Option<Known>,
}

/// What assets are taken from.
pub(super) enum Source<'c> {
    Ids(VecDeque<AssetId>),
    Found(Box<Pages<'c, SearchAssets>>),
    Album(Box<Album<'c>>),
}

/// An album. Its assets come with its description from servers 2.x, and by search from others. A search leaves out
/// what does not show in the timeline, and a visitor cannot search: what the server would put into an archive of the
/// album is complete, and has the ids alone.
pub(super) struct Album<'c> {
    client: &'c Client,
    id: AlbumId,
    name: Option<String>,
    found: Option<Pages<'c, SearchAssets>>,
    /// The assets that were found, and the videos of live photos among them.
    seen: HashSet<AssetId>,
    videos: HashSet<AssetId>,
}

impl<'c> Source<'c> {
    pub(super) fn search(client: &'c Client, search: MetadataSearchDto) -> Self {
        Self::Found(Box::new(pages(client, search)))
    }

    pub(super) fn album(client: &'c Client, id: AlbumId) -> Self {
        let (seen, videos) = (HashSet::new(), HashSet::new());
        Self::Album(Box::new(Album { client, id, name: None, found: None, seen, videos }))
    }

    /// The name of the album, once it is known.
    pub(super) fn album_name(&self) -> Option<&str> {
        match self {
            Self::Album(album) => album.name.as_deref(),
            _ => None,
        }
    }

    /// More assets, and whether there can be more after them. After an error, the same are asked for again.
    pub(super) async fn next(&mut self) -> Result<(Vec<Listed>, bool), Error> {
        match self {
            Self::Ids(ids) => {
                let listed = ids.drain(..ids.len().min(IDS)).map(|id| Listed { id, known: None }).collect();
                Ok((listed, !ids.is_empty()))
            }
            Self::Found(pages) => match pages.next().await? {
                Some(page) => Ok((page.assets.items.iter().map(Listed::from).collect(), true)),
                None => Ok((Vec::new(), false)),
            },
            Self::Album(album) => album.next().await,
        }
    }
}

impl Album<'_> {
    async fn next(&mut self) -> Result<(Vec<Listed>, bool), Error> {
        let Some(pages) = &mut self.found else {
            let album = self.client.albums().get_album_info(self.id).await?;
            let search = MetadataSearchDto::new().album_ids([self.id]);
            self.found = Some(pages(self.client, search));
            self.name = Some(album.album_name);
            let listed = album.assets.iter().flatten().map(Listed::from).collect();
            return Ok((self.unseen(listed), true));
        };
        match pages.next().await {
            Ok(Some(page)) => {
                let listed = page.assets.items.iter().map(Listed::from).collect();
                return Ok((self.unseen(listed), true));
            }
            // The last page was, or there is no searching.
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Auth => {}
            Err(error) => return Err(error),
        }
        let plan = self.client.download().get_download_info(DownloadInfoDto::new().album_id(self.id)).await?;
        let ids = plan.archives.into_iter().flat_map(|archive| archive.asset_ids);
        let others = ids.filter(|id| !self.videos.contains(id)).map(|id| Listed { id, known: None }).collect();
        Ok((self.unseen(others), false))
    }

    fn unseen(&mut self, listed: Vec<Listed>) -> Vec<Listed> {
        self.videos.extend(listed.iter().filter_map(|asset| asset.known.as_ref()?.live_photo_video));
        listed.into_iter().filter(|asset| self.seen.insert(asset.id)).collect()
    }
}

impl From<&AssetResponseDto> for Listed {
    fn from(asset: &AssetResponseDto) -> Self {
        Self { id: asset.id, known: Some(Known::from(asset)) }
    }
}

/// The pages of a search, as large as can be and with the sizes of the files, unless the caller said otherwise.
fn pages(client: &Client, mut search: MetadataSearchDto) -> Pages<'_, SearchAssets> {
    search.size = search.size.or(Some(PAGE));
    search.with_exif = search.with_exif.or(Some(true));
    client.search().search_assets(search).pages()
}
