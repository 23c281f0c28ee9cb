//! Our half of the comparison that `benches/onnxruntime.sh` runs, in the folder that is the
//! argument. `models` on standard input runs the three models on the tensors in there, `frame` the
//! whole stages on `frame.png`; each prints milliseconds of detector, embedder and passive
//! liveness. `outputs` writes what the models said, for comparison.

use std::error::Error;
use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use humanseal_biometric::{EmbeddingModel, Limits, Models, Photo, Pipeline};

type Done<T> = Result<T, Box<dyn Error>>;

/// Detector, embedder and passive liveness in the manifest.
const IDS: [&str; 3] = ["retinaface", "mobilefacenet", "fr_liveness"];

fn main() -> Done<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("no folder was given")?);
    let load = || Models::load(&Models::default_dir(), EmbeddingModel::MobileFaceNet);
    let (models, pipeline) = (load()?, Pipeline::new(load()?));
    let tensors = IDS.map(|id| tensor(&folder.join(format!("{id}.f32"))));
    let [detector, embedder, liveness] = tensors;
    let tensors = [detector?, embedder?, liveness?];
    let photo = Photo::decode(&fs::read(folder.join("frame.png"))?, Limits::default())?;
    for line in std::io::stdin().lock().lines() {
        let times = match line?.as_str() {
            "models" => {
                let mut times = [Duration::ZERO; 3];
                for ((id, tensor), time) in IDS.iter().zip(&tensors).zip(&mut times) {
                    let start = Instant::now();
                    models.outputs(id, tensor)?;
                    *time = start.elapsed();
                }
                times
            }
            "frame" => {
                let capture = pipeline.live(std::slice::from_ref(&photo), None)?;
                let frame = capture.frames()[0];
                // Without a face nothing would be embedded, and nothing timed.
                frame.measures.ok_or("no face in the frame")?;
                let times = frame.timings;
                [times.detect, times.embed, times.liveness]
            }
            "outputs" => {
                for (id, tensor) in IDS.iter().zip(&tensors) {
                    let all = models.outputs(id, tensor)?.concat();
                    let bytes: Vec<u8> = all.iter().flat_map(|v| v.to_le_bytes()).collect();
                    fs::write(folder.join(format!("{id}.ours.f32")), bytes)?;
                }
                [Duration::ZERO; 3]
            }
            other => return Err(format!("no command {other}").into()),
        };
        let [detect, embed, liveness] = times.map(|time| time.as_secs_f64() * 1e3);
        writeln!(std::io::stdout(), "{detect:.3} {embed:.3} {liveness:.3}")?;
    }
    Ok(())
}

fn tensor(file: &Path) -> Done<Vec<f32>> {
    let bytes = fs::read(file)?;
    let (values, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(format!("{} is no list of floats", file.display()).into());
    }
    Ok(values.iter().map(|v| f32::from_le_bytes(*v)).collect())
}
