//! The session of a signed-in user.

use http::StatusCode;

use crate::api::{AuthStatusResponseDto, LoginCredentialDto, PinCodeSetupDto, SessionUnlockDto};
use crate::auth::Credential;
use crate::client::Client;
use crate::error::Error;
use crate::secret::Secret;

/// The session of a signed-in user: a client that asks with the token of the session.
///
/// Some operations want a session and refuse an API key: the sync stream, the PIN code, the sessions themselves.
/// Dropping it does not sign out: the token stays good, and [`resume`](Self::resume) takes it up again.
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
    /// Signs in with e-mail address and password, on the backend of `client`, whose own credential stays as it is.
    ///
    /// # Errors
    /// `Auth` if the server does not accept them; else as any call.
    pub async fn log_in(client: &Client, email: impl Into<String>, password: impl Into<Secret>) -> Result<Self, Error> {
        let anonymous = client.without_credential();
        let login = anonymous.auth().login(LoginCredentialDto::new(email, password)).await?;
        Self::resume(client, login.access_token)
    }

    /// Takes a session up again by its token. Nothing is sent.
    ///
    /// # Errors
    /// `Build` if the token is empty or cannot stand in a header.
    pub fn resume(client: &Client, token: impl Into<Secret>) -> Result<Self, Error> {
        let token = token.into();
        Ok(Self { client: client.with_credential(Credential::AccessToken(token.clone()))?, token })
    }

    /// The client that asks with the token of this session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The token: who has it, is this user.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Whether the server still accepts the token.
    ///
    /// # Errors
    /// As any call; a token that is not accepted is no error.
    pub async fn is_valid(&self) -> Result<bool, Error> {
        match self.client.auth().validate_access_token().await {
            Ok(answer) => Ok(answer.auth_status),
            Err(error) if error.status() == Some(StatusCode::UNAUTHORIZED) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether there is a password and a PIN code, and whether the session is unlocked, and until when.
    ///
    /// # Errors
    /// As any call.
    pub async fn status(&self) -> Result<AuthStatusResponseDto, Error> {
        self.client.auth().get_auth_status().await
    }

    /// Sets the first PIN code of the user, six digits.
    ///
    /// # Errors
    /// As any call; `Api` if there is one already.
    pub async fn set_up_pin_code(&self, pin_code: impl Into<Secret>) -> Result<(), Error> {
        self.client.auth().setup_pin_code(PinCodeSetupDto::new(pin_code)).await
    }

    /// Unlocks what is locked, for 15 minutes.
    ///
    /// # Errors
    /// As any call; `Api` if the PIN code is wrong.
    pub async fn unlock(&self, pin_code: impl Into<Secret>) -> Result<(), Error> {
        self.client.auth().unlock_auth_session(SessionUnlockDto::new().pin_code(pin_code)).await
    }

    /// Locks it again.
    ///
    /// # Errors
    /// As any call.
    pub async fn lock(&self) -> Result<(), Error> {
        self.client.auth().lock_auth_session().await
    }

    /// Ends the session: the token is good for nothing any more.
    ///
    /// # Errors
    /// As any call.
    pub async fn log_out(self) -> Result<(), Error> {
        self.client.auth().logout().await.map(drop)
    }
}
