//! `humanseal face pairs`: a score or a reason code for every row of a list.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use humanseal_biometric::{Embedding, Limits, Photo, Pipeline, cosine};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::Model;
use crate::output::{Answer, Failure, Outcome};

/// Rows that are read before their images are embedded on all cores.
const CHUNK: usize = 4096;
/// Embeddings kept between chunks: about 150 MB with the default model.
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
    /// The embedding model.
    #[arg(long, value_enum, default_value_t)]
    model: Model,
}

type Cache = HashMap<String, Result<Embedding, &'static str>>;

/// Scores the list, row by row in its order.
pub fn run(args: Args) -> Outcome {
    let pipeline = super::pipeline(args.model)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.unwrap_or(0))
        .build()
        .map_err(Failure::fault)?;
    let list = File::open(&args.list)
        .map_err(|e| Failure::input(format!("{}: {e}", args.list.display())))?;
    let length = list.metadata().map_or(0, |meta| meta.len());
    let out = File::create_new(&args.out)
        .map_err(|e| Failure::input(format!("{}: {e}", args.out.display())))?;
    let mut out = BufWriter::new(out);
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(length),
        false => ProgressBar::hidden(),
    };
    let mut lines = BufReader::new(list).lines();
    let mut cache = Cache::new();
    loop {
        let chunk = lines.by_ref().take(CHUNK);
        let rows = chunk
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failure::input)?;
        if rows.is_empty() {
            break;
        }
        pool.install(|| fill(&mut cache, &pipeline, &args.root, &rows));
        for row in &rows {
            writeln!(out, "{row}\t{}", score(&cache, row)).map_err(Failure::fault)?;
            bar.inc(row.len() as u64 + 1);
        }
    }
    out.flush().map_err(Failure::fault)?;
    bar.finish_and_clear();
    Ok(Answer::Yes)
}

/// The two images of a row.
fn images(row: &str) -> Option<(&str, &str)> {
    let mut fields = row.split('\t');
    Some((fields.next()?, fields.next()?))
}

/// Embeds what the rows name and the cache has not.
fn fill(cache: &mut Cache, pipeline: &Pipeline, root: &Path, rows: &[String]) {
    let named = rows.iter().filter_map(|row| images(row));
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
        .map(|name| (name.to_owned(), embed(pipeline, &root.join(name))))
        .collect();
    cache.extend(made);
}

fn embed(pipeline: &Pipeline, path: &Path) -> Result<Embedding, &'static str> {
    let limits = Limits::default();
    let meta = std::fs::metadata(path).map_err(|_| "image_unreadable")?;
    if meta.len() > limits.bytes as u64 {
        return Err("image_too_many_bytes");
    }
    let bytes = std::fs::read(path).map_err(|_| "image_unreadable")?;
    let photo = Photo::decode(&bytes, limits).map_err(|e| e.code())?;
    let template = pipeline.portrait(&photo).map_err(|e| e.code())?;
    Ok(template.embedding().clone())
}

fn score(cache: &Cache, row: &str) -> String {
    let Some((a, b)) = images(row) else {
        return "row_malformed".to_owned();
    };
    match (cache.get(a), cache.get(b)) {
        (Some(Ok(a)), Some(Ok(b))) => match cosine(a, b) {
            Ok(similarity) => format!("{:.6}", similarity.value()),
            Err(error) => error.code().to_owned(),
        },
        (Some(Err(code)), _) | (_, Some(Err(code))) => (*code).to_owned(),
        _ => "image_unreadable".to_owned(),
    }
}
