//! Validation of texts with a meaning: e-mail addresses, PINs, positions, days, instants and ids.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::check::{Check, kind, uuid};
use super::time;

/// The pattern that 3.x reports if an id is not a valid UUID.
const UUID_PATTERN: &str = "/^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$/";

impl Check {
    pub(super) fn required_email(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            Some(Value::String(text)) if text.contains('@') => Some(text.to_lowercase()),
            _ => {
                self.mistyped(name, "email", vec![format!("{name} must be an email")]);
                None
            }
        }
    }

    pub(super) fn email(&mut self, name: &str) -> Option<String> {
        self.optional(name, |this| this.required_email(name))
    }

    /// A PIN: six digits.
    pub(super) fn pin(&mut self, name: &str) -> Option<String> {
        let pin = self.required_string(name)?;
        if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(pin);
        }
        let pattern = "/^\\d{6}$/";
        let message = format!("Invalid string: must match pattern {pattern}");
        self.wrong(
            name,
            vec![format!("{name} must be a 6-digit numeric string")],
            json!({
                "origin": "string", "code": "invalid_format", "format": "regex", "pattern": pattern, "path": [name],
                "message": message,
            }),
        );
        None
    }

    /// A latitude or longitude from `-limit` to `limit`.
    pub(super) fn degrees(&mut self, name: &str, limit: i32) -> Option<f64> {
        let degrees = self.number(name)?;
        if degrees.abs() <= f64::from(limit) {
            return Some(degrees);
        }
        let (code, bound, sign) = if degrees > 0.0 { ("too_big", limit, "<=") } else { ("too_small", -limit, ">=") };
        let size = if degrees > 0.0 { "Too big" } else { "Too small" };
        let side = if degrees > 0.0 { "maximum" } else { "minimum" };
        self.wrong(
            name,
            vec![format!("{name} must be a {name} string or number")],
            json!({
                "origin": "number", "code": code, side: bound, "inclusive": true, "path": [name],
                "message": format!("{size}: expected number to be {sign}{bound}"),
            }),
        );
        None
    }

    /// A required latitude or longitude, also as text in a query.
    pub(super) fn required_degrees(&mut self, name: &str, limit: i32) -> Option<f64> {
        let number = self.fields.get(name).and_then(Value::as_str).and_then(|text| text.parse::<f64>().ok());
        let value = number.map_or_else(|| self.raw(name), Value::from);
        self.fields.insert(name.to_owned(), value);
        self.degrees(name, limit)
    }

    /// A day such as `1990-02-03`, not in the future.
    pub(super) fn day(&mut self, name: &str) -> Option<jiff::civil::Date> {
        let text = self.string(name)?;
        let day = text.get(..10).and_then(|day| day.parse().ok());
        let today = jiff::tz::Offset::UTC.to_datetime(time::now()).date();
        let wrong = match day {
            Some(day) if day <= today => return Some(day),
            Some(_) => "Birth date cannot be in the future",
            None => "Birth date must be a date like 1990-02-03",
        };
        let details = json!({ "code": "custom", "path": [name], "message": wrong });
        self.wrong(name, vec![wrong.to_owned()], details);
        None
    }

    /// An instant, with an offset or in UTC.
    pub(super) fn instant(&mut self, name: &str) -> Option<Timestamp> {
        self.optional(name, |this| this.required_instant(name))
    }

    pub(super) fn required_instant(&mut self, name: &str) -> Option<Timestamp> {
        let parsed = self.fields.get(name).and_then(Value::as_str).and_then(time::parse);
        if parsed.is_none() {
            let mut messages = vec![format!("{name} must be a Date instance")];
            if !self.has(name) {
                messages.push(format!("{name} should not be empty"));
            }
            let received = self.fields.get(name).map_or("undefined", kind);
            self.wrong(
                name,
                messages,
                json!({
                    "expected": "string", "code": "invalid_type", "path": [name],
                    "message": format!("Invalid input: expected ISO 8601 datetime string, received {received}"),
                }),
            );
        }
        parsed.map(|(instant, _)| instant)
    }

    pub(super) fn id<T: From<Uuid>>(&mut self, name: &str) -> Option<T> {
        self.optional(name, |this| this.required_id(name))
    }

    pub(super) fn required_id<T: From<Uuid>>(&mut self, name: &str) -> Option<T> {
        let id = self.fields.get(name).and_then(Value::as_str).and_then(uuid);
        if id.is_none() {
            self.not_an_id(name, &json!([name]), "");
        }
        id.map(T::from)
    }

    pub(super) fn not_an_id(&mut self, name: &str, path: &Value, each: &str) {
        self.wrong(
            name,
            vec![format!("{each}{name} must be a UUID")],
            json!({
                "origin": "string", "code": "invalid_format", "format": "uuid", "pattern": UUID_PATTERN,
                "path": path, "message": "Invalid UUID",
            }),
        );
    }
}
