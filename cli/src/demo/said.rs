//! The agent's lives, and what it said in them.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Story;
use crate::exit::Failure;
use crate::term::grouped;

/// A record that is acknowledged: epoch, lane, number.
pub(super) type Record = (u32, u32, u64);

/// What the agent said in all its lives.
#[derive(Debug, Default)]
pub(super) struct Lives {
    /// Records that it said are there.
    pub(super) there: BTreeSet<Record>,
    /// How often it was killed.
    pub(super) kills: u32,
    /// What became of the records of its last life.
    pub(super) last: Last,
}

/// The account of a life that ended by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Last {
    pub(super) epoch: u32,
    pub(super) offered: u64,
    pub(super) acknowledged: u64,
    pub(super) dropped: u64,
}

/// Acknowledged records after which the agent is killed, in its first lives.
const KILLED_AFTER: [usize; 2] = [40, 25];
/// Steps of its last life.
const STEPS: u32 = 60;

/// Lets the agent live, kills it twice, and lets it end.
pub(super) fn live(folder: &Path, story: &mut Story<'_>) -> Result<Lives, Failure> {
    let mut lives = Lives::default();
    for (life, after) in (1..).zip(KILLED_AFTER) {
        let mut agent = start(folder, life, None)?;
        let said = listen(&mut agent, after, &mut lives)?;
        kill(&mut agent)?;
        // What it said before it knew that it was dead.
        listen(&mut agent, usize::MAX, &mut lives)?;
        lives.kills += 1;
        story
            .tell(&format!("The agent works, and is killed (-9) in the midst of it, {said} acknowledged steps in."))?;
    }
    let mut agent = start(folder, 3, Some(STEPS))?;
    listen(&mut agent, usize::MAX, &mut lives)?;
    let status = agent.wait().map_err(Failure::io("the agent"))?;
    if !status.success() || lives.last.offered == 0 {
        return Err(Failure::Data(format!("the agent has not come to its end: {status}")));
    }
    let Last { offered, dropped, .. } = lives.last;
    story
        .tell("It begins again, sends what was left, and works on; then it has more to say than there is room for,")?;
    story.tell(&format!(
        "and ends: {} records offered, {} of them dropped and declared.",
        grouped(offered),
        grouped(dropped)
    ))?;
    Ok(lives)
}

fn start(folder: &Path, life: u32, steps: Option<u32>) -> Result<Child, Failure> {
    let program = std::env::current_exe().map_err(Failure::io("this program"))?;
    let mut command = Command::new(program);
    command.args(["demo-agent", "--life", &life.to_string(), "--dir"]).arg(folder);
    if let Some(steps) = steps {
        command.args(["--steps", &steps.to_string()]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(Failure::io("the agent"))
}

/// Takes down what the agent says, until it has said so much, or nothing more; says how much that was.
fn listen(agent: &mut Child, most: usize, lives: &mut Lives) -> Result<usize, Failure> {
    let Some(out) = agent.stdout.as_mut() else { return Ok(0) };
    // Byte by byte, so that nothing is held back from whoever listens next.
    let mut out = BufReader::with_capacity(1, out);
    let (mut line, mut said) = (String::new(), 0);
    while said < most {
        line.clear();
        if out.read_line(&mut line).map_err(Failure::io("the agent"))? == 0 {
            break;
        }
        // A line that was cut short says nothing.
        if let Some(whole) = line.strip_suffix('\n') {
            said += usize::from(note(whole, lives));
        }
    }
    Ok(said)
}

fn note(line: &str, lives: &mut Lives) -> bool {
    let mut words = line.split(' ');
    let what = words.next();
    let numbers: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    match (what, numbers.as_slice()) {
        (Some("there"), &[epoch, lane, number]) => lives.there.insert((small(epoch), small(lane), number)),
        (Some("account"), &[epoch, offered, acknowledged, dropped]) => {
            lives.last = Last { epoch: small(epoch), offered, acknowledged, dropped };
            false
        }
        _ => false,
    }
}

fn kill(agent: &mut Child) -> Result<(), Failure> {
    agent.kill().map_err(Failure::io("the agent"))?;
    agent.wait().map_err(Failure::io("the agent")).map(drop)
}
