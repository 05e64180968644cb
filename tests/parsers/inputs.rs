//! Inputs: those that are kept, changed at random, and put together from the words of their language.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The kept inputs of a target, by the names of their files.
pub fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(&folder).expect("a folder of the corpus");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let read = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read(path).expect("a file of the corpus"))
    };
    files.iter().map(|path| read(path)).collect()
}

/// One change of an input.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, Vec<u8>),
    Replace(Index, u8),
    Delete(Index, usize),
    Repeat(Index, usize, usize),
}

impl Edit {
    fn apply(&self, input: &mut Vec<u8>) {
        let place = |index: &Index| index.index(input.len() + 1);
        match self {
            Self::Insert(index, bytes) => {
                let place = place(index);
                input.splice(place..place, bytes.iter().copied());
            }
            Self::Replace(index, byte) => {
                let place = place(index);
                if let Some(replaced) = input.get_mut(place) {
                    *replaced = *byte;
                }
            }
            Self::Delete(index, length) => {
                let place = place(index);
                input.drain(place..(place + length).min(input.len()));
            }
            Self::Repeat(index, length, times) => {
                let place = place(index);
                let part = input[place..(place + length).min(input.len())].repeat(*times);
                input.splice(place..place, part);
            }
        }
    }
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => select(words).prop_map(|word| word.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
        1 => any::<char>().prop_map(|letter| letter.to_string().into_bytes()),
    ]
}

fn edit(words: &'static [&'static str]) -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (any::<Index>(), word(words)).prop_map(|(index, bytes)| Edit::Insert(index, bytes)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(index, byte)| Edit::Replace(index, byte)),
        1 => (any::<Index>(), 1..20_usize).prop_map(|(index, length)| Edit::Delete(index, length)),
        1 => (any::<Index>(), 1..20_usize, 1..200_usize)
            .prop_map(|(index, length, times)| Edit::Repeat(index, length, times)),
    ]
}

/// A kept input with some changes, or words in any order.
pub fn of(corpus: Vec<Vec<u8>>, words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let changed = (select(corpus), vec(edit(words), 1..5)).prop_map(|(mut input, edits)| {
        edits.iter().for_each(|edit| edit.apply(&mut input));
        input
    });
    let joined = vec(word(words), 0..10).prop_map(|words| words.concat());
    prop_oneof![changed, joined]
}
