//! Reads all results of a search, even if the library changes meanwhile.
//!
//! A numbered page is an offset from the start, so it shifts when earlier assets are added or removed. Instead, each
//! request is for the first page of the remaining results: all that were taken up to the time of the last asset
//! received. A response without a next page thus contains all remaining results of a single query. If more assets share
//! a moment than fit on a page, the moment is divided by upload time. Only what cannot be divided is read by numbered
//! pages, repeatedly, until the server's own count matches.

use std::collections::{HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::Incomplete;
use crate::api::{
    AssetOrder, AssetResponseDto, MetadataSearchDto, SearchAssetStatistics, SearchAssets, SearchResponseDto,
    StatisticsSearchDto,
};
use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;

/// The maximum page size.
const PAGE: i64 = 1000;

/// The maximum number of pages in a row without assets, each followed by another page.
const EMPTY_PAGES: u32 = 3;

/// How often numbered pages are read until the count matches.
const PASSES: u32 = 16;

/// How often a search is read until the count matches.
const READS: u32 = 4;

/// Times in responses are truncated to milliseconds, while the server may store them with more precision.
const TICK: SignedDuration = SignedDuration::from_millis(1);

pub(super) struct Search<'c> {
    client: &'c Client,
    search: MetadataSearchDto,
    ascending: bool,
    /// The remaining segments, in order.
    left: VecDeque<Segment>,
    /// The ids that were received.
    seen: HashSet<AssetId>,
    /// Whether `with_exif` was set here, and not by the caller.
    added_exif: bool,
    reads: u32,
    /// Whether the final count was compared.
    counted: bool,
    incomplete: Option<Incomplete>,
}

/// A part of the results, and how it is read.
#[derive(Clone, Debug)]
enum Segment {
    /// By the time at which assets were taken.
    ByTime(Span),
    /// After a cursor of the server.
    ByCursor { cursor: String, empty: u32 },
    /// A single moment, by upload time.
    Moment { taken: Span, created: Span },
    /// By numbered pages.
    Pages { taken: Span, created: Span, page: i64, empty: u32, found: HashSet<AssetId>, pass: u32 },
}

/// A range of instants, both ends inclusive; either may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Span {
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Span {
    /// Returns whether the range may contain an instant that is truncated to milliseconds.
    fn may_hold(&self, instant: Timestamp) -> bool {
        self.after.is_none_or(|after| later(instant) >= after) && self.before.is_none_or(|before| instant <= before)
    }
}

fn later(instant: Timestamp) -> Timestamp {
    instant.checked_add(TICK).unwrap_or(Timestamp::MAX)
}

fn earlier(instant: Timestamp) -> Timestamp {
    instant.checked_sub(TICK).unwrap_or(Timestamp::MIN)
}

impl<'c> Search<'c> {
    pub(super) fn new(client: &'c Client, mut search: MetadataSearchDto) -> Self {
        search.size = search.size.or(Some(PAGE));
        // Exif includes the file sizes.
        let added_exif = search.with_exif.is_none();
        search.with_exif = search.with_exif.or(Some(true));
        let mut this = Self {
            client,
            ascending: search.order == Some(AssetOrder::Asc),
            search,
            left: VecDeque::new(),
            seen: HashSet::new(),
            added_exif,
            reads: 0,
            counted: false,
            incomplete: None,
        };
        this.restart();
        this
    }

    /// Returns why the results may be incomplete.
    pub(super) fn incomplete(&self) -> Option<&Incomplete> {
        self.incomplete.as_ref()
    }

    fn restart(&mut self) {
        let taken = Span { after: self.search.taken_after, before: self.search.taken_before };
        let created = Span { after: self.search.created_after, before: self.search.created_before };
        let first = match (&self.search.cursor, self.search.page) {
            (Some(cursor), _) => Segment::ByCursor { cursor: cursor.clone(), empty: 0 },
            (None, Some(page)) if page > 1 => {
                self.incomplete = Some(Incomplete::StartPage);
                Segment::Pages { taken, created, page, empty: 0, found: HashSet::new(), pass: 0 }
            }
            _ => Segment::ByTime(taken),
        };
        self.left = [first].into();
    }

    /// Returns the next assets that were not received before, possibly none; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        let Some(segment) = self.left.front().cloned() else { return self.check_count().await };
        let response = self.client.send(SearchAssets::new(self.request(&segment))).await?;
        let next_page = next_page(&response)?;
        let cursor = response.assets.next_cursor;
        let items = response.assets.items;
        let after: Vec<Segment> = match segment {
            Segment::ByCursor { cursor: before, empty } => {
                match cursor.filter(|_| !items.is_empty() || empty < EMPTY_PAGES) {
                    Some(next) if next == before => {
                        return Err(Error::decode(
                            SearchAssets::OPERATION,
                            "assets.nextCursor",
                            "the cursor leads to itself",
                        ));
                    }
                    Some(cursor) => {
                        let empty = if items.is_empty() { empty + 1 } else { 0 };
                        vec![Segment::ByCursor { cursor, empty }]
                    }
                    None if items.is_empty() && empty >= EMPTY_PAGES => {
                        self.incomplete = Some(Incomplete::EmptyPages);
                        Vec::new()
                    }
                    None => Vec::new(),
                }
            }
            Segment::ByTime(span) => match (cursor, next_page) {
                (Some(cursor), _) => vec![Segment::ByCursor { cursor, empty: 0 }],
                (None, None) => Vec::new(),
                (None, Some(page)) => self.after_time(span, page, &items),
            },
            Segment::Moment { taken, created } => match next_page {
                None => Vec::new(),
                Some(page) => divide(taken, created, page, &items),
            },
            Segment::Pages { taken, created, page, empty, found, pass } => {
                self.after_page(Pass { taken, created, page, empty, found, pass }, next_page, &items).await?
            }
        };
        self.left.pop_front();
        after.into_iter().rev().for_each(|segment| self.left.push_front(segment));
        let mut items = items;
        items.retain(|asset| self.seen.insert(asset.id));
        Ok(Some(items))
    }

    fn request(&self, segment: &Segment) -> MetadataSearchDto {
        let mut search = self.search.clone();
        (search.page, search.cursor) = (None, None);
        let mut within = |taken: &Span, created: &Span| {
            (search.taken_after, search.taken_before) = (taken.after, taken.before);
            (search.created_after, search.created_before) = (created.after, created.before);
        };
        match segment {
            Segment::ByTime(taken) => {
                let created = Span { after: self.search.created_after, before: self.search.created_before };
                within(taken, &created);
            }
            Segment::ByCursor { cursor, .. } => search.cursor = Some(cursor.clone()),
            Segment::Moment { taken, created } => within(taken, created),
            Segment::Pages { taken, created, page, pass, .. } => {
                within(taken, created);
                search.page = Some(*page);
                // The same query may omit the same assets each time, so each pass uses another page size and order.
                search.size = Some(size_of_pass(search.size.unwrap_or(PAGE), *pass));
                if pass % 2 == 1 && search.order_by.is_none() {
                    search.order = Some(if self.ascending { AssetOrder::Desc } else { AssetOrder::Asc });
                }
            }
        }
        search
    }

    /// Returns the remaining segments after the first page of a span.
    fn after_time(&self, span: Span, page: i64, items: &[AssetResponseDto]) -> Vec<Segment> {
        let created = Span { after: self.search.created_after, before: self.search.created_before };
        let pages = |found: HashSet<AssetId>| Segment::Pages { taken: span, created, page, empty: 1, found, pass: 0 };
        // If the server ignores the order or the bounds, only numbered pages are possible.
        let times: Vec<_> = items.iter().map(|asset| asset.file_created_at).collect();
        let is_ordered = times.is_sorted_by(|one, two| if self.ascending { one <= two } else { one >= two });
        let (Some(last), true) = (times.last().copied(), is_ordered && times.iter().all(|time| span.may_hold(*time)))
        else {
            return vec![pages(items.iter().map(|asset| asset.id).collect())];
        };
        if self.ascending {
            let bound = earlier(last);
            if span.after.is_none_or(|after| bound > after) {
                return vec![Segment::ByTime(Span { after: Some(bound), ..span })];
            }
            let (from, to) = (span.after, later(later(last)));
            let moment =
                Segment::Moment { taken: Span { after: from, before: tighten(span.before, to, Ord::min) }, created };
            return match span.before.is_some_and(|before| before <= to) {
                true => vec![moment],
                false => vec![moment, Segment::ByTime(Span { after: Some(to), ..span })],
            };
        }
        let bound = later(last);
        if span.before.is_none_or(|before| bound < before) {
            return vec![Segment::ByTime(Span { before: Some(bound), ..span })];
        }
        let (from, to) = (earlier(last), span.before);
        let moment =
            Segment::Moment { taken: Span { after: tighten(span.after, from, Ord::max), before: to }, created };
        match span.after.is_some_and(|after| after >= from) {
            true => vec![moment],
            false => vec![moment, Segment::ByTime(Span { before: Some(from), ..span })],
        }
    }

    /// Returns the remaining segments after a numbered page.
    async fn after_page(
        &mut self,
        mut pass: Pass,
        next: Option<i64>,
        items: &[AssetResponseDto],
    ) -> Result<Vec<Segment>, Error> {
        pass.found.extend(items.iter().map(|asset| asset.id));
        pass.empty = if items.is_empty() { pass.empty + 1 } else { 0 };
        if let Some(next) = next {
            if next <= pass.page {
                let message = "the next page is one that was seen already";
                return Err(Error::decode(SearchAssets::OPERATION, "assets.nextPage", message));
            }
            if pass.empty <= EMPTY_PAGES {
                pass.page = next;
                return Ok(vec![pass.into_segment()]);
            }
            self.incomplete = Some(Incomplete::EmptyPages);
            return Ok(Vec::new());
        }
        if self.incomplete.is_some() {
            return Ok(Vec::new());
        }
        let found = pass.found.len() as u64;
        match self.count(pass.taken, pass.created).await? {
            Count::Of(counted) if counted == found => Ok(Vec::new()),
            Count::Of(counted) if pass.pass + 1 >= PASSES => {
                self.incomplete = Some(Incomplete::Counted { found, counted });
                Ok(Vec::new())
            }
            Count::Of(counted) => {
                // More were found than exist: assets were removed meanwhile, so the pass starts over.
                if found > counted {
                    pass.found.clear();
                }
                (pass.page, pass.pass, pass.empty) = (1, pass.pass + 1, 0);
                Ok(vec![pass.into_segment()])
            }
            Count::Refused(error) => {
                self.incomplete = Some(Incomplete::Uncounted(error));
                Ok(Vec::new())
            }
            Count::Impossible => {
                self.incomplete = Some(Incomplete::NotCountable);
                Ok(Vec::new())
            }
        }
    }

    /// Compares the number of assets found with the server's own count: an asset whose date was changed while the list
    /// was read may have moved to a part that was already read.
    async fn check_count(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        if self.incomplete.is_some() || self.counted || self.search.cursor.is_some() {
            return Ok(None);
        }
        let taken = Span { after: self.search.taken_after, before: self.search.taken_before };
        let created = Span { after: self.search.created_after, before: self.search.created_before };
        let found = self.seen.len() as u64;
        match self.count(taken, created).await? {
            Count::Of(counted) if counted > found => {
                self.reads += 1;
                if self.reads >= READS {
                    self.incomplete = Some(Incomplete::Counted { found, counted });
                    return Ok(None);
                }
                // Assets that the server has not processed yet have no exif data, and are not found with `with_exif`.
                if self.added_exif {
                    self.search.with_exif = None;
                }
                self.restart();
                Ok(Some(Vec::new()))
            }
            // Each response was complete, so the list is complete even without a count.
            Count::Of(_) | Count::Refused(_) | Count::Impossible => {
                self.counted = true;
                Ok(None)
            }
        }
    }

    async fn count(&self, taken: Span, created: Span) -> Result<Count, Error> {
        let Some(mut wanted) = count_conditions(&self.search) else { return Ok(Count::Impossible) };
        (wanted.taken_after, wanted.taken_before) = (taken.after, taken.before);
        (wanted.created_after, wanted.created_before) = (created.after, created.before);
        match self.client.send(SearchAssetStatistics::new(wanted)).await {
            Ok(counted) => Ok(Count::Of(u64::try_from(counted.total).unwrap_or_default())),
            Err(error) if super::is_refusal(&error) => Ok(Count::Refused(error)),
            Err(error) => Err(error),
        }
    }
}

fn size_of_pass(size: i64, pass: u32) -> i64 {
    let pass = i64::from(pass);
    if size > PAGE / 2 { size - 37 * pass } else { size + pass }
}

/// The result of the server's count.
enum Count {
    Of(u64),
    Refused(Error),
    /// The server cannot count by these conditions.
    Impossible,
}

/// A pass over numbered pages.
struct Pass {
    taken: Span,
    created: Span,
    page: i64,
    empty: u32,
    found: HashSet<AssetId>,
    pass: u32,
}

impl Pass {
    fn into_segment(self) -> Segment {
        let Self { taken, created, page, empty, found, pass } = self;
        Segment::Pages { taken, created, page, empty, found, pass }
    }
}

fn tighten(own: Option<Timestamp>, other: Timestamp, pick: fn(Timestamp, Timestamp) -> Timestamp) -> Option<Timestamp> {
    Some(own.map_or(other, |own| pick(own, other)))
}

/// Divides a moment by upload time.
fn divide(taken: Span, created: Span, page: i64, items: &[AssetResponseDto]) -> Vec<Segment> {
    let mut times: Vec<_> = items.iter().map(|asset| asset.created_at).collect();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied();
    let inside = |time: &Timestamp| {
        created.after.is_none_or(|after| earlier(*time) > after)
            && created.before.is_none_or(|before| later(*time) < before)
    };
    match middle.filter(inside).filter(|_| items.iter().all(|asset| created.may_hold(asset.created_at))) {
        Some(middle) => {
            // The middle itself may have too many assets, so it is a separate part.
            let (from, to) = (earlier(middle), later(middle));
            let part = |after, before| Segment::Moment { taken, created: Span { after, before } };
            vec![part(Some(to), created.before), part(Some(from), Some(to)), part(created.after, Some(from))]
        }
        None => {
            let found = items.iter().map(|asset| asset.id).collect();
            vec![Segment::Pages { taken, created, page, empty: 0, found, pass: 0 }]
        }
    }
}

fn next_page(response: &SearchResponseDto) -> Result<Option<i64>, Error> {
    let next = response.assets.next_page.as_deref().map(str::parse).transpose();
    next.map_err(|_| Error::decode(SearchAssets::OPERATION, "assets.nextPage", "the next page is no number"))
}

/// Returns the same conditions for counting; `None` if the server cannot count by some of them.
fn count_conditions(search: &MetadataSearchDto) -> Option<StatisticsSearchDto> {
    let texts = [
        &search.checksum,
        &search.device_asset_id,
        &search.encoded_video_path,
        &search.original_file_name,
        &search.original_path,
        &search.preview_path,
        &search.thumbnail_path,
    ];
    let is_more = search.with_deleted == Some(true) || search.with_stacked == Some(false) || search.id.is_some();
    if texts.iter().any(|text| text.is_some()) || is_more {
        return None;
    }
    let mut wanted = StatisticsSearchDto::new();
    macro_rules! copy {
        ($($field:ident)+) => { $(wanted.$field.clone_from(&search.$field);)+ };
    }
    copy! {
        created_after created_before description device_id filter is_encoded is_favorite is_motion is_not_in_album
        is_offline ocr taken_after taken_before trashed_after trashed_before type_ updated_after updated_before visibility
        album_ids person_ids city country lens_model library_id make model rating state tag_ids
    }
    // A search by album finds assets of all owners, while the count only includes those of the user and their partners.
    wanted.album_ids.is_none().then_some(wanted)
}
