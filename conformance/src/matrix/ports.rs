//! The ports of the repository, `ports/ports.toml`.

use std::ffi::OsString;
use std::path::Path;

use serde::Deserialize;

use crate::process::Program;

/// An implementation in another language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its folder, from that of the repository. Its commands run there.
    pub folder: String,
    /// Programs that have to be there before it can be set up.
    pub needs: Vec<String>,
    /// The shell command that sets it up.
    pub install: String,
    /// The shell command that runs its own tests.
    pub test: String,
    /// The shell command of its testee.
    pub testee: String,
    /// The profiles whose vectors it has to pass, without a skip.
    pub profiles: Vec<String>,
    /// Ids of vectors that are known to fail.
    pub known_failures: Vec<String>,
    /// Address space of its testee in MiB, 0: no limit; absent: what is usual.
    pub memory_mib: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ports {
    port: Vec<Port>,
}

/// Reads the list.
///
/// # Errors
/// It cannot be read; the text says why.
pub fn ports(root: &Path) -> Result<Vec<Port>, String> {
    let path = root.join("ports/ports.toml");
    let wrong = |why: String| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let ports: Ports = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(ports.port)
}

impl Port {
    /// Its testee, started in its folder.
    #[must_use]
    pub fn program(&self, root: &Path) -> Program {
        let start = format!("cd \"$0\" && exec {}", self.testee);
        let folder = root.join(&self.folder).into_os_string();
        Program::Words(vec![OsString::from("sh"), OsString::from("-c"), OsString::from(start), folder])
    }
}
