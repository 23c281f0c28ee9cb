//! The labelled list: pairs, or images with their people.

use std::collections::HashMap;
use std::path::Path;

use crate::output::{self, Failure};

/// The longest list, in bytes: some five million pairs.
const MAX_BYTES: u64 = 1 << 30;
/// The most images: their embeddings take about 80 MB, their pairs about an hour.
const MAX_IMAGES: usize = 100_000;
/// The most groups.
const MAX_GROUPS: usize = 100;

/// A list, every image and group once.
pub struct List {
    pub images: Vec<String>,
    pub groups: Vec<String>,
    pub pairs: Vec<Pair>,
    /// Instead of pairs, where the list names people.
    pub people: Option<Vec<Person>>,
}

/// Two images by their place, and whether they show one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub a: usize,
    pub b: usize,
    pub same: bool,
    pub group: Option<u16>,
}

/// An image by its place, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub image: usize,
    pub subject: usize,
    pub group: Option<u16>,
}

/// Reads a list. A row that is not understood ends the run: rates over a part of a list are
/// rates of something else.
pub fn read(path: &Path, all_pairs: bool) -> Result<List, Failure> {
    let text = output::read_text(path, MAX_BYTES)?;
    parse(&text, all_pairs)
        .map_err(|sentence| Failure::input(format!("{}: {sentence}", path.display())))
}

fn parse(text: &str, all_pairs: bool) -> Result<List, String> {
    let (mut images, mut groups, mut subjects) = (Names::new(), Names::new(), Names::new());
    let (mut pairs, mut people) = (Vec::new(), Vec::new());
    for (number, row) in text.lines().enumerate() {
        let malformed = |what: &str| format!("row {}: {what} [row_malformed]", number + 1);
        let fields: Vec<&str> = row.split('\t').collect();
        if fields.iter().any(|field| field.is_empty()) {
            return Err(malformed("a field is empty"));
        }
        let mut group = |name: Option<&&str>| name.map(|name| groups.place(name) as u16);
        match (fields.as_slice(), all_pairs) {
            ([image, subject, rest @ ..], true) if rest.len() <= 1 => {
                let known = images.names.len();
                let image = images.place(image);
                if image < known {
                    return Err(malformed("the image stands in the list already"));
                }
                people.push(Person {
                    image,
                    subject: subjects.place(subject),
                    group: group(rest.first()),
                });
            }
            ([a, b, label, rest @ ..], false) if rest.len() <= 1 => {
                let same = match *label {
                    "1" => true,
                    "0" => false,
                    _ => return Err(malformed("the label is neither 1 nor 0")),
                };
                pairs.push(Pair {
                    a: images.place(a),
                    b: images.place(b),
                    same,
                    group: group(rest.first()),
                });
            }
            (_, true) => return Err(malformed("it needs an image, a person, perhaps a group")),
            (_, false) => return Err(malformed("it needs two images, a label, perhaps a group")),
        }
        if images.names.len() > MAX_IMAGES || groups.names.len() > MAX_GROUPS {
            let limits = format!("{MAX_IMAGES} images or {MAX_GROUPS} groups");
            return Err(format!("the list names more than {limits} [list_too_long]"));
        }
    }
    Ok(List {
        images: images.names,
        groups: groups.names,
        pairs,
        people: all_pairs.then_some(people),
    })
}

/// Names, each with its place.
struct Names {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    fn new() -> Self {
        Self {
            names: Vec::new(),
            places: HashMap::new(),
        }
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_people_are_read_each_image_once() {
        let pairs = parse("a\tb\t1\ny\tb\t0\told\n", false).unwrap();
        assert_eq!((pairs.images.len(), pairs.groups.len()), (3, 1));
        assert_eq!(pairs.pairs[1].b, pairs.pairs[0].b);
        assert_eq!((pairs.pairs[0].same, pairs.pairs[0].group), (true, None));
        assert_eq!(
            (pairs.pairs[1].same, pairs.pairs[1].group),
            (false, Some(0))
        );
        let people = parse("a\tx\tg\nb\ty\tg\nc\tx\th", true).unwrap();
        let rows = people.people.unwrap();
        assert_eq!(rows[0].subject, rows[2].subject);
        assert_ne!(rows[0].subject, rows[1].subject);
        assert_eq!((rows[1].group, rows[2].group), (Some(0), Some(1)));
    }

    #[test]
    fn a_row_that_is_not_understood_ends_the_list() {
        for (text, all_pairs) in [
            ("a\tb", false),
            ("a\tb\tyes", false),
            ("a\tb\t1\tg\tmore", false),
            ("a\t\t1", false),
            ("a\tb\t1\n\na\tb\t0", false),
            ("a", true),
            ("a\tx\tg\tmore", true),
            ("a\tx\na\ty", true),
        ] {
            assert!(parse(text, all_pairs).is_err(), "{text:?}");
        }
    }
}
