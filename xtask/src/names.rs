//! From the names of the API to those of Rust.

/// `getAlbumInfo` or `asset.read` to `GetAlbumInfo` or `AssetRead`.
pub fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalized(word)).collect()
}

/// `getAlbumInfo` to `get_album_info`; a keyword gets an underscore at its end.
pub fn snake(name: &str) -> String {
    let snake = words(name).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_");
    match snake.as_str() {
        "type" | "for" | "move" | "in" | "ref" | "loop" | "match" | "enum" | "struct" | "where" | "use" | "as"
        | "or_" => {
            format!("{snake}_")
        }
        _ => snake,
    }
}

/// The name that serde makes of a field under `rename_all = "camelCase"`.
pub fn camel(field: &str) -> String {
    let mut words = field.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capitalized(word))
}

/// The variant of an enum's value.
pub fn variant(value: &str) -> String {
    let name = pascal(value);
    match name.as_str() {
        // `Unknown` is the variant of values that no description has.
        "Unknown" => "UnknownValue".into(),
        "Self" => "SelfValue".into(),
        _ if name.starts_with(|first: char| first.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

/// With its first letter in upper case.
pub fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Splits at every character that is no letter or digit, and where an upper-case letter begins a word. A run
/// of upper-case letters is one word (`AQ`), and so is `OAuth`.
fn words(name: &str) -> Vec<String> {
    let name = name.replace("OAuth", "Oauth").replace("FFmpeg", "Ffmpeg");
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1).copied();
        let lower = |letter: Option<char>| letter.is_some_and(char::is_lowercase);
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        let upper = |letter: Option<char>| letter.is_some_and(char::is_uppercase);
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let begins = letter.is_uppercase() && (lower(before) || digit(before) || (upper(before) && lower(after)));
        if begins {
            words.push(String::new());
        }
        words.last_mut().expect("there is a word").push(letter);
    }
    let shout =
        |word: &String| word.len() > 1 && word.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit());
    let single = words.len() == 1;
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(|word| if shout(&word) && (single || word.len() > 2) { word.to_lowercase() } else { word })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_a_rust_programmer_expects() {
        assert_eq!(pascal("getAlbumInfo"), "GetAlbumInfo");
        assert_eq!(snake("getAlbumInfo"), "get_album_info");
        assert_eq!(snake("logoutOAuth"), "logout_oauth");
        assert_eq!(snake("boundingBoxX1"), "bounding_box_x1");
        assert_eq!(snake("temporalAQ"), "temporal_aq");
        assert_eq!(snake("type"), "type_");
        assert_eq!(camel("type_"), "type");
        assert_eq!(camel("bounding_box_x1"), "boundingBoxX1");
        assert_eq!(variant("asset.read"), "AssetRead");
        assert_eq!(variant("IMAGE"), "Image");
        assert_eq!(variant("unsupported-format"), "UnsupportedFormat");
        assert_eq!(variant("AssetV1"), "AssetV1");
        assert_eq!(variant("unknown"), "UnknownValue");
        assert_eq!(variant("720p"), "V720p");
    }
}
