//! The session of a signed-in user.

use http::StatusCode;

use crate::api::{AuthStatusResponseDto, LoginCredentialDto, PinCodeSetupDto, SessionUnlockDto};
use crate::auth::Credential;
use crate::client::Client;
use crate::error::Error;
use crate::secret::Secret;

/// The session of a signed-in user: a client that authenticates with the session token.
///
/// Some operations need a session and reject API keys: the sync stream, the PIN code, the sessions themselves. Dropping
/// a session does not sign out: the token stays valid, and [`resume`](Self::resume) restores the session.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::Session;
///
/// let session = Session::log_in(&client, "me@example.com", "the password").await?;
/// println!("signed in as {}", session.client().users().get_my_user().await?.name);
/// session.unlock("123456").await?;
/// session.log_out().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    token: Secret,
}

impl Session {
    /// Signs in with e-mail address and password, on the backend of `client`. The credentials of `client` are not
    /// changed.
    ///
    /// # Errors
    /// `Auth` if the server rejects them; otherwise as any call.
    pub async fn log_in(client: &Client, email: impl Into<String>, password: impl Into<Secret>) -> Result<Self, Error> {
        let anonymous = client.without_credential();
        let login = anonymous.auth().login(LoginCredentialDto::new(email, password)).await?;
        Self::resume(client, login.access_token)
    }

    /// Restores a session from its token. No request is sent.
    ///
    /// # Errors
    /// `Build` if the token is empty or is not a valid header value.
    pub fn resume(client: &Client, token: impl Into<Secret>) -> Result<Self, Error> {
        let token = token.into();
        Ok(Self { client: client.with_credential(Credential::AccessToken(token.clone()))?, token })
    }

    /// Returns the client that authenticates with the token of this session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the session's access token. Treat it like a password.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Returns whether the server still accepts the token.
    ///
    /// # Errors
    /// As any call; a rejected token is not an error.
    pub async fn is_valid(&self) -> Result<bool, Error> {
        match self.client.auth().validate_access_token().await {
            Ok(answer) => Ok(answer.auth_status),
            Err(error) if error.status() == Some(StatusCode::UNAUTHORIZED) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns whether there is a password and a PIN code, whether the session is unlocked, and until when.
    ///
    /// # Errors
    /// As any call.
    pub async fn status(&self) -> Result<AuthStatusResponseDto, Error> {
        self.client.auth().get_auth_status().await
    }

    /// Sets the first PIN code of the user, six digits.
    ///
    /// # Errors
    /// As any call; `Api` if there is a PIN code already.
    pub async fn set_up_pin_code(&self, pin_code: impl Into<Secret>) -> Result<(), Error> {
        self.client.auth().setup_pin_code(PinCodeSetupDto::new(pin_code)).await
    }

    /// Unlocks the locked folder, for 15 minutes.
    ///
    /// # Errors
    /// As any call; `Api` if the PIN code is wrong.
    pub async fn unlock(&self, pin_code: impl Into<Secret>) -> Result<(), Error> {
        self.client.auth().unlock_auth_session(SessionUnlockDto::new().pin_code(pin_code)).await
    }

    /// Locks the locked folder again.
    ///
    /// # Errors
    /// As any call.
    pub async fn lock(&self) -> Result<(), Error> {
        self.client.auth().lock_auth_session().await
    }

    /// Signs out and invalidates the token.
    ///
    /// # Errors
    /// As any call.
    pub async fn log_out(self) -> Result<(), Error> {
        self.client.auth().logout().await.map(drop)
    }
}
