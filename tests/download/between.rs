//! A fake server that injects events between requests, or that pages searches like real servers.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, Body, Client, HttpSend, ResponseBody, Timer, TransportError};
use serde_json::{Value, json};

/// The paging of searches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paging {
    /// Like the fake server.
    Fake,
    /// Like PostgreSQL: assets with equal times have a different order in each query.
    Unordered,
    /// Like `Unordered`, and all upload times are equal too, as in an external library.
    AtOnce,
    /// By cursor, as in 3.2 and newer.
    Cursor,
    /// Every page is empty and has a next one.
    Empty,
    /// Time bounds are ignored, and each query has a different order.
    Boundless,
}

type Hook = Box<dyn Fn(&str, usize) -> Option<Injection> + Send + Sync>;

/// An event that is injected before a request is handled.
#[derive(Clone, Debug)]
pub enum Injection {
    Trash(Vec<AssetId>),
    /// The server responds as if the key were revoked.
    Unauthorized,
    /// A firewall responds with an HTML page and this status.
    Page(u16),
}

#[derive(Clone)]
pub struct Between {
    pub fake: FakeImmich,
    paging: Paging,
    hook: Arc<Hook>,
    /// The path and body of each request.
    seen: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Between {
    pub fn new(fake: &FakeImmich, paging: Paging) -> Self {
        Self { fake: fake.clone(), paging, hook: Arc::new(Box::new(|_, _| None)), seen: Arc::default() }
    }

    /// Calls `hook` with the path of each request and the number of earlier requests with the same last path segment.
    pub fn when(mut self, hook: impl Fn(&str, usize) -> Option<Injection> + Send + Sync + 'static) -> Self {
        self.hook = Arc::new(Box::new(hook));
        self
    }

    pub fn seen(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.seen.lock().expect("the requests"))
    }

    pub fn client(&self) -> Client {
        let key = self.fake.api_key();
        Client::builder("http://immich.test").api_key(key).backend(self.clone()).build().expect("a client")
    }

    async fn search(
        &self,
        request: Request<Body>,
        wanted: Value,
        turn: usize,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let (head, _) = request.into_parts();
        let size = wanted["size"].as_u64().unwrap_or(250) as usize;
        let from_cursor = wanted["cursor"].as_str().map(|cursor| cursor.parse::<u64>().expect("a cursor"));
        let page = from_cursor.unwrap_or(wanted["page"].as_u64().unwrap_or(1)) as usize;
        let mut items = Vec::new();
        for number in 1.. {
            let mut all = wanted.clone();
            (all["size"], all["page"]) = (json!(1000), json!(number));
            let fields = all.as_object_mut().expect("an object");
            fields.remove("cursor");
            if self.paging == Paging::Boundless {
                ["takenBefore", "takenAfter", "createdBefore", "createdAfter"].iter().for_each(|name| {
                    fields.remove(*name);
                });
            }
            let mut request = Request::from_parts(head.clone(), Body::from(serde_json::to_vec(&all).expect("JSON")));
            request.headers_mut().remove("content-length");
            let result = self.fake.send(request).await?;
            let result = result.into_body().bytes(u64::MAX).await?.expect("a body");
            let mut result: Value = serde_json::from_slice(&result).expect("JSON");
            let more = !result["assets"]["nextPage"].is_null();
            items.append(result["assets"]["items"].as_array_mut().expect("assets"));
            if !more {
                break;
            }
        }
        if matches!(self.paging, Paging::Unordered | Paging::AtOnce | Paging::Boundless) {
            // A different order in each query, but still sorted by time.
            items.sort_by_key(|item| shuffle_key(item["id"].as_str().expect("an id"), turn));
            if self.paging == Paging::AtOnce {
                items.iter_mut().for_each(|item| item["createdAt"] = json!("2020-01-01T00:00:00.000Z"));
            }
            if self.paging != Paging::Boundless {
                items.sort_by_key(|item| item["fileCreatedAt"].as_str().map(str::to_owned));
                if wanted["order"] != "asc" {
                    items.reverse();
                }
            }
        }
        let from = (page - 1) * size;
        let more = items.len() > from + size;
        let items: Vec<Value> = items.into_iter().skip(from).take(size).collect();
        let next = (page + 1).to_string();
        let (items, next_page, cursor) = match self.paging {
            Paging::Cursor => (items, None, more.then_some(next)),
            Paging::Empty => (Vec::new(), Some(next), None),
            _ => (items, more.then_some(next), None),
        };
        let count = items.len();
        let mut result = json!({
            "albums": { "total": 0, "count": 0, "items": [], "facets": [] },
            "assets": { "total": count, "count": count, "items": items, "facets": [], "nextPage": next_page },
        });
        if self.paging == Paging::Cursor {
            result["assets"]["nextCursor"] = json!(cursor);
        }
        let mut response = Response::new(serde_json::to_vec(&result).expect("JSON").into());
        response.headers_mut().insert("content-type", "application/json".parse().expect("a value"));
        Ok(response)
    }
}

/// A hash that differs for each id and turn.
fn shuffle_key(id: &str, turn: usize) -> u64 {
    let seed = 0xcbf2_9ce4_8422_2325_u64 ^ (turn as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    id.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(23))
}

#[async_trait]
impl HttpSend for Between {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let path = request.uri().path().to_owned();
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let wanted: Value = serde_json::from_slice(&body).unwrap_or_default();
        let end = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let turn = {
            let mut seen = self.seen.lock().expect("the requests");
            let before = seen.iter().filter(|(other, _)| end(other) == end(&path)).count();
            seen.push((path.clone(), wanted.clone()));
            before
        };
        let mut request = Request::from_parts(head, Body::from(body));
        match (self.hook)(&path, turn) {
            Some(Injection::Trash(ids)) => {
                let key = self.fake.api_key();
                let client = Client::builder("http://immich.test").api_key(key).backend(self.fake.clone());
                let client = client.build().expect("a client");
                let ids = immich_sdk::api::AssetBulkDeleteDto::new(ids);
                client.assets().delete_assets(ids).await.expect("assets in the trash");
            }
            Some(Injection::Unauthorized) => {
                request.headers_mut().insert("x-api-key", "revoked".parse().expect("a key"));
            }
            Some(Injection::Page(status)) => {
                let mut response = Response::new("<html><title>Firewall</title>no</html>".into());
                *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                response.headers_mut().insert("content-type", "text/html".parse().expect("a type"));
                return Ok(response);
            }
            None => {}
        }
        if path.ends_with("/search/metadata") && self.paging != Paging::Fake {
            return self.search(request, wanted, turn).await;
        }
        self.fake.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        None
    }
}
