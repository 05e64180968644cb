//! A fake server on which something happens between two requests, or whose search pages as those of real servers do.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, Body, Client, HttpSend, ResponseBody, Timer, TransportError};
use serde_json::{Value, json};

/// How searches are paged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paging {
    /// As the fake does.
    Fake,
    /// As PostgreSQL does without an order among equal times: each query has another.
    Unordered,
    /// The same, and all were uploaded in one moment too, as the files of an external library are.
    AtOnce,
    /// By cursor, as from 3.2 on.
    Cursor,
    /// Each page is empty, and there is always a next one.
    Empty,
    /// The bounds of time are not heeded, and the order is another in each query.
    Boundless,
}

type Hook = Box<dyn Fn(&str, usize) -> Option<Happening> + Send + Sync>;

/// The event before a request gets its response.
#[derive(Clone, Debug)]
pub enum Happening {
    Trash(Vec<AssetId>),
    /// The server responds as to a key that was revoked.
    Unauthorized,
    /// A firewall responds.
    Page(u16),
}

#[derive(Clone)]
pub struct Between {
    pub fake: FakeImmich,
    paging: Paging,
    hook: Arc<Hook>,
    /// The paths of the requests, and the bodies of searches.
    seen: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Between {
    pub fn new(fake: &FakeImmich, paging: Paging) -> Self {
        Self { fake: fake.clone(), paging, hook: Arc::new(Box::new(|_, _| None)), seen: Arc::default() }
    }

    /// `hook` is called with the path of each request, and how many were for the same end of a path before.
    pub fn when(mut self, hook: impl Fn(&str, usize) -> Option<Happening> + Send + Sync + 'static) -> Self {
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
            let answer = self.fake.send(request).await?;
            let answer = answer.into_body().bytes(u64::MAX).await?.expect("a body");
            let mut answer: Value = serde_json::from_slice(&answer).expect("JSON");
            let more = !answer["assets"]["nextPage"].is_null();
            items.append(answer["assets"]["items"].as_array_mut().expect("assets"));
            if !more {
                break;
            }
        }
        if matches!(self.paging, Paging::Unordered | Paging::AtOnce | Paging::Boundless) {
            // Another order in each query, but by time still.
            items.sort_by_key(|item| mixed(item["id"].as_str().expect("an id"), turn));
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
        let mut answer = json!({
            "albums": { "total": 0, "count": 0, "items": [], "facets": [] },
            "assets": { "total": count, "count": count, "items": items, "facets": [], "nextPage": next_page },
        });
        if self.paging == Paging::Cursor {
            answer["assets"]["nextCursor"] = json!(cursor);
        }
        let mut response = Response::new(serde_json::to_vec(&answer).expect("JSON").into());
        response.headers_mut().insert("content-type", "application/json".parse().expect("a value"));
        Ok(response)
    }
}

/// A number that is another for each id in each turn.
fn mixed(id: &str, turn: usize) -> u64 {
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
            Some(Happening::Trash(ids)) => {
                let key = self.fake.api_key();
                let client = Client::builder("http://immich.test").api_key(key).backend(self.fake.clone());
                let client = client.build().expect("a client");
                let ids = immich_sdk::api::AssetBulkDeleteDto::new(ids);
                client.assets().delete_assets(ids).await.expect("assets in the trash");
            }
            Some(Happening::Unauthorized) => {
                request.headers_mut().insert("x-api-key", "revoked".parse().expect("a key"));
            }
            Some(Happening::Page(status)) => {
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
