//! Values of a path, a query, a header or a form field, as the server parses them.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::secret::Secret;
use crate::time;

/// A value of a path, a query, a header or a form field: one string, several, or none.
pub trait Param {
    /// Passes each string of the value to `add`: several for a list, none for an absent value.
    fn each(&self, add: &mut dyn FnMut(&str));
}

impl Param for str {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl Param for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl Param for Secret {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self.expose());
    }
}

impl Param for Timestamp {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&time::text(*self));
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        (**self).each(add);
    }
}

impl<T: Param> Param for Option<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.each(add));
    }
}

impl<T: Param> Param for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.each(add));
    }
}

macro_rules! printed {
    ($($type:ty),+) => {$(
        impl Param for $type {
            fn each(&self, add: &mut dyn FnMut(&str)) {
                add(&self.to_string());
            }
        }
    )+};
}

printed!(bool, i64, f64, Uuid, Date);
