//! Clients for visitors of a shared link.

use http::header::{COOKIE, SET_COOKIE};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::api::{SharedLinkEditDto, SharedLinkLogin, SharedLinkLoginDto, SharedLinkResponseDto};
use crate::auth::{Credential, sensitive};
use crate::builder::ClientBuilder;
use crate::call::Options;
use crate::client::Client;
use crate::decode::{Decode, Json};
use crate::error::Error;
use crate::ids::SharedLinkId;
use crate::patch::Patch;
use crate::secret::Secret;

/// The cookie that proves that the password was given; it is valid for a day.
const TOKEN: &str = "immich_shared_link_token=";

impl Client {
    /// Starts building a client for visitors of a shared link, from its URL: `https://photos.example/share/KEY` or
    /// `https://photos.example/s/SLUG`.
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// use immich_sdk::Client;
    ///
    /// let builder = Client::from_share_url("https://photos.example/share/WkbZy2o3")?;
    /// assert!(Client::from_share_url("https://photos.example/albums").is_err());
    /// # Ok::<(), immich_sdk::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Build` if it is not the URL of a shared link.
    pub fn from_share_url(url: &str) -> Result<ClientBuilder, Error> {
        let invalid = || Error::misconfigured("this is not the URL of a shared link, which contains /share/ or /s/");
        let plain = url.split(['?', '#']).next().unwrap_or_default();
        let found = [("/share/", false), ("/s/", true)].into_iter().find_map(|(marker, slug)| {
            let (base, rest) = plain.split_once(marker)?;
            // The part after the key is a photo of the album.
            let name = rest.split('/').next().filter(|name| !name.is_empty())?;
            Some((base, name, slug))
        });
        let (base, name, slug) = found.ok_or_else(invalid)?;
        let name = Secret::from(percent_decode_str(name).decode_utf8().map_err(|_| invalid())?.into_owned());
        let credential = if slug { Credential::SharedLinkSlug(name) } else { Credential::SharedLinkKey(name) };
        Ok(Self::builder(base).credential(credential))
    }

    /// Returns the URL of a shared link, with its slug if it has one, else with its key. Anyone with the URL has
    /// access.
    pub fn share_url(&self, link: &SharedLinkResponseDto) -> Secret {
        let address = self.base_url().to_string();
        let site = address.strip_suffix("/api").unwrap_or(&address);
        match link.slug.as_ref().map(Secret::expose).filter(|slug| !slug.is_empty()) {
            Some(slug) => format!("{site}/s/{}", utf8_percent_encode(slug, NON_ALPHANUMERIC)),
            None => format!("{site}/share/{}", link.key.expose()),
        }
        .into()
    }

    /// Changes a shared link, and keeps its slug unless `edit` sets or clears it: servers remove the slug if a request
    /// does not include it.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::SharedLinkId) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::SharedLinkEditDto;
    ///
    /// let link = client.edit_shared_link(id, SharedLinkEditDto::new().allow_download(false)).await?;
    /// # drop(link); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of `get_shared_link_by_id` and `update_shared_link`.
    pub async fn edit_shared_link(
        &self,
        id: impl Into<SharedLinkId>,
        mut edit: SharedLinkEditDto,
    ) -> Result<SharedLinkResponseDto, Error> {
        let id = id.into();
        if edit.slug.is_keep() {
            let link = self.shared_links().get_shared_link_by_id(id).await?;
            edit.slug = link.slug.map_or(Patch::Keep, Patch::Set);
        }
        self.shared_links().update_shared_link(id, edit).await
    }

    /// Sends the password of the shared link that this client visits. It and its clones then have access for a day.
    ///
    /// Servers from 2.7 on support the login used here; the password in the query, which older clients send, is
    /// rejected from 3.0 on.
    ///
    /// # Errors
    /// `Api` (400) if the link has no password; `Auth` if the password is wrong; otherwise as any call.
    pub async fn unlock_shared_link(&self, password: impl Into<Secret>) -> Result<SharedLinkResponseDto, Error> {
        let login = SharedLinkLogin::new(SharedLinkLoginDto::new(password));
        let response = self.send(login).raw().await?;
        let mut cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let token = cookies.find_map(|cookie| cookie.split(';').next()?.trim().strip_prefix(TOKEN).map(str::to_owned));
        let link = Json::<SharedLinkResponseDto>::decode(SharedLinkLogin::OPERATION, response).await;
        let link = match link {
            Ok(link) => link,
            Err(error) => return Err(self.explain(error, &Options::default()).await),
        };
        let token = token.ok_or_else(|| {
            Error::decode(SharedLinkLogin::OPERATION, "", "the server accepted the password but set no cookie")
        })?;
        let cookie = sensitive("cookie of the shared link", &format!("{TOKEN}{token}"))?;
        self.replace(self.credentials().with_header(COOKIE, cookie));
        Ok(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_shared_link_urls() {
        for (url, credential) in [
            ("https://a.example/share/KEY", "SharedLinkKey"),
            ("https://a.example/sub/share/KEY/photos/1?x=1", "SharedLinkKey"),
            ("https://a.example/s/holidays%202024", "SharedLinkSlug"),
        ] {
            let shown = format!("{:?}", Client::from_share_url(url).expect(url));
            assert!(shown.contains(credential) && !shown.contains("KEY") && !shown.contains("holidays"), "{shown}");
        }
        for url in ["", "https://a.example", "https://a.example/share/", "https://a.example/shared/x", "/s/%ff"] {
            let error = Client::from_share_url(url).expect_err(url).to_string();
            assert!(error.contains("shared link"), "{error}");
        }
    }
}
