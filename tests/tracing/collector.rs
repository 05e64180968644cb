//! A subscriber that keeps the spans and events it gets.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The fields of a span or an event, as text; `message` is the message of an event.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").expect("a text takes any");
        self.0.insert(field.name().to_owned(), text);
    }
}

/// A span or an event: `span` is the span in which it was made.
#[derive(Clone, Debug)]
pub struct Seen {
    pub name: &'static str,
    pub target: &'static str,
    pub level: Level,
    pub span: Option<u64>,
    pub fields: Fields,
    /// How many handles of a span there are.
    pub handles: usize,
}

/// Clones are the same collector.
#[derive(Clone, Default)]
pub struct Collector(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Seen>,
    events: Vec<Seen>,
    entered: Vec<u64>,
}

impl Collector {
    /// All spans so far, the first one first; it has the number 1.
    pub fn spans(&self) -> Vec<Seen> {
        self.state().spans.clone()
    }

    pub fn events(&self) -> Vec<Seen> {
        self.state().events.clone()
    }

    /// The only span so far.
    pub fn span(&self) -> Seen {
        let [span] = &self.spans()[..] else { panic!("not one span") };
        span.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(metadata: &'static Metadata<'static>, span: Option<u64>, record: impl FnOnce(&mut Fields)) -> Seen {
        let mut fields = Fields::default();
        record(&mut fields);
        let (name, target, level) = (metadata.name(), metadata.target(), *metadata.level());
        Seen { name, target, level, span, fields, handles: 1 }
    }
}

fn index(id: &Id) -> usize {
    usize::try_from(id.into_u64() - 1).expect("a small number")
}

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut state = self.state();
        let span = state.entered.last().copied();
        state.spans.push(Self::seen(attributes.metadata(), span, |fields| attributes.record(fields)));
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut self.state().spans[index(id)].fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut state = self.state();
        let span = state.entered.last().copied();
        state.events.push(Self::seen(event.metadata(), span, |fields| event.record(fields)));
    }

    fn enter(&self, id: &Id) {
        self.state().entered.push(id.into_u64());
    }

    fn exit(&self, id: &Id) {
        let left = self.state().entered.pop();
        assert_eq!(left, Some(id.into_u64()), "spans are left in order");
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.state().spans[index(id)].handles += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let handles = &mut self.state().spans[index(&id)].handles;
        *handles -= 1;
        *handles == 0
    }
}
