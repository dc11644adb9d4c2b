//! A graph of three nodes that is killed after each step and goes on where it was.
//!
//! ```sh
//! cargo run -p dashstream-checkpoint --example graph -- /tmp/agent          # until it is done
//! cargo run -p dashstream-checkpoint --example graph -- /tmp/agent --die-after 2   # ends itself after two steps; then again
//! ```
//!
//! What a framework asks of its saver is here: the newest checkpoint of a thread, a checkpoint after each step with its parent, and what
//! the tasks of a step have written before the step is done, so that a task that has finished is not run again.

#![allow(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::path::PathBuf;

use dashstream_checkpoint::{AsyncStore, Draft, PendingWrite, StoreConfig, ThreadKey};
use dashstream_disk::RealDisk;
use serde::{Deserialize, Serialize};

/// The state of the graph.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// Which node comes next.
    next: usize,
    /// What the nodes have said.
    messages: Vec<String>,
}

/// The nodes: each has tasks that may be run side by side.
const NODES: [(&str, &[&str]); 3] = [("plan", &["think"]), ("search", &["papers", "web"]), ("answer", &["write"])];

/// What a task does; it may be dear.
fn run(task: &str, state: &State) -> String {
    println!("  runs {task}");
    format!("{task} after {} messages", state.messages.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("say a folder")?);
    let die_after = arguments.nth(1).map(|steps| steps.parse::<usize>()).transpose()?;
    let store = AsyncStore::new(RealDisk, folder, StoreConfig { keep_last: Some(10), ..StoreConfig::default() });
    store.open().await?;
    let thread = ThreadKey::new("conversation-1", "")?;
    let mut steps = 0;
    loop {
        let (mut state, generation) = match store.latest(&thread).await? {
            Some(checkpoint) => (checkpoint.state::<State>()?, checkpoint.summary.generation),
            None => {
                let state = State::default();
                let summary = store.put_state(&thread, Draft::default(), &state).await?;
                (state, summary.generation)
            }
        };
        let Some((node, tasks)) = NODES.get(state.next) else {
            println!("done: {:?}", state.messages);
            return Ok(());
        };
        println!("checkpoint {generation}: {node}");
        let written = store.writes(&thread, generation).await?;
        for task in *tasks {
            let there = written.iter().find(|write| write.task == **task);
            let said = match there {
                Some(write) => String::from_utf8(write.bytes.clone())?,
                None => {
                    let said = run(task, &state);
                    let write = PendingWrite {
                        task: (*task).to_owned(),
                        channel: "messages".to_owned(),
                        bytes: said.clone().into_bytes(),
                        ..PendingWrite::default()
                    };
                    store.put_writes(&thread, generation, vec![write]).await?;
                    steps += 1;
                    if die_after == Some(steps) {
                        println!("killed");
                        std::process::abort();
                    }
                    said
                }
            };
            state.messages.push(said);
        }
        state.next += 1;
        store.put_state(&thread, Draft::default(), &state).await?;
    }
}
