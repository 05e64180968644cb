//! The kit: a backend, its executor and its declarations.

use std::fmt;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use immich_core::HttpSend;
use immich_core::blocking::block_on;

use crate::bench::Bench;
use crate::capability::Capability;
use crate::report::{Report, Verdict};
use crate::rule::{Broken, Checked, Protocol, Rule};
use crate::rules;

/// A future that an executor runs to its end.
pub type Task<'t> = Pin<Box<dyn Future<Output = ()> + Send + 't>>;

pub(crate) type Make = Arc<dyn Fn(SocketAddr) -> Arc<dyn HttpSend> + Send + Sync>;
pub(crate) type Executor = Arc<dyn Fn(Task<'_>) + Send + Sync>;

/// The default of [`Kit::limit`].
const LIMIT: Duration = Duration::from_secs(30);

/// Begins a check of the backend that `make` creates. Each rule has a server of its own, with the address that `make` gets;
/// a backend that connects to the address of the URL ignores it.
pub fn check<S: HttpSend + 'static>(make: impl Fn(SocketAddr) -> S + Send + Sync + 'static) -> Kit {
    Kit {
        make: Arc::new(move |address| Arc::new(make(address))),
        executor: Arc::new(|task| block_on(task)),
        protocol: Protocol::Http1,
        missing: Vec::new(),
        known: Vec::new(),
        only: Vec::new(),
        limit: LIMIT,
    }
}

/// A check to be run. See [`check`].
#[must_use = "nothing is checked before `run` or `report`"]
pub struct Kit {
    make: Make,
    executor: Executor,
    protocol: Protocol,
    missing: Vec<Capability>,
    known: Vec<(&'static str, &'static str)>,
    only: Vec<&'static str>,
    limit: Duration,
}

impl Kit {
    /// Sets the executor: it runs a future to its end on the calling thread. It is called from many threads. The default
    /// only waits, which is enough for a backend with threads of its own.
    ///
    /// With tokio: `.executor(move |task| runtime.block_on(task))`.
    pub fn executor(mut self, executor: impl Fn(Task<'_>) + Send + Sync + 'static) -> Self {
        self.executor = Arc::new(executor);
        self
    }

    /// Checks over HTTP/2 instead of HTTP/1.1. The URL begins with `http://`, so the backend needs prior knowledge.
    pub fn http2(mut self) -> Self {
        self.protocol = Protocol::Http2;
        self
    }

    /// Declares that the transport lacks an ability. The rules that need it are reported as not supported.
    pub fn without(mut self, capability: Capability) -> Self {
        self.missing.push(capability);
        self
    }

    /// Declares that the backend breaks a rule, and why. A rule that is kept all the same is reported as broken, so that
    /// the declaration does not outlive its reason.
    pub fn known(mut self, rule: &'static str, why: &'static str) -> Self {
        self.known.push((rule, why));
        self
    }

    /// Checks only this rule, and others that are named so.
    pub fn only(mut self, rule: &'static str) -> Self {
        self.only.push(rule);
        self
    }

    /// Sets how long a rule may take, 30 seconds by default. One that takes longer is broken: something hangs.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Checks the rules and prints the report.
    ///
    /// # Panics
    /// If a rule is broken, with the report as the message.
    pub fn run(self) -> Report {
        let report = self.report();
        assert!(report.broken().next().is_none(), "the backend breaks its contract\n{report}");
        println!("{report}");
        report
    }

    /// Checks the rules and returns the verdicts.
    ///
    /// # Panics
    /// If [`known`](Self::known) or [`only`](Self::only) names a rule that does not exist.
    pub fn report(self) -> Report {
        for name in self.known.iter().map(|(name, _)| name).chain(&self.only) {
            assert!(rules::all().any(|rule| rule.name == *name), "there is no rule `{name}`");
        }
        let on_protocol = rules::all().filter(|rule| rule.protocols.contains(&self.protocol));
        let wanted = on_protocol.filter(|rule| self.only.is_empty() || self.only.contains(&rule.name));
        let verdicts = wanted.map(|rule| (rule, self.judge(rule))).collect();
        Report { protocol: self.protocol, verdicts }
    }

    fn judge(&self, rule: &'static Rule) -> Verdict {
        if let Some(missing) = rule.needs.iter().find(|need| self.missing.contains(need)) {
            return Verdict::NotSupported(*missing);
        }
        let known = self.known.iter().find(|(name, _)| *name == rule.name);
        match (self.checked(rule), known) {
            (Ok(()), None) => Verdict::Kept,
            (Err(broken), None) => Verdict::Broken(broken),
            (Err(_), Some((_, why))) => Verdict::Known(why),
            (Ok(()), Some(_)) => Verdict::Broken(Broken::new(
                "the rule is broken, as `known` declares",
                "the rule is kept: remove the declaration",
            )),
        }
    }

    /// Checks the rule on a thread, so that one that hangs does not stop the others.
    fn checked(&self, rule: &'static Rule) -> Checked {
        let bench = Bench::new(Arc::clone(&self.make), Arc::clone(&self.executor), self.protocol);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let checked = catch_unwind(AssertUnwindSafe(|| (rule.check)(&bench)));
            let checked = checked.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
                Err(Broken::new("no panic", format!("a panic: {text}")))
            });
            drop(sender.send(checked));
        });
        let limit = self.limit;
        let hangs = |_| Err(Broken::new("an end", format!("no end within {limit:?}")));
        receiver.recv_timeout(limit).unwrap_or_else(hangs)
    }
}

impl fmt::Debug for Kit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, missing, known, only, .. } = self;
        let mut debug = formatter.debug_struct("Kit");
        debug.field("protocol", protocol).field("missing", missing).field("known", known).field("only", only);
        debug.finish_non_exhaustive()
    }
}
