//! The outcome of each rule.

use std::fmt;

use crate::capability::Capability;
use crate::rule::{Broken, Protocol, Rule};

/// The verdicts on all rules. Its text lists those that are not kept, and the counts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The version of HTTP that was spoken.
    pub protocol: Protocol,
    /// The rules, each with its verdict, in the order of the contract.
    pub verdicts: Vec<(&'static Rule, Verdict)>,
}

/// The verdict on one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The backend keeps the rule.
    Kept,
    /// The backend breaks the rule.
    Broken(Broken),
    /// The rule needs an ability that was declared as missing. It was not checked.
    NotSupported(Capability),
    /// The backend breaks the rule, as was declared, for this reason.
    Known(&'static str),
}

impl Report {
    /// Returns the rules that are broken.
    pub fn broken(&self) -> impl Iterator<Item = (&'static Rule, &Broken)> {
        self.verdicts.iter().filter_map(|(rule, verdict)| match verdict {
            Verdict::Broken(broken) => Some((*rule, broken)),
            _ => None,
        })
    }

    fn count(&self, is_counted: impl Fn(&Verdict) -> bool) -> usize {
        self.verdicts.iter().filter(|(_, verdict)| is_counted(verdict)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rule, verdict) in &self.verdicts {
            match verdict {
                Verdict::Kept => {}
                Verdict::Broken(Broken { expected, seen }) => {
                    writeln!(formatter, "broken: {}\n  rule: {}", rule.name, rule.text)?;
                    writeln!(formatter, "  expected: {expected}\n  seen: {seen}")?;
                }
                Verdict::NotSupported(capability) => writeln!(formatter, "not supported: {}: {capability}", rule.name)?,
                Verdict::Known(why) => writeln!(formatter, "known: {}: {why}", rule.name)?,
            }
        }
        let kept = self.count(|verdict| *verdict == Verdict::Kept);
        let broken = self.count(|verdict| matches!(verdict, Verdict::Broken(_)));
        let unsupported = self.count(|verdict| matches!(verdict, Verdict::NotSupported(_)));
        let known = self.count(|verdict| matches!(verdict, Verdict::Known(_)));
        let protocol = match self.protocol {
            Protocol::Http1 => "HTTP/1.1",
            Protocol::Http2 => "HTTP/2",
        };
        write!(formatter, "{protocol}: {kept} kept, {broken} broken, {unsupported} not supported, {known} known")
    }
}
