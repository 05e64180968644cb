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
/// [`start`](Self::start) gives the URL to open in a browser. The provider then sends the browser to the redirect
/// URI, and that whole URL ends the flow: [`finish`](Self::finish) signs in with it, [`link`](Self::link) gives a
/// signed-in user this way to sign in.
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
    /// Asks the server for the URL of the provider. `redirect_uri` is one that the provider and Immich know.
    ///
    /// # Errors
    /// `Api` if the server has no provider; else as any call.
    pub async fn start(client: &Client, redirect_uri: impl Into<String>) -> Result<Self, Error> {
        let (verifier, state) = (random()?, random()?);
        let challenge = BASE64.encode(Sha256::digest(&verifier));
        let config = OAuthConfigDto::new(redirect_uri).code_challenge(challenge).state(state.clone());
        let answer = client.without_credential().auth().start_oauth(config).await?;
        Ok(Self { authorization_url: answer.url, verifier: verifier.into(), state: state.into() })
    }

    /// The URL to open in a browser. It holds the state of this flow: show it to the user only.
    pub fn authorization_url(&self) -> &Secret {
        &self.authorization_url
    }

    /// Signs in with the URL to which the provider sent the browser.
    ///
    /// # Errors
    /// `Build` if the URL is not of this flow; `Auth` or `Api` if the server does not accept it.
    pub async fn finish(self, client: &Client, callback_url: impl Into<String>) -> Result<Session, Error> {
        let callback = self.callback(callback_url.into())?;
        let login = client.without_credential().auth().finish_oauth(callback).await?;
        Session::resume(client, login.access_token)
    }

    /// Lets the user of `session` sign in by the account at the provider from now on. `unlink_oauth_account` of the
    /// group [`auth`](Client::auth) takes it back.
    ///
    /// # Errors
    /// `Build` if the URL is not of this flow; `Api` if the account belongs to another user.
    pub async fn link(self, session: &Session, callback_url: impl Into<String>) -> Result<UserAdminResponseDto, Error> {
        let callback = self.callback(callback_url.into())?;
        session.client().auth().link_oauth_account(callback).await
    }

    /// What ends the flow, if the URL carries the state that began it.
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

/// 256 random bits, as text that a URL can hold.
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
