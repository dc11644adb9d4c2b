//! Reads a whole set and checks what can be wrong with it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::{Case, Class, DecodeCase, Operation, Twin, Vector};
use crate::raw::RawVector;
use crate::{LoadError, Splice, convert, manifest, twin};

/// All vectors, and the name of their state.
#[derive(Debug, Clone)]
pub struct Set {
    /// The vectors, by area and id.
    pub vectors: Vec<Vector>,
    /// SHA-256 of `SHA256SUMS`, in hexadecimal digits.
    pub manifest_digest: String,
}

/// Reads the set below `root`, the folder that holds `data/`, `json/` and `SHA256SUMS`.
///
/// # Errors
/// The first thing that is wrong, with its file: no vectors at all, a file that is not listed, listed and
/// missing, or not the one that was listed; an unknown key; bytes that are not hexadecimal; an id that is
/// not the file's name or occurs twice; an expectation or a twin that is missing, or a twin that does
/// not differ as declared.
pub fn load(root: &Path) -> Result<Set, LoadError> {
    let vectors = load_unlisted(root)?;
    let manifest_digest = manifest::verify(root)?;
    Ok(Set { vectors, manifest_digest })
}

/// Reads the vectors below `root` without asking the manifest, for a set that is being made.
///
/// # Errors
/// As [`load`], but for what concerns the manifest.
pub fn load_unlisted(root: &Path) -> Result<Vec<Vector>, LoadError> {
    let data = root.join("data");
    let mut vectors = Vec::new();
    for area in folder(&data)? {
        if !area.is_dir() {
            return Err(LoadError::new(&area, "is not a folder of vectors"));
        }
        for path in folder(&area)? {
            vectors.push(load_one(&path)?);
        }
    }
    if vectors.is_empty() {
        return Err(LoadError::new(&data, "holds no vectors"));
    }
    check_ids(&vectors)?;
    check_twins(&vectors)?;
    Ok(vectors)
}

/// The set that a tool takes where its user names none: `vectors/` in the working folder or in one of
/// those above it, or the folder that this crate was built from.
#[must_use]
pub fn default_root() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let above = here.iter().flat_map(|folder| folder.ancestors().map(|place| place.join("vectors")));
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    above.chain([built]).find(|root| root.join(manifest::MANIFEST).is_file())
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let failed = |error| LoadError::new(path, error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// Reads one vector, of which its folder is the area.
///
/// # Errors
/// As [`load`], but for what concerns the manifest and the other vectors, such as the twin.
pub fn load_one(path: &Path) -> Result<Vector, LoadError> {
    let failed = |why: String| LoadError::new(path, why);
    if path.extension().is_none_or(|ending| ending != "yaml") {
        return Err(failed("is not a .yaml file".to_owned()));
    }
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let raw: RawVector = serde_yaml::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let (head, case) = convert::case_of(raw).map_err(failed)?;
    let vector = Vector {
        id: head.id,
        area: path
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        title: head.title,
        requirements: head.requirements,
        operation: head.operation,
        class: head.class,
        needs: head.needs,
        case,
        twin: head.twin,
        path: path.to_path_buf(),
    };
    check_head(&vector).map_err(|why| LoadError::new(&vector.path, why))?;
    Ok(vector)
}

fn check_head(vector: &Vector) -> Result<(), String> {
    let name = vector.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if name.as_deref() != Some(vector.id.as_str()) {
        return Err(format!("the id `{}` is not the file's name", vector.id));
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if vector.id.is_empty() || !vector.id.bytes().all(plain) {
        return Err(format!("the id `{}` is not in kebab-case", vector.id));
    }
    if vector.title.trim().is_empty() {
        return Err("the title is empty".to_owned());
    }
    if vector.requirements.is_empty() {
        return Err("no requirement is named".to_owned());
    }
    let rejected = vector.operation == Operation::Decode && vector.class == Class::Invalid;
    if rejected && vector.twin.is_none() {
        return Err("the twin is missing".to_owned());
    }
    if vector.operation != Operation::Decode && vector.twin.is_some() {
        return Err("only decode vectors have twins".to_owned());
    }
    Ok(())
}

fn check_ids(vectors: &[Vector]) -> Result<(), LoadError> {
    let mut seen: HashMap<&str, &Path> = HashMap::new();
    for vector in vectors {
        if let Some(other) = seen.insert(&vector.id, &vector.path) {
            let message = format!("the id `{}` is also that of {}", vector.id, other.display());
            return Err(LoadError::new(&vector.path, message));
        }
    }
    Ok(())
}

fn check_twins(vectors: &[Vector]) -> Result<(), LoadError> {
    let by_id: HashMap<&str, &Vector> = vectors.iter().map(|vector| (vector.id.as_str(), vector)).collect();
    for vector in vectors {
        let (Some(twin), Case::Decode(case)) = (&vector.twin, &vector.case) else { continue };
        check_twin(twin, case, by_id.get(twin.id.as_str()).copied())
            .map_err(|why| LoadError::new(&vector.path, format!("twin `{}`: {why}", twin.id)))?;
    }
    Ok(())
}

fn check_twin(declared: &Twin, case: &DecodeCase, other: Option<&Vector>) -> Result<(), String> {
    let other = other.ok_or("there is no such vector")?;
    let Case::Decode(accepted) = &other.case else { return Err("it is not a decode vector".to_owned()) };
    if other.class == Class::Invalid {
        return Err("it is not an accepted vector".to_owned());
    }
    let bytes = |case: &DecodeCase| case.bytes.as_ref().map(crate::HexBytes::to_vec);
    let (old, new) = (bytes(accepted), bytes(case));
    if declared.remove == 0 && declared.insert == 0 {
        // The difference lies in what the caller says.
        let told = |case: &DecodeCase| (case.limits, case.tenant.clone());
        let fine = old == new && told(accepted) != told(case);
        return if fine { Ok(()) } else { Err("without a splice the bytes have to be equal".to_owned()) };
    }
    let size = |value: u64| usize::try_from(value).map_err(|error| error.to_string());
    let splice = Splice { at: size(declared.at)?, remove: size(declared.remove)?, insert: size(declared.insert)? };
    twin::check(&old.unwrap_or_default(), &new.unwrap_or_default(), splice)
}
