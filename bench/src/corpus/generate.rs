//! Agent runs by chance: 8 at a time, mostly tokens.

use super::Corpus;
use super::random::Random;
use super::words::{ASCII, KEYS, MODELS, NODES, NON_ASCII, TOOLS};
use crate::event::{Event, Op, What};

/// Runs that take turns.
const RUNS: u64 = 8;
/// Microseconds since 1970-01-01T00:00:00Z of the first event.
const BEGIN_US: u64 = 1_767_000_000_000_000;
/// Whose the events are.
const TENANT: &str = "acme-air";
/// Bytes of a tool's arguments: short ones are more common, each third of the range of magnitudes as common as another.
const ARGUMENTS: [(u64, u64); 3] = [(200, 431), (432, 928), (929, 2_000)];
/// Bytes of a tool's result, likewise.
const RESULTS: [(u64, u64); 3] = [(100, 215), (216, 463), (464, 1_000)];

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Events.
    pub events: usize,
    /// Another seed, another corpus.
    pub seed: u64,
    /// Texts in many scripts in place of English.
    pub non_ascii: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { events: 10_000, seed: 1, non_ascii: false }
    }
}

/// The corpus of these options.
#[must_use]
pub fn generate(options: &Options) -> Corpus {
    let mut generator = Generator::new(options);
    let events = (0..options.events).map(|_| generator.event()).collect();
    let script = if options.non_ascii { "many scripts" } else { "ASCII" };
    Corpus::new(format!("generated, {} events, {script}, seed {}", options.events, options.seed), events)
}

struct Generator {
    random: Random,
    words: &'static [&'static str],
    t_us: u64,
    runs: Vec<Run>,
}

/// A run of the graph.
struct Run {
    thread: String,
    node: &'static str,
    model: &'static str,
    request: String,
    call: String,
    tool: &'static str,
    /// Tokens of the request so far.
    index: u32,
    /// Messages of the state so far.
    messages: u32,
}

impl Generator {
    fn new(options: &Options) -> Self {
        let mut random = Random::new(options.seed);
        let runs = (0..RUNS).map(|_| Run::new(&mut random)).collect();
        let words = if options.non_ascii { NON_ASCII } else { ASCII };
        Self { random, words, t_us: BEGIN_US, runs }
    }

    fn event(&mut self) -> Event {
        let Self { random, words, t_us, runs } = self;
        *t_us += random.between(50, 5_000);
        let place = usize::try_from(random.below(RUNS)).unwrap_or_default();
        let Some(run) = runs.get_mut(place) else { return Event::default() };
        let what = run.what(random, words);
        Event {
            t_us: *t_us,
            tenant: TENANT.to_owned(),
            thread: run.thread.clone(),
            node: run.node.to_owned(),
            what,
            ..Event::default()
        }
    }
}

impl Run {
    fn new(random: &mut Random) -> Self {
        let thread = uuid(random);
        let model = random.choose(MODELS);
        let (request, call) = (request(random), call(random));
        Self { thread, node: "assistant", model, request, call, tool: "calculate", index: 0, messages: 1 }
    }

    /// 74% tokens, 6% each of node start, node end and metrics, 4% state diffs, 3% tool calls, 1% the rest.
    fn what(&mut self, random: &mut Random, words: &[&str]) -> What {
        match random.below(1_000) {
            0..740 => self.token(random, words),
            740..800 => {
                self.node = random.choose(NODES);
                self.request = request(random);
                self.index = 0;
                What::NodeStart
            }
            800..860 => What::NodeEnd { duration_us: random.between(1_000, 9_000_000) },
            860..920 => metrics(random, self.index),
            920..960 => self.state_diff(random, words),
            960..990 => {
                self.tool = random.choose(TOOLS);
                self.call = call(random);
                let arguments = json(random, words, &ARGUMENTS);
                What::ToolCall { call: self.call.clone(), tool: self.tool.to_owned(), arguments }
            }
            990..998 => What::ToolResult {
                call: self.call.clone(),
                tool: self.tool.to_owned(),
                result: json(random, words, &RESULTS),
                duration_us: random.between(10_000, 2_000_000),
            },
            998 => What::GraphEnd,
            _ => {
                *self = Self::new(random);
                What::GraphStart
            }
        }
    }

    fn token(&mut self, random: &mut Random, words: &[&str]) -> What {
        let index = self.index;
        self.index += 1;
        What::Token {
            request: self.request.clone(),
            model: self.model.to_owned(),
            index,
            text: random.choose(words).to_owned(),
            last: random.below(100) == 0,
        }
    }

    fn state_diff(&mut self, random: &mut Random, words: &[&str]) -> What {
        self.messages += 1;
        let text = prose(random, words, 40, 300);
        let value = format!(r#"{{"role":"assistant","content":"{text}"}}"#);
        let message = Op { op: 1, path: "/messages/-".to_owned(), from: String::new(), value };
        let count =
            Op { op: 3, path: "/counters/messages".to_owned(), from: String::new(), value: self.messages.to_string() };
        What::StateDiff { ops: vec![message, count] }
    }
}

fn metrics(random: &mut Random, completion: u32) -> What {
    let int = |name: &str, value: u64| (name.to_owned(), value.cast_signed());
    let prompt = random.between(200, 8_000);
    let ints = vec![
        int("prompt_tokens", prompt),
        int("completion_tokens", u64::from(completion)),
        int("latency_us", random.between(100_000, 4_000_000)),
    ];
    // A price in millionths, as the sums of prices are that programs report.
    let cost = f64::from(u32::try_from(prompt).unwrap_or_default() * 5 + completion * 15) / 1e6;
    What::Metrics { ints, floats: vec![("cost_usd".to_owned(), cost)] }
}

fn hex(random: &mut Random) -> String {
    hex::encode(random.next().to_be_bytes())
}

fn uuid(random: &mut Random) -> String {
    let id = hex::encode(Event::id_of(random.next()));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| id.get(range).unwrap_or_default());
    parts.join("-")
}

/// Letters and digits.
fn letters(random: &mut Random, len: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |random: &mut Random| {
        let index = usize::try_from(random.below(62)).unwrap_or_default();
        LETTERS.get(index).map_or('A', |letter| char::from(*letter))
    };
    (0..len).map(|_| letter(random)).collect()
}

/// As long as those of a large provider.
fn request(random: &mut Random) -> String {
    format!("chatcmpl-{}", letters(random, 29))
}

/// As long as those of a large provider.
fn call(random: &mut Random) -> String {
    format!("call_{}", letters(random, 24))
}

/// A text of at least so many bytes, somewhere between the two, that needs no escaping in JSON.
fn prose(random: &mut Random, words: &[&str], min: u64, max: u64) -> String {
    let len = usize::try_from(random.between(min, max)).unwrap_or_default();
    let mut text = String::new();
    while text.len() < len {
        text.extend(random.choose(words).chars().filter(|char| !char.is_control() && *char != '"'));
    }
    text
}

/// A JSON object of a length within one of the ranges.
fn json(random: &mut Random, words: &[&str], ranges: &[(u64, u64); 3]) -> String {
    let range = usize::try_from(random.below(3)).unwrap_or_default();
    let (min, max) = ranges.get(range).copied().unwrap_or_default();
    let len = usize::try_from(random.between(min, max)).unwrap_or_default();
    let mut text = String::from("{");
    while text.len() + 2 < len {
        if text.len() > 1 {
            text.push_str(", ");
        }
        let key = random.choose(KEYS);
        let value = match random.below(4) {
            0 => random.below(100_000).to_string(),
            1 => format!("\"{}\"", hex(random)),
            _ => format!("\"{}\"", prose(random, words, 4, 80)),
        };
        text.push_str(&format!("\"{key}\": {value}"));
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(events: &[Event], is: fn(&What) -> bool) -> f64 {
        events.iter().filter(|event| is(&event.what)).count() as f64 / events.len() as f64
    }

    #[test]
    fn the_mix_is_the_one_that_is_promised() {
        let events = generate(&Options::default()).events;
        assert_eq!(events.len(), 10_000);
        assert!((share(&events, |what| matches!(what, What::Token { .. })) - 0.74).abs() < 0.02);
        assert!((share(&events, |what| matches!(what, What::ToolCall { .. })) - 0.03).abs() < 0.01);
        for event in &events {
            match &event.what {
                What::Token { text, .. } => assert!((1..=8).contains(&text.chars().count()), "{text:?}"),
                What::ToolCall { arguments, .. } => {
                    assert!((190..2_200).contains(&arguments.len()));
                    serde_json::from_str::<serde_json::Value>(arguments).unwrap();
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_seed_is_a_corpus() {
        let of = |seed| generate(&Options { events: 100, seed, non_ascii: true }).events;
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
