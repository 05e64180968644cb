//! XMP sidecars, of which the fake reads only the tags.

/// The tags in `digiKam:TagsList`, such as `places/beach`.
pub(super) fn tags(sidecar: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(sidecar);
    let list = between(&text, "<digiKam:TagsList", "</digiKam:TagsList>").unwrap_or_default();
    let items = list.split("<rdf:li").skip(1).filter_map(|item| between(item, ">", "</rdf:li>"));
    items.map(|item| unescape(item.trim())).filter(|tag| !tag.is_empty()).collect()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::tags;

    #[test]
    fn tags_are_read_from_the_list_alone() {
        let xmp = b"<rdf:Description><dc:subject><rdf:Bag><rdf:li>not this</rdf:li></rdf:Bag></dc:subject>\
            <digiKam:TagsList><rdf:Seq><rdf:li>places/beach</rdf:li> <rdf:li xml:lang='x'>a &amp; b</rdf:li>\
            </rdf:Seq></digiKam:TagsList></rdf:Description>";
        assert_eq!(tags(xmp), ["places/beach", "a & b"]);
        assert!(tags(b"<x/>").is_empty());
        assert!(tags(b"<digiKam:TagsList><rdf:li>cut").is_empty());
    }
}
