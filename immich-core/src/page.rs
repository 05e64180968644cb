//! Paged responses.

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::api::{
    AssetResponseDto, GetAllPeople, PeopleResponseDto, PersonResponseDto, SearchAssets, SearchResponseDto, SearchSmart,
};
use crate::call::{Call, Options};
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::polled::{Polled, Source};
use crate::uuid::Uuid;

/// The maximum number of pages in a row without an item, each followed by another page.
const EMPTY_PAGES: u32 = 3;

/// An endpoint with a paged response.
pub trait Paged: Endpoint {
    /// An item of a page.
    type Item: Send;

    /// Returns the number of the page to request; the first is 1.
    fn page(&self) -> i64;

    /// Sets the page to request.
    fn set_page(&mut self, page: i64);

    /// Returns the number of the page after `response`, if there is one.
    ///
    /// # Errors
    /// `Decode` if the server returns an invalid number.
    fn page_after(&self, response: &<Self::Decode as Decode>::Output) -> Result<Option<i64>, Error>;

    /// Returns the cursor of the page after `response`, if the server uses cursors. It takes precedence over
    /// [`page_after`](Self::page_after).
    fn cursor_after(&self, response: &<Self::Decode as Decode>::Output) -> Option<String> {
        let _ = response;
        None
    }

    /// Sets the cursor of the page to request, instead of its number.
    fn set_cursor(&mut self, cursor: String) {
        let _ = cursor;
    }

    /// Returns the items of a page.
    fn items(response: <Self::Decode as Decode>::Output) -> Vec<Self::Item>;

    /// Returns the ids of the items of a page, to detect repeated items and empty pages; `None` if the items have no
    /// ids.
    fn ids(response: &<Self::Decode as Decode>::Output) -> Option<Vec<Uuid>> {
        let _ = response;
        None
    }
}

/// The pages of a response, requested one by one.
///
/// To read **every** asset, use [`Client::found_assets`], [`Client::album_assets`] or [`Client::library_assets`]
/// instead. Pages follow cursors, but only servers from 3.2 on have them. With older servers, a page is an offset from
/// the start, so pages
/// * miss an asset for each earlier one that is trashed, archived or changed between two requests,
/// * repeat an asset for each one that is added ([`repeated`](Self::repeated) counts them),
/// * miss and repeat assets that were taken in the same moment, on servers 2.x, even if nothing changes.
///
/// On servers 2.x, a search without a visibility also omits archived assets.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::api::MetadataSearchDto;
///
/// let mut pages = client.search().search_assets(MetadataSearchDto::new().is_favorite(true)).pages();
/// while let Some(page) = pages.next().await? {
///     for asset in page.assets.items {
///         println!("{}", asset.original_file_name);
///     }
/// }
/// # Ok(()) }
/// ```
#[must_use = "pages are requested by `next`"]
pub struct Pages<'c, E: Paged> {
    reader: Polled<'c, Reader<'c, E>>,
    repeated: u64,
}

impl<'c, E: Paged> Call<'c, E> {
    /// Returns the response page by page, starting at the page of the call. Headers, timeouts and the retry policy of
    /// the call apply to each page.
    pub fn pages(self) -> Pages<'c, E> {
        let Self { client, endpoint, options } = self;
        let reader = Reader { client, endpoint, options, cursor: None, seen: HashSet::new(), is_last: false, empty: 0 };
        Pages { reader: Polled::Idle(reader), repeated: 0 }
    }
}

impl<'c, E: Paged + 'c> Pages<'c, E> {
    /// Returns the next page, or `None` after the last. After an error, the same page is requested again.
    ///
    /// It is cancel-safe: if a call is dropped, its request continues with the next call.
    ///
    /// # Errors
    /// Those of the call; `Decode` if the server returns an earlier page again, or several empty pages in
    /// a row.
    pub async fn next(&mut self) -> Result<Option<<E::Decode as Decode>::Output>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the items of all pages one by one.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::SmartSearchDto;
    ///
    /// let search = client.search().search_smart(SmartSearchDto::new().query("sunset"));
    /// let best_20 = search.pages().items().take(20).await?;
    /// # Ok(()) }
    /// ```
    pub fn items(self) -> Items<'c, E> {
        Items { pages: self, page: Vec::new().into_iter() }
    }

    /// Returns the number of items that were on an earlier page too. If there are any, the list shifted while it was
    /// read, and others may be missing. Zero does not prove that nothing is missing.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<<E::Decode as Decode>::Output>, Error>> {
        self.reader.poll(context).map_ok(|page| {
            let (response, repeated) = page?;
            self.repeated += repeated;
            Some(response)
        })
    }
}

/// Yields the pages. After an error, the next item requests the same page again.
// Nothing in it is pinned in place.
impl<E: Paged> Unpin for Pages<'_, E> {}

impl<'c, E: Paged + 'c> Stream for Pages<'c, E> {
    type Item = Result<<E::Decode as Decode>::Output, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Result::transpose)
    }
}

impl<E: Paged> fmt::Debug for Pages<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("repeated", &self.repeated).finish_non_exhaustive()
    }
}

/// The items of [`Pages`], one by one.
#[must_use = "pages are requested by `next` and `take`"]
pub struct Items<'c, E: Paged> {
    pages: Pages<'c, E>,
    page: std::vec::IntoIter<E::Item>,
}

impl<'c, E: Paged + 'c> Items<'c, E> {
    /// Returns the next item, or `None` after the last. It is cancel-safe.
    ///
    /// # Errors
    /// Those of [`Pages::next`].
    pub async fn next(&mut self) -> Result<Option<E::Item>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the next items, at most `count`. Pages that are not needed are not requested.
    ///
    /// # Errors
    /// Those of [`Pages::next`].
    pub async fn take(mut self, count: usize) -> Result<Vec<E::Item>, Error> {
        let mut items = Vec::new();
        while items.len() < count
            && let Some(item) = self.next().await?
        {
            items.push(item);
        }
        Ok(items)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<E::Item>, Error>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Ok(Some(item)));
            }
            match self.pages.poll(context)? {
                Poll::Ready(Some(page)) => self.page = E::items(page).into_iter(),
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Yields the items. After an error, the next item requests the same page again.
impl<E: Paged> Unpin for Items<'_, E> {}

impl<'c, E: Paged + 'c> Stream for Items<'c, E> {
    type Item = Result<E::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Result::transpose)
    }
}

impl<E: Paged> fmt::Debug for Items<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// Requests the pages one by one.
struct Reader<'c, E> {
    client: &'c Client,
    endpoint: E,
    options: Options,
    cursor: Option<String>,
    seen: HashSet<Uuid>,
    is_last: bool,
    empty: u32,
}

impl<E: Paged> Source for Reader<'_, E> {
    /// A page, and the number of its items that were on an earlier one.
    type Item = (<E::Decode as Decode>::Output, u64);

    async fn next(&mut self) -> Result<Option<Self::Item>, Error> {
        if self.is_last {
            return Ok(None);
        }
        let endpoint = &mut self.endpoint;
        let mut call = self.client.send(&*endpoint);
        call.options = self.options.clone();
        let response = call.await?;
        let ids = E::ids(&response);
        let cursor = endpoint.cursor_after(&response);
        let page = endpoint.page_after(&response)?;
        let invalid = |message: &str| Err(Error::decode(endpoint.operation(), "", message));
        let has_more = cursor.is_some() || page.is_some();
        let empty = if has_more && ids.as_ref().is_some_and(Vec::is_empty) { self.empty + 1 } else { 0 };
        if empty > EMPTY_PAGES {
            return invalid("one empty page comes after the other, and each has a next page");
        }
        match (cursor, page) {
            (Some(cursor), _) if self.cursor.as_ref() == Some(&cursor) => return invalid("the cursor leads to itself"),
            (Some(cursor), _) => {
                endpoint.set_cursor(cursor.clone());
                self.cursor = Some(cursor);
            }
            (None, Some(next)) if next > endpoint.page() => endpoint.set_page(next),
            (None, Some(_)) => return invalid("the next page is one that was seen already"),
            (None, None) => self.is_last = true,
        }
        self.empty = empty;
        let repeated = ids.into_iter().flatten().filter(|id| !self.seen.insert(*id)).count() as u64;
        Ok(Some((response, repeated)))
    }
}

macro_rules! search {
    ($($name:ident { $($cursor:tt)* })+) => {$(
        impl Paged for $name {
            type Item = AssetResponseDto;

            fn items(response: SearchResponseDto) -> Vec<AssetResponseDto> {
                response.assets.items
            }

            fn page(&self) -> i64 {
                self.body.page.unwrap_or(1)
            }

            fn set_page(&mut self, page: i64) {
                self.body.page = Some(page);
            }

            fn page_after(&self, response: &SearchResponseDto) -> Result<Option<i64>, Error> {
                // A string, although the request needs a number.
                let next = response.assets.next_page.as_deref().map(str::parse).transpose();
                next.map_err(|_| Error::decode(Self::OPERATION, "assets.nextPage", "the next page is no number"))
            }

            fn ids(response: &SearchResponseDto) -> Option<Vec<Uuid>> {
                Some(response.assets.items.iter().map(|asset| asset.id.0).collect())
            }

            $($cursor)*
        }
    )+};
}

search! {
    SearchAssets {
        fn cursor_after(&self, response: &SearchResponseDto) -> Option<String> {
            response.assets.next_cursor.clone()
        }

        fn set_cursor(&mut self, cursor: String) {
            (self.body.cursor, self.body.page) = (Some(cursor), None);
        }
    }
    SearchSmart {}
}

impl Paged for GetAllPeople {
    type Item = PersonResponseDto;

    fn items(response: PeopleResponseDto) -> Vec<PersonResponseDto> {
        response.people
    }

    fn page(&self) -> i64 {
        self.page.unwrap_or(1)
    }

    fn set_page(&mut self, page: i64) {
        self.page = Some(page);
    }

    fn page_after(&self, response: &PeopleResponseDto) -> Result<Option<i64>, Error> {
        Ok((response.has_next_page == Some(true)).then(|| Paged::page(self) + 1))
    }

    fn ids(response: &PeopleResponseDto) -> Option<Vec<Uuid>> {
        Some(response.people.iter().map(|person| person.id.0).collect())
    }
}
