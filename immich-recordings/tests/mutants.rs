//! Responses that nobody has seen yet: each JSON response, recorded or generated, is changed in the ways
//! that servers change theirs, and must still be decoded.

#![allow(missing_docs, clippy::unwrap_used)]

mod mutate;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use immich_core::incoming::Route;
use immich_recordings::{Description, Places, Recording, SampleAnswer};
use serde_json::Value;

use mutate::{generalized, mutated, number, set, signature, with};

/// A JSON response, and its decoder.
struct Answer {
    name: String,
    reader: &'static Route,
    value: Value,
    places: Places,
    /// The optional places that are changed one at a time.
    single: Vec<String>,
}

impl Answer {
    fn new(descriptions: &[Description], name: String, reader: &'static Route, value: Value) -> Self {
        let places = Places::of_answer(descriptions, reader.operation, &value);
        let single = generalized(&places.optional).into_iter().map(str::to_owned).collect();
        Self { name, reader, value, places, single }
    }

    /// The part of a value that the type keeps.
    fn kept(&self, value: &Value) -> Result<Value, String> {
        let kept = (self.reader.rewrite)(self.reader.operation, value.to_string().as_bytes());
        kept.unwrap_or(Ok(Value::Null)).map_err(|error| error.to_string())
    }
}

/// The recorded responses of both versions.
fn recorded(descriptions: &[Description]) -> Vec<Answer> {
    let recordings = ["2.7.5", "3.1.0"].into_iter().flat_map(|version| Recording::of_version(version).unwrap());
    let answers = recordings.filter_map(|recording| {
        let value = recording.json_answer()?.clone();
        let name = recording.file.display().to_string();
        Some(Answer::new(descriptions, name, recording.reader().unwrap(), value))
    });
    answers.collect()
}

/// Responses generated from the descriptions.
fn made(descriptions: &[Description]) -> Vec<Answer> {
    let mut seen = BTreeSet::new();
    let answers = SampleAnswer::all(descriptions).into_iter().map(|SampleAnswer { name, reader, value }| {
        let mut answer = Answer::new(descriptions, name, reader, value);
        // Many operations return the same type: its fields are changed one at a time only once.
        answer.single.retain(|place| seen.insert(signature(&answer.value, place)));
        answer
    });
    answers.collect()
}

static ANSWERS: LazyLock<Vec<Answer>> = LazyLock::new(|| {
    let descriptions = Description::oldest_and_newest().unwrap();
    let mut answers = recorded(&descriptions);
    let recorded = answers.len();
    assert!(recorded > 200, "only {recorded} recorded answers");
    answers.extend(made(&descriptions));
    assert!(answers.len() > recorded + 700, "only {} answers made of the descriptions", answers.len() - recorded);
    answers
});

/// Numbers of 2.7.5 that its description calls `number`, as it does most. Later ones call them integers, and counts
/// of pixels, files, bytes, stars, seconds and years are.
const WHOLE: [&str; 16] = [
    "angle",
    "exifImageHeight",
    "exifImageWidth",
    "files",
    "filesize",
    "height",
    "interval",
    "iso",
    "keepLastAmount",
    "port",
    "rating",
    "timeout",
    "width",
    "year",
    "x",
    "y",
];

/// Runs `check` on every response; it gives the number of mutants, and adds what is wrong.
fn each(what: &str, check: fn(&Answer, &mut Vec<String>) -> usize) {
    let (mut mutants, mut faults) = (0, Vec::new());
    for answer in &*ANSWERS {
        mutants += check(answer, &mut faults);
    }
    println!("{what}: {mutants} mutants");
    assert!(mutants > 100, "only {mutants} mutants");
    let count = faults.len();
    faults.truncate(40);
    assert!(count == 0, "{count} of {mutants} mutants:\n{}", faults.join("\n"));
}

#[test]
fn every_answer_made_of_a_description_is_decoded() {
    each("unchanged", |answer, faults| {
        faults.extend(answer.kept(&answer.value).err().map(|error| format!("{}: {error}", answer.name)));
        1
    });
}

#[test]
fn unknown_fields_are_ignored() {
    each("unknown fields", |answer, faults| {
        let mutant = mutated(&answer.value, &answer.places.objects, |object| {
            for (name, value) in [("aNewText", "new".into()), ("aNewList", [1].into()), ("aNewNull", Value::Null)] {
                object[name] = value;
            }
        });
        if answer.kept(&mutant) != answer.kept(&answer.value) {
            faults.push(format!("{}: {:?}", answer.name, answer.kept(&mutant).err()));
        }
        1
    });
}

#[test]
fn unknown_values_of_a_set_are_kept() {
    each("unknown values", |answer, faults| {
        let places = &answer.places.enums;
        let mutant = mutated(&answer.value, places, |text| *text = "a-New value".into());
        match answer.kept(&mutant) {
            Ok(kept) => faults.extend(
                places
                    .iter()
                    .filter(|place| kept.pointer(place).is_some_and(|text| *text != "a-New value"))
                    .map(|place| format!("{}: {place} is lost", answer.name)),
            ),
            Err(error) => faults.push(format!("{}: {error}", answer.name)),
        }
        for place in generalized(places) {
            let mutant = with(&answer.value, place, Some("another".into()));
            faults.extend(answer.kept(&mutant).err().map(|error| format!("{}: {place}: {error}", answer.name)));
        }
        1 + generalized(places).len()
    });
}

#[test]
fn integers_may_be_written_with_a_fraction_of_zero() {
    each("integers as 12.0", |answer, faults| {
        let mutant = number(&answer.value);
        if answer.kept(&mutant).map(|kept| number(&kept)) != answer.kept(&answer.value).map(|kept| number(&kept)) {
            faults.push(format!("{}: {:?}", answer.name, answer.kept(&mutant)));
        }
        1
    });
}

#[test]
fn numbers_keep_their_fraction() {
    each("fractions", |answer, faults| {
        let fraction = |place: &&String| !WHOLE.iter().any(|name| place.ends_with(&format!("/{name}")));
        let places: Vec<&String> = answer.places.fractions.iter().filter(fraction).collect();
        let mutant = mutated(&answer.value, places.iter().copied(), |number| *number = 0.25.into());
        match answer.kept(&mutant) {
            Ok(kept) => faults.extend(
                places
                    .iter()
                    .filter(|place| kept.pointer(place).is_some_and(|number| *number != 0.25))
                    .map(|place| format!("{}: {place} is lost", answer.name)),
            ),
            Err(error) => faults.push(format!("{}: {error}", answer.name)),
        }
        places.len()
    });
}

#[test]
fn each_whole_number_is_called_a_number_by_a_description() {
    let numbers = || ANSWERS.iter().flat_map(|answer| &answer.places.fractions);
    for name in WHOLE {
        assert!(numbers().any(|place| place.ends_with(&format!("/{name}"))), "{name} is in no answer");
    }
}

#[test]
fn what_is_optional_may_be_absent_or_null() {
    each("absent or null", |answer, faults| {
        let mut mutants = 2;
        let (mut all_absent, mut all_null) = (answer.value.clone(), answer.value.clone());
        // From the inside out: what is inside of something absent is gone with it.
        for place in answer.places.optional.iter().rev() {
            set(&mut all_absent, place, None);
            set(&mut all_null, place, Some(Value::Null));
        }
        let original = answer.kept(&answer.value).unwrap_or_default();
        for (what, mutant) in [("all absent", &all_absent), ("all null", &all_null)] {
            faults.extend(answer.kept(mutant).err().map(|error| format!("{}: {what}: {error}", answer.name)));
        }
        for place in &answer.single {
            for changed in [None, Some(Value::Null)] {
                let mutant = with(&answer.value, place, changed.clone());
                mutants += 1;
                match answer.kept(&mutant) {
                    // The rest is untouched, whether or not the place is written as null.
                    Ok(kept) => {
                        if with(&kept, place, None) != with(&original, place, None) {
                            faults.push(format!("{}: {place}: something else is lost", answer.name));
                        }
                    }
                    Err(error) => faults.push(format!("{}: {place} {changed:?}: {error}", answer.name)),
                }
            }
        }
        mutants
    });
}

#[test]
fn items_may_be_null_where_a_description_says_so() {
    each("null items", |answer, faults| {
        let mutant = mutated(&answer.value, &answer.places.nullable_items, |item| *item = Value::Null);
        faults.extend(answer.kept(&mutant).err().map(|error| format!("{}: {error}", answer.name)));
        1
    });
}

#[test]
fn instants_may_be_written_in_many_forms() {
    each("forms of instants", |answer, faults| {
        let recorded = ["2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09+00:00", "2024-05-06T07:08:09.123456+00:00"];
        // Other offsets, the first year that a server writes with four digits, and the last day that jiff can hold.
        let others = ["2024-05-06T07:08:09-03:30", "0000-01-01T00:00:00Z", "9999-12-30T21:59:59Z"];
        let forms = recorded.into_iter().chain(others);
        for form in forms.clone() {
            let mutant = mutated(&answer.value, &answer.places.instants, |instant| *instant = form.into());
            faults.extend(answer.kept(&mutant).err().map(|error| format!("{}: {form}: {error}", answer.name)));
        }
        forms.count()
    });
}
