//! The fake as a backend.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, request};
use immich_core::{
    Body, HttpSend, Operation, ResponseBody, Secret, ServerVersion, Timer, TransportError, TransportErrorKind, UserId,
};
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::failure::Failure;
use super::fault::Fault;
use super::line::Line;
use super::planned::Effects;
use super::route::Handler;
use super::state::State;
use super::stored::{Handled, StoredAsset, Unanswered};
use super::{auth, backups, profile_image, random, route, trouble, upload};
use crate::planned_delay::OverTcp;
use crate::script::ManualTimer;

/// The page that the web application returns for every path outside the API.
const WEB_PAGE: &str = "<!doctype html>\n<html><head><title>Immich</title></head><body></body></html>\n";

/// The maximum length of a body that is not a form.
const JSON_LIMIT: usize = 10 << 20;

/// A small Immich server in memory: uploaded assets can be found, added to albums, and downloaded.
///
/// It responds like real servers of version 2.7.5 or 3.1.0, as recorded, including their errors. It reads
/// the metadata of photos, videos and sidecars (feature `metadata`): camera, time, place, size and duration. It does
/// not look at pictures: there are no faces, and a thumbnail is the original.
/// An operation that it does not implement gets a 501 response. Clones share one server.
///
/// A test can reproduce faults that were seen on real servers: lost files of uploads
/// ([`lose_next_uploads`](Self::lose_next_uploads), [`lose_original`](Self::lose_original)), wiped tags
/// ([`delay_metadata`](Self::delay_metadata)), late deletions ([`delay_deletions`](Self::delay_deletions)), lack of
/// space ([`fill_disk`](Self::fill_disk), [`set_quota`](Self::set_quota)), and failures of the network
/// ([`go_away`](Self::go_away), [`set_gateway_error`](Self::set_gateway_error), [`refuse_file`](Self::refuse_file),
/// [`plan`](Self::plan)).
/// Before 3.1.0, the pages of a search lose assets with equal times, as they do on real servers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), immich_core::Error> {
/// use immich_core::api::{AssetMediaStatus, MetadataSearchDto, UploadAsset};
/// use immich_core::jiff::Timestamp;
/// use immich_core::{Client, FilePart};
/// use immich_mock::FakeImmich;
///
/// let server = FakeImmich::new();
/// let client = Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build()?;
///
/// let taken = Timestamp::UNIX_EPOCH;
/// let upload = UploadAsset::new(FilePart::new("beach.jpg", "photo"), taken, taken);
/// assert_eq!(client.send(&upload).await?.status, AssetMediaStatus::Created);
/// assert_eq!(client.send(&upload).await?.status, AssetMediaStatus::Duplicate);
///
/// let found = client.search().search_assets(MetadataSearchDto::new().original_file_name("beach")).await?;
/// assert_eq!(found.assets.items[0].id, server.assets()[0].id);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct FakeImmich(Arc<Inner>);

struct Inner {
    state: RwLock<State>,
    handled: Mutex<Vec<Handled>>,
    unanswered: Mutex<Vec<Unanswered>>,
    timer: ManualTimer,
    /// The state that `reset` goes back to.
    start: Mutex<State>,
}

impl Default for FakeImmich {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeImmich {
    pub(super) fn with_state(state: State) -> Self {
        let (timer, handled, unanswered) = (ManualTimer::default(), Mutex::default(), Mutex::default());
        let start = Mutex::new(state.clone());
        Self(Arc::new(Inner { state: RwLock::new(state), start, handled, unanswered, timer }))
    }

    /// The version that the server reports.
    pub fn version(&self) -> ServerVersion {
        self.seen().version
    }

    /// Changes the version of the running server, like an upgrade. Its data and sessions stay.
    pub fn set_version(&self, version: ServerVersion) {
        self.state().run_version(version);
    }

    /// The administrator's API key, with every permission.
    pub fn api_key(&self) -> Secret {
        self.seen().account.key.clone().into()
    }

    /// The administrator.
    ///
    /// # Panics
    /// If the server was built [without an administrator](super::FakeBuilder::without_admin), and nobody signed up.
    pub fn user_id(&self) -> UserId {
        self.admin().expect("the server has an administrator")
    }

    /// The administrator; `None` before sign-up.
    pub fn admin(&self) -> Option<UserId> {
        self.seen().users.iter().find(|user| user.is_admin).map(|user| user.id)
    }

    /// The administrator's email address.
    pub fn email(&self) -> String {
        self.seen().account.email.clone()
    }

    /// The administrator's password.
    pub fn password(&self) -> Secret {
        self.seen().account.password.clone().into()
    }

    /// Adds a user who is not an administrator.
    pub fn add_user(&self, email: &str, password: &str, name: &str) -> UserId {
        self.state().add_user(email, password, name)
    }

    /// Limits the bytes that a user's assets may use; `None` removes the limit.
    pub fn set_quota(&self, user: UserId, bytes: Option<u64>) {
        if let Some(user) = self.state().user_mut(user) {
            user.quota = bytes;
        }
    }

    /// Adds an API key with these permissions, such as `asset.read`, or `all`.
    ///
    /// # Panics
    /// If the server has no such user.
    pub fn add_api_key(&self, user: UserId, permissions: &[&str]) -> Secret {
        let mut state = self.state();
        let known = state.user(user).is_some();
        let permissions = permissions.iter().map(|permission| (*permission).to_owned()).collect();
        let key = known.then(|| state.add_key(user, "test", permissions).secret.clone().into());
        drop(state);
        key.unwrap_or_else(|| panic!("{user:?} is no user of this server"))
    }

    /// Removes an API key, so that requests with it get a 401 response.
    pub fn remove_api_key(&self, key: &Secret) {
        self.state().keys.retain(|held| held.secret != key.expose());
    }

    /// Every asset that the server holds, in upload order.
    pub fn assets(&self) -> Vec<StoredAsset> {
        let state = self.seen();
        let mut assets: Vec<_> = state.assets.values().collect();
        assets.sort_by_key(|asset| asset.number);
        assets.into_iter().map(StoredAsset::from).collect()
    }

    /// The number of assets that the server holds.
    pub fn asset_count(&self) -> usize {
        self.seen().assets.len()
    }

    /// Every request that received a response, in order.
    pub fn requests(&self) -> Vec<Handled> {
        self.handled().clone()
    }

    /// Every request that failed because the server was away, in order.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        self.0.unanswered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The timer of this backend, which stands still until [`ManualTimer::advance`] moves it. The server itself uses
    /// the system clock.
    ///
    /// Delays between attempts, time limits and waits for an outage pass by this timer. A client with a retry policy
    /// that meets a planned 503 waits until the test advances it, beside the call:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), immich_core::Error> {
    /// use std::time::Duration;
    ///
    /// use immich_core::http::StatusCode;
    /// use immich_core::{Client, RetryPolicy};
    /// use immich_mock::{FakeImmich, PlannedFault};
    ///
    /// let server = FakeImmich::new();
    /// let client = Client::builder("http://immich.test").retry(RetryPolicy::default()).backend(server.clone()).build()?;
    /// server.plan(PlannedFault::status(StatusCode::SERVICE_UNAVAILABLE).of("pingServer").times(1));
    ///
    /// let time_passes = async {
    ///     loop {
    ///         server.timer().advance(Duration::from_secs(1));
    ///         tokio::task::yield_now().await;
    ///     }
    /// };
    /// tokio::select! {
    ///     pong = client.server().ping_server() => assert_eq!(pong?.res, "pong"),
    ///     () = time_passes => unreachable!(),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn timer(&self) -> ManualTimer {
        self.0.timer.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.handled().clear();
        self.0.unanswered.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn start(&self) -> MutexGuard<'_, State> {
        self.0.start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, to change it.
    pub(super) fn state(&self) -> RwLockWriteGuard<'_, State> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, to read it beside other readers.
    pub(super) fn seen(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn handled(&self) -> MutexGuard<'_, Vec<Handled>> {
        self.0.handled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operation of a request, by its path.
    fn operation(&self, head: &request::Parts) -> Option<&'static Operation> {
        let below = head.uri.path().strip_prefix("/api").filter(|below| below.starts_with('/'))?;
        route::find(self.version(), &head.method, &route::without_slash(below))
    }

    /// Records a request that gets no response, and returns the error for it.
    fn no_response(&self, head: &request::Parts, kind: TransportErrorKind) -> TransportError {
        let operation = self.operation(head).map(|operation| operation.id);
        let request = Unanswered { operation, method: head.method.clone(), path: head.uri.path().to_owned() };
        self.0.unanswered.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        TransportError::new(kind)
    }

    /// The response to a request whose operation is known.
    async fn handle(&self, operation: &'static Operation, asked: Asked, body: Body) -> Result<Answer, Failure> {
        match operation.id {
            "uploadAsset" => return upload::upload(self, &asked, body).await,
            "replaceAsset" => return upload::replace(self, &asked, body).await,
            "createProfileImage" => return profile_image::create(self, &asked, body).await,
            "uploadDatabaseBackup" => return backups::upload(self, &asked, body).await,
            _ => {}
        }
        let Some(handler) = route::handler(operation) else {
            let message = format!("FakeImmich does not have the operation {}", operation.id);
            return Err(Fault::new(StatusCode::NOT_IMPLEMENTED, message).into());
        };
        let body = body.bytes().await?;
        if body.len() > JSON_LIMIT {
            // Real servers return 500 here, not 413.
            return Err(Fault::internal().into());
        }
        let asked = Asked { body, ..asked };
        Ok(match handler {
            Handler::Reader(read) => read(&self.seen(), &asked)?,
            Handler::Writer(write) => write(&mut self.state(), &asked)?,
        })
    }

    /// The response of the web application to a request outside the API.
    fn web(&self, head: &request::Parts) -> Result<Answer, Failure> {
        let path = head.uri.path();
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return Err(Fault::not_found(format!("Cannot {} {path}", head.method)).into());
        }
        let wanted = head.headers.get(ACCEPT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let types = ["text/html", "text/*", "*/*"];
        let takes_pages = |accept: &str| {
            accept.split(',').any(|one| types.contains(&one.split(';').next().unwrap_or_default().trim()))
        };
        let Some(wanted) = wanted.filter(|accept| !takes_pages(accept)) else {
            let page = Answer::text(StatusCode::OK, "text/html; charset=utf-8", WEB_PAGE);
            return Ok(page.with(CACHE_CONTROL, "no-store"));
        };
        // This is sent before the request gets a correlation id.
        let status = StatusCode::NOT_ACCEPTABLE;
        let message = format!("The route {path} was requested as {wanted}, but only returns text/html");
        let response = match self.seen().line() {
            Line::Two => {
                let error = status.canonical_reason();
                let json = json!({ "message": message, "error": error, "statusCode": status.as_u16() });
                Answer::json_with(status, &json)
            }
            Line::Three => {
                let id = HeaderName::from_static("x-correlation-id");
                Answer::json_with(status, &json!({ "message": message })).with(id, "undefined")
            }
        };
        Err(Failure::Elsewhere(response.into()))
    }

    async fn respond(
        &self,
        head: &request::Parts,
        body: Body,
        found: &mut Option<&'static Operation>,
    ) -> Result<Answer, Failure> {
        let path = head.uri.path();
        let path_and_query = head.uri.path_and_query().map_or("/", |path_and_query| path_and_query.as_str());
        if path == "/.well-known/immich" {
            return Ok(Answer::json(&json!({ "api": { "endpoint": "/api" } })));
        }
        let Some(below) = path_and_query.strip_prefix("/api").filter(|below| below.starts_with('/')) else {
            return self.web(head);
        };
        let asked = {
            let state = self.seen();
            let below = route::without_slash(below);
            *found = route::find(state.version, &head.method, &below);
            let no_route = || Fault::not_found(format!("Cannot {} {path_and_query}", head.method));
            let operation = (*found).ok_or_else(no_route)?;
            state.may_run(operation.id)?;
            let (method, headers) = (operation.method.clone(), head.headers.clone());
            let mut asked = Asked { operation, method, path_and_query: below, headers, body: Bytes::new(), who: None };
            asked.who = auth::who(&state, operation, &asked.recorded())?;
            asked
        };
        self.handle(asked.operation, asked, body).await
    }
}

#[async_trait]
impl HttpSend for FakeImmich {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let is_served = head.extensions.get::<OverTcp>().is_some();
        let (line, is_away, gateway_error, has_faults) = {
            let state = self.seen();
            let trouble = &state.trouble;
            (state.line(), trouble.is_away, trouble.gateway_error, !trouble.planned.is_empty())
        };
        if is_away {
            return Err(self.no_response(&head, TransportErrorKind::Connect));
        }
        let mut operation = self.operation(&head);
        let effects = match has_faults {
            true => self.state().effects(operation.map(|operation| operation.id)),
            false => Effects::default(),
        };
        let outcome = match (gateway_error, &effects.refusal) {
            (Some(status), _) => Err(Failure::Elsewhere(trouble::gateway_page(status).into())),
            (None, Some(refusal)) => Err(Failure::Elsewhere(refusal.page().into())),
            (None, None) => self.respond(&head, body, &mut operation).await,
        };
        let name = if line.is_two() { "x-immich-cid" } else { "x-correlation-id" };
        let echoed = head.headers.get(name).cloned();
        let id = echoed.and_then(|id| id.to_str().map(str::to_owned).ok()).unwrap_or_else(random::correlation_id);
        let (response, id) = match outcome {
            Ok(response) => (response, Some(id)),
            Err(Failure::Refused(fault)) => (fault.respond(line, &id), Some(id)),
            Err(Failure::Elsewhere(page)) => (*page, None),
            Err(Failure::Gone) => return Err(self.no_response(&head, TransportErrorKind::Closed)),
            Err(Failure::Broken(error)) => {
                return Err(TransportError::new(TransportErrorKind::RequestBody).with_source(error));
            }
        };
        let mut response = response.into_response(&head.method, &head.headers);
        if let Some(value) = id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        // Responses only matter to the jobs that wait for them.
        if id.is_some() && self.seen().has_waiting_jobs() {
            self.state().count_response();
        }
        self.handled().push(Handled {
            operation: operation.map(|operation| operation.id),
            method: head.method,
            path: head.uri.path().to_owned(),
            status: response.status(),
        });
        Ok(effects.apply(response, is_served, &self.0.timer).await)
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.0.timer.clone()))
    }
}

impl fmt::Debug for FakeImmich {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.seen();
        formatter
            .debug_struct("FakeImmich")
            .field("version", &state.version)
            .field("users", &state.users.len())
            .field("assets", &state.assets.len())
            .field("albums", &state.albums.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use http::Request;
    use immich_core::{Body, HttpSend};
    use serde_json::{Value, json};

    use super::FakeImmich;

    /// The status and the body of a response.
    fn call(server: &FakeImmich, path: &str, token: &str, body: String) -> (u16, Vec<u8>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let request = Request::post(format!("http://immich.test/api{path}")).header("authorization", token);
        runtime.block_on(async {
            let response = server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
            (response.status().as_u16(), response.into_body().bytes(1 << 20).await.unwrap().unwrap().to_vec())
        })
    }

    #[test]
    fn readers_do_not_wait_for_readers() {
        let server = FakeImmich::new();
        server.add_photos(2);
        let login = json!({ "email": server.email(), "password": server.password().expose() }).to_string();
        let session: Value = serde_json::from_slice(&call(&server, "/auth/login", "", login).1).unwrap();
        let token = format!("Bearer {}", session["accessToken"].as_str().unwrap());
        let reading = server.seen();
        let index = reading.assets.index();
        let other = server.clone();
        let thread = std::thread::spawn(move || {
            let sync = json!({ "types": ["AssetsV2"] }).to_string();
            [("/search/metadata", "{}".to_owned()), ("/sync/stream", sync)]
                .map(|(path, body)| call(&other, path, &token, body).0)
        });
        // Waits forever if the requests wait for this thread.
        assert_eq!(thread.join().unwrap(), [200, 200]);
        assert_eq!(index.in_order().count(), reading.assets.len());
    }
}
