//! The registries, `spec/registry/*.toml`.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Problem;

/// An entry of `errors.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// Its name.
    pub code: String,
    /// Its number.
    pub number: u32,
    /// `frame`, `record`, `writer` or `file`.
    pub scope: String,
    /// What to do with the input.
    pub class: String,
    /// What the offset counts from.
    pub offset: String,
    /// Where the offset points.
    pub at: String,
    /// What it means.
    pub text: String,
}

/// An entry of `profiles.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The operation whose vectors belong to it.
    pub operation: String,
    /// What it means.
    pub text: String,
}

/// The registry of errors, in its order.
///
/// # Errors
/// The file cannot be read.
pub fn error_codes(root: &Path) -> Result<Vec<ErrorCode>, Problem> {
    #[derive(Deserialize)]
    struct File {
        error: Vec<ErrorCode>,
    }
    read::<File>(root, "errors").map(|file| file.error)
}

/// The codes of a follower, in their order.
///
/// # Errors
/// The file cannot be read.
pub(super) fn state_codes(root: &Path) -> Result<Vec<String>, Problem> {
    #[derive(Deserialize)]
    struct File {
        state_error: Vec<StateError>,
    }
    #[derive(Deserialize)]
    struct StateError {
        code: String,
    }
    read::<File>(root, "state_errors").map(|file| file.state_error.into_iter().map(|error| error.code).collect())
}

/// The reasons of a store, in the order of their registry.
///
/// # Errors
/// The file cannot be read.
pub(super) fn store_codes(root: &Path) -> Result<Vec<String>, Problem> {
    #[derive(Deserialize)]
    struct File {
        store_error: Vec<StoreError>,
    }
    #[derive(Deserialize)]
    struct StoreError {
        code: String,
    }
    read::<File>(root, "store_errors").map(|file| file.store_error.into_iter().map(|error| error.code).collect())
}

/// The registry of conformance profiles, in its order.
///
/// # Errors
/// The file cannot be read.
pub fn profiles(root: &Path) -> Result<Vec<Profile>, Problem> {
    #[derive(Deserialize)]
    struct File {
        profile: Vec<Profile>,
    }
    read::<File>(root, "profiles").map(|file| file.profile)
}

/// Reads one registry.
pub(super) fn read<T: DeserializeOwned>(root: &Path, name: &str) -> Result<T, Problem> {
    read_file(root, &format!("spec/registry/{name}.toml"))
}

/// Reads a TOML file by its path below the root.
pub(super) fn read_file<T: DeserializeOwned>(root: &Path, file: &str) -> Result<T, Problem> {
    let problem = |text: String| Problem { file: file.to_owned(), line: 0, text };
    let text = std::fs::read_to_string(root.join(file)).map_err(|error| problem(error.to_string()))?;
    toml::from_str(&text).map_err(|error| problem(error.to_string()))
}
