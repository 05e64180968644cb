//! Colors of tags and people.

use serde_json::json;

use super::check::Check;

impl Check {
    /// A color of 3, 4, 6 or 8 hexadecimal digits. The server adds a `#` that is missing.
    pub(super) fn color(&mut self, name: &str) -> Option<String> {
        let color = self.string(name)?;
        let digits = color.strip_prefix('#').unwrap_or(&color);
        if matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Some(format!("#{digits}"));
        }
        let pattern = "/^#?([0-9A-F]{3}|[0-9A-F]{4}|[0-9A-F]{6}|[0-9A-F]{8})$/i";
        self.wrong(
            name,
            vec![format!("{name} must be a hexadecimal color")],
            json!({
                "origin": "string", "code": "invalid_format", "format": "regex", "pattern": pattern, "path": [name],
                "message": format!("Invalid string: must match pattern {pattern}"),
            }),
        );
        None
    }
}
