//! Signing in through the identity provider of a server (feature `oauth`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use crate::api::{OAuthCallbackDto, OAuthConfigDto, UserAdminResponseDto};
use crate::client::Client;
use crate::error::Error;
use crate::secret::Secret;
use crate::session::Session;

/// Signing in through the identity provider of a server, with PKCE.
///
/// [`start`](Self::start) requests the URL to open in a browser. The provider then redirects the browser to the
/// redirect URI, and its full URL completes the flow: [`finish`](Self::finish) signs in with it, [`link`](Self::link)
/// links the account to a signed-in user.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client, read_callback: impl Fn() -> String) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::OAuthFlow;
///
/// let flow = OAuthFlow::start(&client, "http://127.0.0.1:8080/callback").await?;
/// println!("open {}", flow.authorization_url().expose());
/// let session = flow.finish(&client, read_callback()).await?;
/// # drop(session); Ok(()) }
/// ```
pub struct OAuthFlow {
    authorization_url: Secret,
    verifier: Secret,
    state: Secret,
}

impl OAuthFlow {
    /// Requests the URL of the provider. `redirect_uri` must be registered at the provider and in Immich.
    ///
    /// # Errors
    /// `Api` if the server has no provider; otherwise as any call.
    pub async fn start(client: &Client, redirect_uri: impl Into<String>) -> Result<Self, Error> {
        let (verifier, state) = (random()?, random()?);
        let challenge = BASE64.encode(Sha256::digest(&verifier));
        let config = OAuthConfigDto::new(redirect_uri).code_challenge(challenge).state(state.clone());
        let answer = client.without_credential().auth().start_oauth(config).await?;
        Ok(Self { authorization_url: answer.url, verifier: verifier.into(), state: state.into() })
    }

    /// Returns the URL to open in a browser. It contains the state of this flow: show it to the user only.
    pub fn authorization_url(&self) -> &Secret {
        &self.authorization_url
    }

    /// Signs in with the URL to which the provider redirected the browser.
    ///
    /// # Errors
    /// `Build` if the URL is not of this flow; `Auth` or `Api` if the server does not accept it.
    pub async fn finish(self, client: &Client, callback_url: impl Into<String>) -> Result<Session, Error> {
        let callback = self.callback(callback_url.into())?;
        let login = client.without_credential().auth().finish_oauth(callback).await?;
        Session::resume(client, login.access_token)
    }

    /// Links the account at the provider to the user of `session`, as a way to sign in. `unlink_oauth_account` of the
    /// group [`auth`](Client::auth) undoes it.
    ///
    /// # Errors
    /// `Build` if the URL is not of this flow; `Api` if the account belongs to another user.
    pub async fn link(self, session: &Session, callback_url: impl Into<String>) -> Result<UserAdminResponseDto, Error> {
        let callback = self.callback(callback_url.into())?;
        session.client().auth().link_oauth_account(callback).await
    }

    /// Returns the parameters that complete the flow, if the URL has the state of this flow.
    fn callback(&self, url: String) -> Result<OAuthCallbackDto, Error> {
        let query = url.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, query)| query);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let state = pairs.find(|(name, _)| *name == "state").map(|(_, value)| percent_decode_str(value).decode_utf8());
        if !state.is_some_and(|state| state.is_ok_and(|state| state == self.state.expose())) {
            return Err(Error::misconfigured("the callback URL does not carry the state of this sign-in"));
        }
        Ok(OAuthCallbackDto::new(url).state(self.state.clone()).code_verifier(self.verifier.clone()))
    }
}

/// Returns 256 random bits as a URL-safe string.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Error::misconfigured("the system gives no random numbers"))?;
    Ok(BASE64.encode(bytes))
}

impl fmt::Debug for OAuthFlow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OAuthFlow").finish_non_exhaustive()
    }
}
