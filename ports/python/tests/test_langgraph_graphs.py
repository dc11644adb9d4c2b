"""Graphs of LangGraph on the checkpointer: interrupts, branches, graphs inside, travels in time."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from graphs import build, drive
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from dashstream.langgraph import DashStreamSaver

#: How often each node does its work.
RUNS = {"plan": 2, "papers": 2, "web": 2, "notes": 2, "gather": 2, "weigh": 1, "ask": 1, "sum": 1, "approve": 1, "write": 1}


def steps(saver: Any, thread: str) -> list[list[int]]:
    """The steps of the checkpoints, the newest first: those of the graph itself, and those of each graph inside."""
    found: dict[str, list[int]] = {"": []}
    for one in saver.list({"configurable": {"thread_id": thread}}):
        found.setdefault(one.config["configurable"]["checkpoint_ns"], []).append(one.metadata["step"])
    return list(found.values())


@functools.cache
def undisturbed(durability: str = "sync") -> tuple[dict[str, Any], list[list[int]]]:
    """What the graph comes to on the checkpointer in memory, and its steps."""
    saver = InMemorySaver()
    values = drive(build(saver, lambda what: None), "a", durability)
    return values, steps(saver, "a")


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_a_graph_runs_as_on_the_one_in_memory(tmp_path: Path, durability: str) -> None:
    effects: list[str] = []
    with DashStreamSaver(tmp_path) as saver:
        values = drive(build(saver, effects.append), "a", durability)
        assert (values, steps(saver, "a")) == undisturbed(durability)
    runs = Counter(effect.rsplit(" ", 1)[0] for effect in effects)
    assert {name: count for name, count in runs.items() if not name.startswith("read")} == RUNS
    assert sum(runs.values()) - sum(RUNS.values()) == 4
    assert values["total"] == 12 and values["approved"] is True and values["log"][-1] == "wrote 12 True"


def test_each_invocation_may_be_another_process(tmp_path: Path) -> None:
    """A new saver for each: a human may take days to answer."""
    config = {"configurable": {"thread_id": "a"}}
    given: Any = {"log": ["start"]}
    asked = []
    while True:
        with DashStreamSaver(tmp_path) as saver:
            graph = build(saver, lambda what: None)
            out = graph.invoke(given, config)
            state = graph.get_state(config, subgraphs=True)
        if not state.interrupts:
            break
        asked.append((state.next, state.interrupts[0].value))
        given = Command(resume=True if state.next == ("approve",) else "about 10")
    assert asked == [(("inside",), {"total": 10}), (("approve",), "is it good?")]
    out.pop("__interrupt__", None)
    assert out == undisturbed()[0]


def test_asynchronous_graphs_and_many_threads_at_once(tmp_path: Path) -> None:
    async def one(graph: Any, thread: str) -> dict[str, Any]:
        config = {"configurable": {"thread_id": thread}}
        given: Any = {"log": ["start"]}
        while True:
            await graph.ainvoke(given, config)
            state = await graph.aget_state(config)
            if not state.interrupts:
                return dict(state.values)
            asked = state.interrupts[0].value
            given = Command(resume=True if asked == "is it good?" else f"about {asked['total']}")

    async def all_of_them() -> None:
        async with DashStreamSaver(tmp_path) as saver:
            graph = build(saver, lambda what: None)
            done = await asyncio.gather(*(one(graph, f"thread-{number}") for number in range(5)))
            assert done == [undisturbed()[0]] * 5
            history = [state async for state in graph.aget_state_history({"configurable": {"thread_id": "thread-3"}})]
            assert [state.metadata["step"] for state in history] == undisturbed()[1][0]
            await saver.adelete_thread("thread-3")
            assert [one async for one in saver.alist({"configurable": {"thread_id": "thread-3"}})] == []
            assert await saver.aget_tuple({"configurable": {"thread_id": "thread-2"}}) is not None

    asyncio.run(all_of_them())


def test_travels_in_time(tmp_path: Path) -> None:
    config = {"configurable": {"thread_id": "a"}}
    with DashStreamSaver(tmp_path) as saver:
        drive(build(saver, lambda what: None), "a", "sync")
    with DashStreamSaver(tmp_path) as saver:
        effects: list[str] = []
        graph = build(saver, effects.append)
        history = list(graph.get_state_history(config))
        assert [state.metadata["step"] for state in history] == undisturbed()[1][0]
        for newer, older in itertools.pairwise(history):
            assert newer.parent_config is not None
            assert newer.parent_config["configurable"] == older.config["configurable"]
        # From before the human said yes, again: what came before is not run again.
        before = next(state for state in history if state.next == ("approve",))
        assert before.values["total"] == 12 and "approved" not in before.values
        graph.invoke(None, before.config)
        graph.invoke(Command(resume=False), config)
        assert [effect.split()[0] for effect in effects] == ["approve", "write"]
        assert graph.get_state(config).values["log"][-1] == "wrote 12 False"
        # A fork with another state, from further back.
        gathered = next(state for state in history if state.next == ("gather",) and len(state.values["found"]) == 6)
        fork = graph.update_state(gathered.config, {"found": ["one more"]}, as_node="web")
        assert graph.get_state(fork).metadata["source"] == "update"
        assert graph.get_state(fork).parent_config["configurable"] == gathered.config["configurable"]
        effects.clear()
        graph.invoke(None, fork)
        assert graph.get_state(config).interrupts and "plan" not in {effect.split()[0] for effect in effects}
        assert "gathered 7" in graph.get_state(config).values["log"]
        # What was there before is there still.
        assert [state.config for state in graph.get_state_history(config)][-len(history) :] == [
            state.config for state in history
        ]


def test_a_node_that_fails_keeps_what_its_siblings_have_done(tmp_path: Path) -> None:
    fail = [True]
    effects: list[str] = []

    def now(effect: str) -> None:
        effects.append(effect.split()[0])
        if fail and effect.startswith("web"):
            raise RuntimeError("no network")

    config = {"configurable": {"thread_id": "a"}}
    with DashStreamSaver(tmp_path) as saver, pytest.raises(RuntimeError, match="no network"):
        build(saver, now).invoke({"log": ["start"]}, config, durability="sync")
    fail.clear()
    done = set(effects) & {"papers", "notes"}
    effects.clear()
    with DashStreamSaver(tmp_path) as saver:
        graph = build(saver, now)
        tasks = {task.name: task for task in graph.get_state(config).tasks}
        assert "no network" in str(tasks["web"].error)
        finished = {name for name in done if tasks[name].result}
        assert drive(graph, "a", "sync") == undisturbed()[0]
    first = effects[: effects.index("gather")]
    assert "web" in first and finished.isdisjoint(first)
