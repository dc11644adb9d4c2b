//! States, and patches that sometimes fit them.

use dashstream_diff::Op;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c]", 1 => "[a/~01\u{e9}\u{fb33}\u{1f600}\"\\\\\u{1}-]{0,3}", 1 => "[0-9-]{1,2}"]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..4i64).prop_map(Value::from),
        prop_oneof![Just(json!(0.0)), Just(json!(-0.0)), Just(json!(1.0)), Just(json!(-1.5)), Just(json!(1e300))],
        (-(1i64 << 53) + 1..1i64 << 53).prop_map(Value::from),
        any::<f64>().prop_filter("finite", |double| double.is_finite()).prop_map(Value::from),
        "[a-z\u{0}-\u{1f}\u{7f}\u{80}\u{2028}\u{1f600}\"\\\\/]{0,6}".prop_map(Value::from),
        "[a-z ]{30,60}".prop_map(Value::from),
    ]
}

/// Any state, of some thirty values.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 32, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((name(), inner), 0..6).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// A state and what some small changes made of it.
pub(crate) fn changed() -> impl Strategy<Value = (Value, Value)> {
    let changes =
        proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..6u8, leaf()), 1..5);
    (value(), changes).prop_map(|(base, changes)| {
        let mut target = base.clone();
        for (place, at, what, leaf) in changes {
            let mut containers = 0;
            each(&mut target, &mut |_| containers += 1);
            let mut left = if containers == 0 { 0 } else { place.index(containers) };
            each(&mut target, &mut |value| {
                if left == 0 {
                    change(value, at, what, &leaf);
                }
                left = left.wrapping_sub(1);
            });
        }
        (base, target)
    })
}

/// Calls `act` with each array and object.
fn each(value: &mut Value, act: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, act)),
        Value::Object(members) => members.values_mut().for_each(|member| each(member, act)),
        _ => return,
    }
    act(value);
}

fn change(value: &mut Value, at: prop::sample::Index, what: u8, leaf: &Value) {
    match value {
        Value::Array(items) if items.is_empty() || what == 0 => items.insert(at.index(items.len() + 1), leaf.clone()),
        Value::Array(items) if what == 1 => drop(items.remove(at.index(items.len()))),
        Value::Array(items) if what == 2 => {
            let item = items.remove(at.index(items.len()));
            items.push(item);
        }
        Value::Array(items) if what == 3 => items.reverse(),
        Value::Array(items) => {
            let at = at.index(items.len());
            items[at] = leaf.clone();
        }
        Value::Object(members) if what == 0 => drop(members.insert("new".to_owned(), leaf.clone())),
        Value::Object(members) => {
            if let Some(name) = members.keys().nth(at.index(members.len().max(1))).cloned() {
                if what == 1 {
                    members.remove(&name)
                } else {
                    members.insert(name, leaf.clone())
                };
            }
        }
        _ => {}
    }
}

/// Operations, some of which fit.
pub(crate) fn ops() -> impl Strategy<Value = Vec<Op>> {
    let path = || {
        proptest::collection::vec("[a-c]|[0-2]|-|~2|01", 0..3)
            .prop_map(|tokens| tokens.iter().map(|token| format!("/{token}")).collect::<String>())
    };
    let op = prop_oneof![
        (path(), leaf()).prop_map(|(path, value)| Op::Add { path, value }),
        path().prop_map(|path| Op::Remove { path }),
        (path(), value()).prop_map(|(path, value)| Op::Replace { path, value }),
        (path(), path()).prop_map(|(from, path)| Op::Move { from, path }),
        (path(), path()).prop_map(|(from, path)| Op::Copy { from, path }),
        (path(), leaf()).prop_map(|(path, value)| Op::Test { path, value }),
    ];
    proptest::collection::vec(op, 1..5)
}
