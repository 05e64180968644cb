//! A rule of the contract, and how it is found broken.

use std::fmt::Debug;

use crate::bench::Bench;
use crate::capability::Capability;

/// One rule of the contract of [`HttpSend`](immich_core::HttpSend).
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// The name, by which [`Kit::only`](crate::Kit::only) and [`Kit::known`](crate::Kit::known) find it.
    pub name: &'static str,
    /// The rule in words.
    pub text: &'static str,
    /// The versions of HTTP that it is checked on.
    pub protocols: &'static [Protocol],
    /// The abilities that it needs.
    pub needs: &'static [Capability],
    pub(crate) check: fn(&Bench) -> Checked,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 over plain TCP, with prior knowledge.
    Http2,
}

pub(crate) const BOTH: &[Protocol] = &[Protocol::Http1, Protocol::Http2];
pub(crate) const HTTP1: &[Protocol] = &[Protocol::Http1];
pub(crate) const HTTP2: &[Protocol] = &[Protocol::Http2];

impl Rule {
    pub(crate) const fn new(name: &'static str, text: &'static str, check: fn(&Bench) -> Checked) -> Self {
        Self { name, text, protocols: BOTH, needs: &[], check }
    }

    pub(crate) const fn on(mut self, protocols: &'static [Protocol]) -> Self {
        self.protocols = protocols;
        self
    }

    pub(crate) const fn needs(mut self, needs: &'static [Capability]) -> Self {
        self.needs = needs;
        self
    }
}

/// The outcome of a rule.
pub(crate) type Checked = Result<(), Broken>;

/// The difference between the rule and the backend.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// The behaviour that the rule demands.
    pub expected: String,
    /// The behaviour of the backend.
    pub seen: String,
}

impl Broken {
    pub(crate) fn new(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { expected: expected.into(), seen: seen.into() }
    }
}

/// Breaks the rule unless both are equal.
pub(crate) fn equal<T: PartialEq + Debug>(name: &str, expected: T, seen: T) -> Checked {
    holds(expected == seen, || format!("{name}: {}", short(&expected)), || short(&seen))
}

/// Breaks the rule unless `condition` holds.
pub(crate) fn holds<E, S>(condition: bool, expected: impl FnOnce() -> E, seen: impl FnOnce() -> S) -> Checked
where
    E: Into<String>,
    S: Into<String>,
{
    if condition { Ok(()) } else { Err(Broken::new(expected(), seen())) }
}

/// The value as text, without the middle of a long one.
pub(crate) fn short(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    if text.chars().count() <= 400 {
        return text;
    }
    let begin: String = text.chars().take(300).collect();
    format!("{begin}... ({} characters)", text.chars().count())
}
