//! How a fake server is set up.

use std::sync::Arc;

use immich_core::{Secret, ServerVersion};

use super::content::Storage;
use super::random::Random;
use super::server::FakeImmich;
use super::state::{Account, State};

/// The email address of the administrator by default.
const EMAIL: &str = "admin@immich.test";

/// The settings of a [`FakeImmich`].
///
/// ```
/// use immich_core::ServerVersion;
/// use immich_mock::FakeImmich;
///
/// let build = || FakeImmich::builder().version(ServerVersion::new(2, 7, 5)).api_key("k").random_seed(1).build();
/// assert_eq!(build().user_id(), build().user_id());
/// assert_eq!(build().api_key().expose(), "k");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct FakeBuilder {
    version: Option<ServerVersion>,
    email: Option<String>,
    password: Option<Secret>,
    api_key: Option<Secret>,
    seed: Option<u64>,
    has_no_admin: bool,
    memory: Option<u64>,
}

impl FakeBuilder {
    /// The version of the server: 2.x behaves like 2.7.5, newer versions like 3.1.0. Defaults to 3.1.0.
    ///
    /// The available operations depend on the version.
    pub fn version(mut self, version: ServerVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// The email address of the administrator. Defaults to `admin@immich.test`.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The password of the administrator. Defaults to a random one.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The API key of the administrator, which has every permission. Defaults to a random one.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Makes all ids, keys and tokens depend on this number and on the requests alone, so that a run can be repeated.
    /// Times still come from the system clock.
    pub fn random_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Limits the bytes of files in memory. Files beyond it go to a temporary file, which is removed with the server.
    ///
    /// Defaults to no limit.
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// A server on which nobody has signed up yet: `signUpAdmin` creates the administrator, and no API key exists.
    pub fn without_admin(mut self) -> Self {
        self.has_no_admin = true;
        self
    }

    /// Builds the server.
    pub fn build(self) -> FakeImmich {
        let mut random = self.seed.map(Random::seeded).unwrap_or_default();
        let given = |secret: Option<Secret>, random: &mut Random| {
            secret.map_or_else(|| random.token(), |secret| secret.expose().to_owned())
        };
        let email = self.email.unwrap_or_else(|| EMAIL.to_owned()).to_lowercase();
        let password = given(self.password, &mut random);
        let key = given(self.api_key, &mut random);
        let version = self.version.unwrap_or(ServerVersion::new(3, 1, 0));
        let mut state = State::new(version, random, Account { email, password, key });
        state.storage = Arc::new(Storage::with_limit(self.memory));
        if !self.has_no_admin {
            state.add_admin("Admin");
        }
        FakeImmich::with_state(state)
    }
}

impl State {
    /// Adds the user of the account, as an administrator, and the API key.
    fn add_admin(&mut self, name: &str) {
        let Account { email, password, key } = self.account.clone();
        let admin = self.add_user(&email, &password, name);
        self.add_key_with(admin, "admin", vec!["all".to_owned()], key);
    }
}

/// Setting up a server.
impl FakeImmich {
    /// A server of version 3.1.0 with one user: an administrator with an API key that has every permission.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A server of another version: 2.x behaves like 2.7.5, newer versions like 3.1.0.
    ///
    /// The available operations depend on the version.
    pub fn with_version(version: ServerVersion) -> Self {
        Self::builder().version(version).build()
    }

    /// The settings of a server, to choose its credentials or to make its ids repeatable.
    pub fn builder() -> FakeBuilder {
        FakeBuilder::default()
    }

    /// Sets the administrator's email address and password, and adds an API key with every permission; `None` leaves
    /// a credential as it is. Does nothing before sign-up.
    ///
    /// Useful after [`restore`](Self::restore), if the credentials of the snapshot are not those that a test uses.
    pub fn set_credentials(&self, email: Option<&str>, password: Option<Secret>, api_key: Option<Secret>) {
        let mut state = self.state();
        let Some(admin) = state.users.iter_mut().find(|user| user.is_admin) else { return };
        let id = admin.id;
        if let Some(email) = email {
            admin.email = email.to_lowercase();
        }
        if let Some(password) = &password {
            admin.password = password.expose().to_owned();
        }
        if let Some(email) = email {
            state.account.email = email.to_lowercase();
        }
        if let Some(password) = password {
            state.account.password = password.expose().to_owned();
        }
        if let Some(key) = api_key {
            let secret = key.expose().to_owned();
            state.account.key.clone_from(&secret);
            if !state.keys.iter().any(|held| held.secret == secret) {
                state.add_key_with(id, "admin", vec!["all".to_owned()], secret);
            }
        }
    }
}
