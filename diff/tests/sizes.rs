//! How large diffs become.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

use dashstream_diff::{Op, apply, canonical, diff, equal};
use serde_json::{Value, json};

fn messages(range: std::ops::Range<usize>) -> Vec<Value> {
    range
        .map(|n| json!({"role": "user", "content": format!("message number {n}, which has some length"), "n": n}))
        .collect()
}

fn ops(base: &[Value], target: &[Value]) -> Vec<Op> {
    let (base, target) = (json!({ "messages": base }), json!({ "messages": target }));
    let ops = diff(&base, &target).unwrap();
    assert!(equal(&apply(&base, &ops).unwrap(), &target));
    ops
}

#[test]
fn a_prepend_is_one_operation() {
    for len in [1, 2, 8, 1000] {
        let (base, target) = (messages(1..len + 1), messages(0..len + 1));
        assert!(matches!(&ops(&base, &target)[..], [Op::Add { path, .. }] if path == "/messages/0"), "{len}");
        assert!(matches!(&ops(&target, &base)[..], [Op::Remove { path }] if path == "/messages/0"), "{len}");
    }
    // Also of elements of which there are several of a kind.
    let ops = diff(&json!([1, 1, 2, 1, 1, 2, 1, 1, 7]), &json!([2, 1, 1, 2, 1, 1, 2, 1, 1, 7])).unwrap();
    assert_eq!(ops, [Op::Add { path: "/0".to_owned(), value: json!(2) }]);
}

#[test]
fn what_is_put_in_or_taken_out_anywhere_is_so_many_operations() {
    let base = messages(0..100);
    for at in [0, 1, 50, 99, 100] {
        let mut target = base.clone();
        target.splice(at..at, messages(500..503));
        assert_eq!(ops(&base, &target).len(), 3, "{at}");
        assert_eq!(ops(&target, &base).len(), 3, "{at}");
    }
    // At both ends at once, and in the middle.
    let mut target = base.clone();
    target.insert(0, json!("first"));
    target.remove(51);
    target.push(json!("last"));
    assert_eq!(ops(&base, &target).len(), 3);
    // A window that slides.
    assert_eq!(ops(&messages(0..100), &messages(3..103)).len(), 6);
}

#[test]
fn a_change_inside_of_an_element_is_a_change_inside() {
    let base = messages(0..100);
    let mut target = base.clone();
    target[40]["content"] = json!("x");
    let made = ops(&base, &target);
    assert!(matches!(&made[..], [Op::Replace { path, .. }] if path == "/messages/40/content"), "{made:?}");
    // With something new before it, or behind it, the element is still known.
    for (at, place) in [(40, 41), (41, 40)] {
        let mut target = target.clone();
        target.insert(at, json!("new"));
        let made = ops(&base, &target);
        assert_eq!(made.len(), 2, "{made:?}");
        assert!(made.iter().any(|op| op.path() == format!("/messages/{place}/content")), "{made:?}");
    }
}

#[test]
fn an_element_that_was_moved_is_one_operation() {
    let base = messages(0..50);
    for (from, to) in [(0, 49), (49, 0), (10, 20), (20, 10), (7, 8)] {
        let mut target = base.clone();
        let item = target.remove(from);
        target.insert(to, item);
        let made = ops(&base, &target);
        assert!(matches!(&made[..], [Op::Move { .. }]), "{from} {to}: {made:?}");
    }
}

#[test]
fn what_has_nothing_in_common_is_replaced() {
    assert!(
        matches!(&ops(&messages(0..50), &messages(50..100))[..], [Op::Replace { path, .. }] if path == "/messages")
    );
    let made = diff(&json!({"a": [1, 2, 3]}), &json!({"a": [4, 5, 6]})).unwrap();
    assert_eq!(made, [Op::Replace { path: "/a".to_owned(), value: json!([4, 5, 6]) }]);
}

/// Arrays that share nothing but the values of their elements, in another order, take no longer than others by much.
#[test]
fn large_arrays_in_disorder_are_compared_in_time() {
    let item = |n: usize| json!((n * 7919) % 20_011);
    let (base, target): (Vec<Value>, Vec<Value>) =
        ((0..20_000).map(item).collect(), (0..20_000).rev().map(item).collect());
    let start = std::time::Instant::now();
    let made = ops(&base, &target);
    assert!(start.elapsed().as_secs() < 20);
    assert!(made.iter().map(|op| op.path().len()).sum::<usize>() <= canonical(&Value::from(target)).unwrap().len());
}

/// Each level of arrays doubles the alternatives only up to a bound.
#[test]
fn deep_arrays_are_compared_in_time() {
    let nest = |leaf: Value, more: bool| {
        (0..95)
            .fold(leaf, |inner, level| if more { json!([level, "new", inner, level]) } else { json!([level, inner]) })
    };
    let (base, target) = (nest(json!("a"), false), nest(json!("b"), true));
    let start = std::time::Instant::now();
    assert!(equal(&apply(&base, &diff(&base, &target).unwrap()).unwrap(), &target));
    assert!(start.elapsed().as_secs() < 20);
}
