//! A finding becomes a vector: the input is made as small as it can be with the same wrong, and written down with the
//! verdict that it must get.

mod symptom;
mod text;
mod verdict;

pub use symptom::{Symptom, minimise, quieten};
pub use verdict::Said;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dashstream_conformance::protocol::{Answer, Question};
use dashstream_conformance::report::hex;
use dashstream_vectors::LoadError;
use sha2::{Digest as _, Sha256};

use crate::target::{Input, Target};

/// What was found, and what is said of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it breaks.
    pub target: Target,
    /// The input.
    pub bytes: Vec<u8>,
    /// Id of the vector and name of the regression, in kebab-case; `None`: of the target and the bytes.
    pub name: Option<String>,
    /// Title of the vector; `None`: of what is wrong.
    pub title: Option<String>,
    /// Requirements that the vector is about; none: those that the verdict is about.
    pub requirements: Vec<String>,
    /// The verdict, where somebody has looked it up.
    pub said: Option<Said>,
    /// Takes an input with which nothing is wrong too, as it is.
    pub any: bool,
}

/// Where things are kept.
#[derive(Clone, Debug)]
pub struct Places {
    /// The folder that holds `data/`.
    pub vectors: PathBuf,
    /// The folder that holds one of each target.
    pub regressions: PathBuf,
}

/// What became of a finding.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was wrong with it.
    pub symptom: Option<Symptom>,
    /// The input, made small.
    pub small: Vec<u8>,
    /// Where that is kept.
    pub regression: PathBuf,
    /// The vector; `None`: the input is no frame and no file.
    pub vector: Option<Written>,
}

/// A vector that was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Its verdict, in words.
    pub verdict: String,
}

/// Why there is no vector.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nothing is wrong with the input.
    #[error("the law holds: there is nothing to find (--any makes a vector all the same)")]
    Holds,
    /// A name that no vector can have.
    #[error("`{0}` is no name in kebab-case")]
    Name(String),
    /// Something else has that name.
    #[error("{0} is there already, and is not this: choose another --name")]
    Exists(PathBuf),
    /// Nobody has said what is right.
    #[error(
        "{why}:\n  codec: {codec}\n  plain: {plain}\nread the specification, and say --code CODE --offset N or --accepted"
    )]
    Undecided {
        /// What is not clear.
        why: &'static str,
        /// What the codec says.
        codec: String,
        /// What the plain implementation says.
        plain: String,
    },
    /// The content of an accepted input comes from the plain implementation.
    #[error("the plain implementation, from which the content would come, does not accept it: {0}")]
    NoContent(String),
    /// Nothing was refused.
    #[error("nothing is refused, so no requirement speaks for itself: name those it is about with --requirement ID")]
    NoRequirement,
    /// There is no answer or no twin to write down.
    #[error("this is nothing that a vector can expect")]
    NoVector,
    /// A set that cannot be read, before or after the vector was written.
    #[error("the vectors: {0}")]
    Vectors(#[from] LoadError),
    /// A file that cannot be written.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: io::Error,
    },
}

/// Makes a finding small, keeps it as a regression, and writes it as a vector where it is a frame or a file.
///
/// # Errors
/// There is no vector then; where `small` was made it is kept all the same, and its path is in what `progress` is told.
pub fn to_vector(finding: &Finding, places: &Places, progress: &mut dyn FnMut(&str)) -> Result<Made, Trouble> {
    let Finding { target, bytes, name, .. } = finding;
    if let Some(name) = name.as_ref().filter(|name| !is_name(name)) {
        return Err(Trouble::Name(name.clone()));
    }
    let symptom = Symptom::of(target, bytes);
    let small = match &symptom {
        Some(symptom) => minimise(target, bytes, symptom),
        None if finding.any => bytes.clone(),
        None => return Err(Trouble::Holds),
    };
    if let Some(now) = Symptom::of(target, &small) {
        progress(&format!("{now}\n{} bytes, made {}", bytes.len(), small.len()));
    }
    let name = name.clone().unwrap_or_else(|| name_of(target, &small));
    let regression = places.regressions.join(target.name).join(&name);
    keep(&regression, &small)?;
    progress(&format!("kept in {}\n{}", regression.display(), dump(target.input, &small)));
    let vector = match target.input {
        Input::Makings | Input::History | Input::Text => None,
        Input::Frame | Input::File => {
            let question = symptom::question(target.input, &small);
            Some(write(finding, &name, &question, symptom.as_ref(), places)?)
        }
    };
    Ok(Made { symptom, small, regression, vector })
}

/// What somebody has to see who is to say what is right.
fn dump(input: Input, bytes: &[u8]) -> String {
    match input {
        Input::Frame => hex::whole_frame(bytes),
        Input::File => hex::whole_file(bytes),
        Input::Makings | Input::History | Input::Text => String::new(),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn name_of(target: &Target, small: &[u8]) -> String {
    let sum: String = Sha256::digest(small).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{sum}", target.name)
}

/// Writes a file that is not there yet, or is the same.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let failed = |error| Trouble::Io { path: path.to_path_buf(), error };
    if path.exists() {
        let is_same = fs::read(path).map_err(failed)? == bytes;
        return if is_same { Ok(()) } else { Err(Trouble::Exists(path.to_path_buf())) };
    }
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    fs::write(path, bytes).map_err(failed)
}

fn write(
    finding: &Finding,
    name: &str,
    question: &Question,
    symptom: Option<&Symptom>,
    places: &Places,
) -> Result<Written, Trouble> {
    let right = verdict::decide(question, finding.said)?;
    let requirements = match finding.requirements.as_slice() {
        [] => verdict::requirements(question, &right),
        named => named.to_vec(),
    };
    if requirements.is_empty() {
        return Err(Trouble::NoRequirement);
    }
    let title = finding.title.clone().unwrap_or_else(|| title(symptom, &right));
    // What was found before need not be exported yet: the manifest is not asked.
    let vectors = dashstream_vectors::load_unlisted(&places.vectors)?;
    let path = places.vectors.join("data/found").join(format!("{name}.yaml"));
    if vectors.iter().any(|vector| vector.id == name) {
        return Err(Trouble::Exists(path));
    }
    let head = text::Head { id: name, title: &title, requirements: &requirements };
    let tree = text::vector(&head, question, &right, &vectors)?;
    keep(&path, tree.yaml().as_bytes())?;
    if let Err(error) = dashstream_vectors::load_unlisted(&places.vectors) {
        fs::remove_file(&path).map_err(|error| Trouble::Io { path, error })?;
        return Err(error.into());
    }
    Ok(Written { path, verdict: verdict::words(&right) })
}

fn title(symptom: Option<&Symptom>, right: &Answer) -> String {
    match symptom {
        Some(Symptom::Broken { law, .. }) => format!("Found where this did not hold: {law}"),
        Some(Symptom::Panicked(_)) => "Found where a reader panicked".to_owned(),
        None => format!("Found: {}", verdict::words(right)),
    }
}
