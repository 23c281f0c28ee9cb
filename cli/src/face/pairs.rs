//! `humanseal face pairs`: a score or a reason code for every row of a list.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use humanseal_biometric::{Embedding, Limits, Photo, Pipeline, cosine};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde_json::json;

use super::ModelChoice;
use crate::output::{self, Answer, Failure, Outcome, beside, publish, say};

/// Rows for each thread that are read before their images are embedded on all cores.
const ROWS_PER_THREAD: usize = 64;
/// The longest row, in bytes: two paths of any system and a label.
const MAX_ROW: usize = 16 << 10;
/// Embeddings kept between chunks: about 150 MB with the default model, 400 MB with the other.
const CACHE: usize = 200_000;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Tab-separated rows: image A, image B, label.
    #[arg(long)]
    list: PathBuf,
    /// The folder that image paths are relative to.
    #[arg(long)]
    root: PathBuf,
    /// Where to write the same rows, each with a score or a reason code. Must not exist.
    #[arg(long)]
    out: PathBuf,
    /// Threads; all cores unless stated.
    #[arg(long)]
    jobs: Option<usize>,
    #[command(flatten)]
    choice: ModelChoice,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

type Cache = HashMap<String, Result<Embedding, &'static str>>;

/// Scores the list, row by row in its order.
pub fn run(args: Args) -> Outcome {
    let unreadable = |error| Failure::input(format!("{}: {error}", args.list.display()));
    let list = File::open(&args.list).map_err(unreadable)?;
    let length = list.metadata().map_or(0, |meta| meta.len());
    let mut out = BufWriter::new(beside(&args.out)?);
    let pipeline = args.choice.pipeline()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.unwrap_or(0))
        .build()
        .map_err(Failure::fault)?;
    let bar = match !args.json && std::io::stderr().is_terminal() {
        true => ProgressBar::new(length),
        false => ProgressBar::hidden(),
    };
    let mut list = BufReader::new(list);
    let mut cache = Cache::new();
    let (mut scored, mut refused) = (0u64, BTreeMap::<&'static str, u64>::new());
    loop {
        let chunk = ROWS_PER_THREAD * pool.current_num_threads();
        let rows = rows(&mut list, chunk).map_err(unreadable)?;
        if rows.is_empty() {
            break;
        }
        pool.install(|| fill(&mut cache, &pipeline, &args.root, &rows));
        for row in &rows {
            let score = match score(&cache, row) {
                Ok(similarity) => {
                    scored += 1;
                    format!("{similarity:.6}")
                }
                Err(code) => {
                    *refused.entry(code).or_default() += 1;
                    code.to_owned()
                }
            };
            out.write_all(&row.bytes)
                .and_then(|()| writeln!(out, "\t{score}"))
                .map_err(Failure::fault)?;
            bar.inc(row.length);
        }
    }
    let out = out
        .into_inner()
        .map_err(|error| Failure::fault(error.error()))?;
    publish(out, &args.out)?;
    bar.finish_and_clear();
    if args.json {
        output::json(&json!({ "out": args.out, "scored": scored, "refused": refused }))?;
    } else {
        let others: u64 = refused.values().sum();
        say(format!(
            "{scored} pairs scored, {others} with a reason code, in {}.",
            args.out.display()
        ));
    }
    Ok(Answer::Yes)
}

/// A row of the list.
struct Row {
    /// Its bytes without the line's end, at most [`MAX_ROW`].
    bytes: Vec<u8>,
    /// How many bytes of the list it took.
    length: u64,
}

/// The next rows, at most `count`. A row that is too long is cut and has no images.
fn rows(list: &mut impl BufRead, count: usize) -> std::io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    while rows.len() < count {
        let mut bytes = Vec::new();
        let limit = MAX_ROW as u64 + 1;
        let mut length = list.by_ref().take(limit).read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            break;
        }
        if length == limit && !bytes.ends_with(b"\n") {
            length += skip_line(list)?;
        }
        if bytes.ends_with(b"\n") {
            bytes.pop();
            if bytes.ends_with(b"\r") {
                bytes.pop();
            }
        }
        rows.push(Row { bytes, length });
    }
    Ok(rows)
}

/// Passes over the rest of a line; gives its length.
fn skip_line(list: &mut impl BufRead) -> std::io::Result<u64> {
    let mut skipped = 0;
    loop {
        let seen = list.fill_buf()?;
        let end = seen.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(seen.len(), |at| at + 1);
        list.consume(used);
        skipped += used as u64;
        if end.is_some() || used == 0 {
            return Ok(skipped);
        }
    }
}

impl Row {
    /// The two images; nothing unless the row has three fields.
    fn images(&self) -> Option<(&str, &str)> {
        if self.bytes.len() > MAX_ROW {
            return None;
        }
        let text = std::str::from_utf8(&self.bytes).ok()?;
        match text.split('\t').collect::<Vec<_>>()[..] {
            [a, b, _label] => Some((a, b)),
            _ => None,
        }
    }
}

/// Embeds what the rows name and the cache has not.
fn fill(cache: &mut Cache, pipeline: &Pipeline, root: &Path, rows: &[Row]) {
    let named = rows.iter().filter_map(Row::images);
    let named: HashSet<&str> = named.flat_map(|(a, b)| [a, b]).collect();
    if cache.len() + named.len() > CACHE {
        cache.retain(|name, _| named.contains(name.as_str()));
    }
    let missing: Vec<&str> = named
        .into_iter()
        .filter(|name| !cache.contains_key(*name))
        .collect();
    let made: Vec<_> = missing
        .into_par_iter()
        .map(|name| {
            // A list of millions does not end because a decoder fell over one of its files.
            let embedded = catch_unwind(AssertUnwindSafe(|| embed(pipeline, &root.join(name))));
            (name.to_owned(), embedded.unwrap_or(Err("image_fault")))
        })
        .collect();
    cache.extend(made);
}

fn embed(pipeline: &Pipeline, path: &Path) -> Result<Embedding, &'static str> {
    let photo = photo(path)?;
    let template = pipeline.portrait(&photo).map_err(|e| e.code())?;
    Ok(template.embedding().clone())
}

/// A photograph of a list, or the code of what is wrong with its file.
pub fn photo(path: &Path) -> Result<Photo, &'static str> {
    let limits = Limits::default();
    let meta = std::fs::metadata(path).map_err(|_| "image_unreadable")?;
    // A pipe or a device would never end.
    if !meta.is_file() {
        return Err("image_unreadable");
    }
    if meta.len() > limits.bytes as u64 {
        return Err("image_too_many_bytes");
    }
    let bytes = std::fs::read(path).map_err(|_| "image_unreadable")?;
    Photo::decode(&bytes, limits).map_err(|e| e.code())
}

fn score(cache: &Cache, row: &Row) -> Result<f32, &'static str> {
    let (a, b) = row.images().ok_or("row_malformed")?;
    let embedding = |name| match cache.get(name) {
        Some(Ok(embedding)) => Ok(embedding),
        Some(Err(code)) => Err(*code),
        None => Err("image_unreadable"),
    };
    let similarity = cosine(embedding(a)?, embedding(b)?).map_err(|error| error.code())?;
    Ok(similarity.value())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_every_kind_are_read_and_none_costs_more_than_its_limit() {
        let long = vec![b'x'; 3 * MAX_ROW];
        let list = [
            b"a\tb\t1\n\xff\tb\t1\r\n\n",
            long.as_slice(),
            b"\na\tb\na\tb\t0",
        ]
        .concat();
        let mut reader = BufReader::with_capacity(7, list.as_slice());
        let first = rows(&mut reader, 4).unwrap();
        let rest = rows(&mut reader, 4).unwrap();
        assert_eq!((first.len(), rest.len()), (4, 2));
        let all: Vec<&Row> = first.iter().chain(&rest).collect();
        let images: Vec<_> = all.iter().map(|row| row.images()).collect();
        let pair = Some(("a", "b"));
        assert_eq!(images, [pair, None, None, None, None, pair]);
        assert_eq!(all[1].bytes, b"\xff\tb\t1");
        assert_eq!(all[3].bytes.len(), MAX_ROW + 1);
        let read: u64 = all.iter().map(|row| row.length).sum();
        assert_eq!(read, list.len() as u64, "progress counts every byte");
    }
}
