//! Responses that come page by page.

use std::collections::HashSet;
use std::fmt;

use crate::api::{GetAllPeople, PeopleResponseDto, SearchAssets, SearchResponseDto, SearchSmart};
use crate::call::{Call, Options};
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::uuid::Uuid;

/// How many pages without an item, each with a next page, are read in a row.
const EMPTY_PAGES: u32 = 3;

/// An endpoint whose response is one page of several.
pub trait Paged: Endpoint {
    /// Returns the number of the page that it requests; the first is 1.
    fn page(&self) -> i64;

    /// Requests another page.
    fn set_page(&mut self, page: i64);

    /// Returns the number of the page after `response`, if there is one.
    ///
    /// # Errors
    /// `Decode` if the server names one that is no number.
    fn page_after(&self, response: &<Self::Decode as Decode>::Output) -> Result<Option<i64>, Error>;

    /// Returns the cursor of the page after `response`, where the server has cursors. It is used before
    /// [`page_after`](Self::page_after).
    fn cursor_after(&self, response: &<Self::Decode as Decode>::Output) -> Option<String> {
        let _ = response;
        None
    }

    /// Requests the page of a cursor, instead of one by its number.
    fn set_cursor(&mut self, cursor: String) {
        let _ = cursor;
    }

    /// Returns the ids of the items of a page, by which repeated ones and empty pages are seen; `None` where the items
    /// have no ids.
    fn ids(response: &<Self::Decode as Decode>::Output) -> Option<Vec<Uuid>> {
        let _ = response;
        None
    }
}

/// The pages of a response, requested one by one.
///
/// A program that must see **every** asset uses [`Client::found_assets`], [`Client::album_assets`] or
/// [`Client::library_assets`] instead of pages. Only servers from 3.2 on have cursors, which pages follow where they
/// are. Older servers find a page by counting from the start, and then pages
/// * leave out an asset for each one before it that is trashed, archived or changed between two requests,
/// * repeat one for each that is added ([`repeated`](Self::repeated) counts them),
/// * on servers 2.x leave out and repeat assets that were taken in the same moment, even if nothing changes.
///
/// A search without a visibility also has no archived assets on servers 2.x.
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
pub struct Pages<'c, E> {
    client: &'c Client,
    /// `None` after the last page.
    endpoint: Option<E>,
    options: Options,
    cursor: Option<String>,
    seen: HashSet<Uuid>,
    repeated: u64,
    empty: u32,
}

impl<'c, E: Paged> Call<'c, E> {
    /// Returns the response page by page, from the page that the call requests. Headers, time limits and the
    /// retry policy of the call are those of each page.
    pub fn pages(self) -> Pages<'c, E> {
        let seen = HashSet::new();
        let Self { client, endpoint, options } = self;
        Pages { client, endpoint: Some(endpoint), options, cursor: None, seen, repeated: 0, empty: 0 }
    }
}

impl<E: Paged> Pages<'_, E> {
    /// Returns the next page, or `None` after the last. After an error, the same page is requested again.
    ///
    /// It is cancel-safe: after a call that was dropped, the same page is requested again.
    ///
    /// # Errors
    /// Those of the call; `Decode` if the server points back to a page that was seen, or gives one empty page after
    /// the other.
    pub async fn next(&mut self) -> Result<Option<<E::Decode as Decode>::Output>, Error> {
        let Some(endpoint) = &mut self.endpoint else { return Ok(None) };
        let mut call = self.client.send(&*endpoint);
        call.options = self.options.clone();
        let response = call.await?;
        let ids = E::ids(&response);
        let cursor = endpoint.cursor_after(&response);
        let page = endpoint.page_after(&response)?;
        let wrong = |message: &str| Err(Error::decode(endpoint.operation(), "", message));
        let has_more = cursor.is_some() || page.is_some();
        let empty = if has_more && ids.as_ref().is_some_and(Vec::is_empty) { self.empty + 1 } else { 0 };
        if empty > EMPTY_PAGES {
            return wrong("one empty page comes after the other, and each has a next page");
        }
        match (cursor, page) {
            (Some(cursor), _) if self.cursor.as_ref() == Some(&cursor) => return wrong("the cursor leads to itself"),
            (Some(cursor), _) => {
                endpoint.set_cursor(cursor.clone());
                self.cursor = Some(cursor);
            }
            (None, Some(next)) if next > endpoint.page() => endpoint.set_page(next),
            (None, Some(_)) => return wrong("the next page is one that was seen already"),
            (None, None) => self.endpoint = None,
        }
        self.empty = empty;
        self.repeated += ids.into_iter().flatten().filter(|id| !self.seen.insert(*id)).count() as u64;
        Ok(Some(response))
    }

    /// Returns how many items came that were on an earlier page. If there are any, the list shifted while it was read, and
    /// others may be missing; none is no proof that nothing is.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }
}

impl<E: fmt::Debug> fmt::Debug for Pages<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

macro_rules! search {
    ($($name:ident { $($cursor:tt)* })+) => {$(
        impl Paged for $name {
            fn page(&self) -> i64 {
                self.body.page.unwrap_or(1)
            }

            fn set_page(&mut self, page: i64) {
                self.body.page = Some(page);
            }

            fn page_after(&self, response: &SearchResponseDto) -> Result<Option<i64>, Error> {
                // A string, though the request wants a number.
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
