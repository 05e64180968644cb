//! Answers that come page by page.

use std::fmt;

use crate::api::{GetAllPeople, PeopleResponseDto, SearchAssets, SearchResponseDto, SearchSmart};
use crate::call::Call;
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;

/// An endpoint whose answer is one page of several.
pub trait Paged: Endpoint {
    /// The number of the page it asks for; the first is 1.
    fn page(&self) -> i64;

    /// Asks for another page.
    fn set_page(&mut self, page: i64);

    /// The number of the page after `answer`, if there is one.
    ///
    /// # Errors
    /// `Decode` if the server names one that is no number.
    fn page_after(&self, answer: &<Self::Decode as Decode>::Output) -> Result<Option<i64>, Error>;
}

/// The pages of an answer, asked for one by one.
///
/// ```no_run
/// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
/// use immich_core::api::MetadataSearchDto;
///
/// let mut pages = client.search().search_assets(MetadataSearchDto::new().is_favorite(true)).pages();
/// while let Some(page) = pages.next().await? {
///     for asset in page.assets.items {
///         println!("{}", asset.original_file_name);
///     }
/// }
/// # Ok(()) }
/// ```
#[must_use = "pages are asked for by `next`"]
pub struct Pages<'c, E> {
    client: &'c Client,
    /// `None` after the last page.
    endpoint: Option<E>,
}

impl<'c, E: Paged> Call<'c, E> {
    /// The answer page by page, from the page that the call asks for. Headers of the call are not kept.
    pub fn pages(self) -> Pages<'c, E> {
        Pages { client: self.client, endpoint: Some(self.endpoint) }
    }
}

impl<E: Paged> Pages<'_, E> {
    /// The next page, or `None` after the last. After an error, the same page is asked for again.
    ///
    /// # Errors
    /// Those of the call; `Decode` if the server points back to a page that was seen.
    pub async fn next(&mut self) -> Result<Option<<E::Decode as Decode>::Output>, Error> {
        let Some(endpoint) = &mut self.endpoint else { return Ok(None) };
        let answer = self.client.send(&*endpoint).await?;
        match endpoint.page_after(&answer)? {
            None => self.endpoint = None,
            Some(next) if next > endpoint.page() => endpoint.set_page(next),
            Some(_) => {
                return Err(Error::decode(endpoint.operation(), "", "the next page is one that was seen already"));
            }
        }
        Ok(Some(answer))
    }
}

impl<E: fmt::Debug> fmt::Debug for Pages<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

macro_rules! search {
    ($($name:ident),+) => {$(
        impl Paged for $name {
            fn page(&self) -> i64 {
                self.body.page.unwrap_or(1)
            }

            fn set_page(&mut self, page: i64) {
                self.body.page = Some(page);
            }

            fn page_after(&self, answer: &SearchResponseDto) -> Result<Option<i64>, Error> {
                // A text, though the request wants a number.
                let next = answer.assets.next_page.as_deref().map(str::parse).transpose();
                next.map_err(|_| Error::decode(Self::OPERATION, "assets.nextPage", "the next page is no number"))
            }
        }
    )+};
}

search!(SearchAssets, SearchSmart);

impl Paged for GetAllPeople {
    fn page(&self) -> i64 {
        self.page.unwrap_or(1)
    }

    fn set_page(&mut self, page: i64) {
        self.page = Some(page);
    }

    fn page_after(&self, answer: &PeopleResponseDto) -> Result<Option<i64>, Error> {
        Ok((answer.has_next_page == Some(true)).then(|| Paged::page(self) + 1))
    }
}
