//! The implementations that take part: each is an encoder and a decoder.

use std::path::Path;

use super::args::MatrixArgs;
use super::ports;
use crate::process::Program;
use crate::protocol::Hello;
use crate::runner::{canary, ending};
use crate::session::{Session, Settings};

/// What an encoder has to declare, and what a decoder has to.
pub(super) const ENCODES: [&str; 3] = ["encode", "zstd", "lz4"];
pub(super) const DECODES: [&str; 4] = ["decode", "zstd", "lz4", "payloads"];

/// One implementation.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) name: String,
    pub(super) command: String,
    /// Who it is, and a session that is not yet started; or why it does not start.
    pub(super) started: Result<(Hello, Session), String>,
}

impl Side {
    /// Why it cannot be asked for these; nothing: it can.
    pub(super) fn missing(&self, capabilities: &[&str]) -> Option<String> {
        match &self.started {
            Err(why) => Some(format!("{} does not start: {why}", self.name)),
            Ok((hello, _)) => {
                let missing: Vec<&str> = capabilities.iter().copied().filter(|name| !hello.can(name)).collect();
                (!missing.is_empty()).then(|| format!("{} does not declare {}", self.name, missing.join(", ")))
            }
        }
    }
}

/// One that is to take part.
pub(super) struct Entry {
    pub(super) name: String,
    /// What a person would type.
    command: String,
    settings: Settings,
}

/// All that take part: the reference, the ports, and those of the arguments.
///
/// # Errors
/// The list of ports cannot be read (`true`), or an argument is wrong (`false`).
pub(super) fn entries(
    args: &MatrixArgs,
    root: &Path,
    reference: &Program,
    folder: &Path,
) -> Result<Vec<Entry>, (bool, String)> {
    let entry = |name: &str, command: String, program: Program| Entry {
        name: name.to_owned(),
        command,
        settings: args.session.settings(program, folder),
    };
    let mut all = vec![entry("rust", reference.text(), reference.clone())];
    for port in ports(root).map_err(|why| (true, why))? {
        let mut one = entry(&port.name, format!("{} (in {})", port.testee, port.folder), port.program(root));
        one.settings.budgets.memory_mib = port.memory_mib.unwrap_or(one.settings.budgets.memory_mib);
        all.push(one);
    }
    for testee in &args.testee {
        let Some((name, command)) = testee.split_once('=').filter(|(name, _)| is_name(name)) else {
            return Err((false, format!("--testee takes NAME=COMMAND, and not {testee}")));
        };
        all.push(entry(name, command.to_owned(), Program::Shell(command.to_owned())));
    }
    let names: Vec<String> = all.iter().map(|one| one.name.clone()).collect();
    if let Some((_, name)) =
        names.iter().enumerate().find(|(index, name)| names.iter().take(*index).any(|one| one == *name))
    {
        return Err((false, format!("two implementations are named {name}")));
    }
    if let Some(name) = args.without.iter().find(|name| !names.contains(name)) {
        return Err((false, format!("no implementation is named {name}; there are: {}", names.join(", "))));
    }
    all.retain(|one| !args.without.contains(&one.name));
    Ok(all)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// Starts one, and asks who it is. Gives what is wrong with it apart from any content, too.
pub(super) fn start(entry: Entry) -> (Side, Vec<String>) {
    let Entry { name, command, settings } = entry;
    let (mut session, hello) = match Session::start(settings) {
        Ok(started) => started,
        Err(error) => return (Side { name, command, started: Err(error.to_string()) }, Vec::new()),
    };
    let wrong = [canary(&mut session).err(), ending(&mut session).err()];
    let complaints = wrong.into_iter().flatten().map(|why| format!("{name}: {why}")).collect();
    (Side { name, command, started: Ok((hello, session.sibling())) }, complaints)
}
