//! Expected requests and their replies.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use immich_core::Operation;

use crate::script::reply::Reply;
use crate::script::seen::SeenRequest;

type Condition = Arc<dyn Fn(&SeenRequest) -> bool + Send + Sync>;

/// A request that a test expects, and the replies to it. Created by [`MockSend::on`](crate::MockSend::on).
///
/// Replies are returned in order; the last one is repeated.
#[derive(Clone, Debug)]
pub struct Expectation(Arc<Mutex<Rule>>);

struct Rule {
    target: Target,
    conditions: Vec<Condition>,
    replies: VecDeque<Reply>,
    expected: Option<usize>,
    received: usize,
}

enum Target {
    Operation(&'static Operation),
    Path(Method, String),
}

impl Expectation {
    pub(super) fn operation(operation: &'static Operation) -> Self {
        Self::new(Target::Operation(operation))
    }

    pub(super) fn path(method: Method, path: String) -> Self {
        Self::new(Target::Path(method, path))
    }

    fn new(target: Target) -> Self {
        let (conditions, replies) = (Vec::new(), VecDeque::new());
        Self(Arc::new(Mutex::new(Rule { target, conditions, replies, expected: None, received: 0 })))
    }

    /// Adds a reply to the end of the sequence.
    pub fn reply(self, reply: Reply) -> Self {
        self.rule(|rule| rule.replies.push_back(reply));
        self
    }

    /// Expects exactly this many requests. The count is checked when the mock is dropped.
    pub fn times(self, count: usize) -> Self {
        self.rule(|rule| rule.expected = Some(count));
        self
    }

    /// Responds only to requests for which `condition` holds.
    pub fn when(self, condition: impl Fn(&SeenRequest) -> bool + Send + Sync + 'static) -> Self {
        self.rule(|rule| rule.conditions.push(Arc::new(condition)));
        self
    }

    /// The reply to a request, if this expectation matches it and has one left.
    pub(super) fn respond(&self, request: &SeenRequest) -> Option<Reply> {
        self.rule(|rule| {
            let fits = match &rule.target {
                Target::Operation(operation) => request.operation.is_some_and(|sent| sent.id == operation.id),
                Target::Path(method, path) => *method == request.method && path_fits(path, &request.path),
            };
            let used_up = rule.expected.is_some_and(|expected| rule.received >= expected);
            if !fits || used_up || !rule.conditions.iter().all(|condition| condition(request)) {
                return None;
            }
            let reply = if rule.replies.len() > 1 { rule.replies.pop_front() } else { rule.replies.front().cloned() };
            rule.received += usize::from(reply.is_some());
            reply
        })
    }

    /// The mismatch between the expected and received number of requests, if any.
    pub(super) fn fault(&self) -> Option<String> {
        self.rule(|rule| {
            let expected = rule.expected.filter(|expected| *expected != rule.received)?;
            Some(format!("{rule} was expected {expected} times and asked {} times", rule.received))
        })
    }

    pub(super) fn describe(&self) -> String {
        self.rule(|rule| {
            let left = match rule.expected {
                Some(expected) => format!("{} of {expected} requests so far", rule.received),
                None => format!("{} requests so far", rule.received),
            };
            let condition = if rule.conditions.is_empty() { "" } else { ", under a condition" };
            let reply = if rule.replies.is_empty() { ", without a reply" } else { "" };
            format!("{rule} ({left}{condition}{reply})")
        })
    }

    fn rule<T>(&self, with: impl FnOnce(&mut Rule) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a path matches a template, where `{...}` stands for any one segment.
fn path_fits(template: &str, path: &str) -> bool {
    let (wanted, given) = (template.split('/'), path.split('/'));
    template.split('/').count() == path.split('/').count()
        && wanted.zip(given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Operation(operation) => {
                write!(formatter, "{} ({} {})", operation.id, operation.method, operation.path)
            }
            Target::Path(method, path) => write!(formatter, "{method} {path}"),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
