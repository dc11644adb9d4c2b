//! How a model is checked.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::panic, clippy::print_stdout, reason = "it is for tests, and its counts are for readers")]

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

/// Visits every state: what has to hold always does, what has to be possible is, and there are so many states.
pub(crate) fn holds<M>(name: &str, model: M, states: usize)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq,
{
    let properties = model.properties();
    let begin = Instant::now();
    let checker = model.checker().spawn_bfs().join();
    println!(
        "{name}: {} states, {} steps, at most {} in a row, {:.1?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        begin.elapsed(),
    );
    for property in properties {
        let found = checker.discovery(property.name).map(|path| cut(checker.model(), &property, path.into_vec()));
        let expected = matches!(property.expectation, Expectation::Sometimes);
        if let Some(path) = found.as_deref().filter(|_| !expected) {
            panic!("{name}: not so: {}\n{}", property.name, told(path));
        }
        assert_eq!(found.is_some(), expected, "{name}: never: {}", property.name);
        if let Some(way) = found.filter(|_| std::env::var_os("DASHSTREAM_TRACES").is_some()) {
            println!("{name}: {}\n{}", property.name, told(&way));
        }
    }
    assert_eq!(checker.unique_state_count(), states, "{name}: the README has another count");
}

/// Shows the shortest way on which a property breaks.
pub(crate) fn caught<M>(name: &str, model: M, property: &'static str)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq,
{
    let begin = Instant::now();
    assert!(!matches!(model.property(property).expectation, Expectation::Sometimes));
    let enough = HasDiscoveries::AllOf(BTreeSet::from([property]));
    let checker = model.checker().finish_when(enough).spawn_bfs().join();
    let path = checker.discovery(property).unwrap_or_else(|| {
        let others: Vec<_> = checker.discoveries().into_keys().collect();
        panic!("{name}: survives {property:?} in {} states; found: {others:?}", checker.unique_state_count())
    });
    let path = cut(checker.model(), &checker.model().property(property), path.into_vec());
    println!("{name}: {property}: {} steps, {:.1?}", path.len() - 1, begin.elapsed());
    if std::env::var_os("DASHSTREAM_TRACES").is_some() {
        println!("{}", told(&path));
    }
}

/// No way through the states comes back to where it was.
pub(crate) fn comes_to_an_end<M>(name: &str, model: M)
where
    M: Model,
    M::State: Clone + Debug + Eq + Hash,
{
    // Whether a state is on the way to where we are.
    let mut on_the_way: HashMap<M::State, bool> = HashMap::new();
    let mut todo: Vec<(M::State, bool)> = model.init_states().into_iter().map(|state| (state, true)).collect();
    while let Some((state, arriving)) = todo.pop() {
        if !arriving {
            on_the_way.insert(state, false);
            continue;
        }
        match on_the_way.get(&state) {
            Some(true) => panic!("{name}: a way comes back to {state:#?}"),
            Some(false) => continue,
            None => {}
        }
        on_the_way.insert(state.clone(), true);
        let next = model.next_states(&state);
        todo.push((state, false));
        todo.extend(next.into_iter().map(|state| (state, true)));
    }
    println!("{name}: {} states, and an end to all", on_the_way.len());
}

/// A way through the states: each with the step that was taken from it.
type Way<M> = Vec<(<M as Model>::State, Option<<M as Model>::Action>)>;

/// The checker may go on for some steps after it has found what it looked for.
fn cut<M: Model>(model: &M, property: &Property<M>, mut way: Way<M>) -> Way<M> {
    let found =
        |state: &M::State| (property.condition)(model, state) == (property.expectation == Expectation::Sometimes);
    if let Some(last) = way.iter().position(|(state, _)| found(state)) {
        way.truncate(last + 1);
    }
    way
}

fn told<S: Debug, A: Debug>(way: &[(S, Option<A>)]) -> String {
    let Some(((last, _), before)) = way.split_last() else { return String::new() };
    let steps = before.iter().filter_map(|(_, step)| step.as_ref());
    steps.map(|step| format!("  {step:?}\n")).chain([format!("{last:#?}")]).collect()
}
