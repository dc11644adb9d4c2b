"""The graph that is run, interrupted and killed: what LangGraph has, in one."""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_config
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt


class State(TypedDict, total=False):
    """The state of the graph."""

    log: Annotated[list[str], operator.add]
    found: Annotated[list[str], operator.add]
    approved: bool
    total: int


class Inner(TypedDict, total=False):
    """The state of the graph inside."""

    weighed: Annotated[list[str], operator.add]
    total: int


Effects = Callable[[str], None]


def build(saver: BaseCheckpointSaver[str], effects: Effects) -> Any:
    """Two loops over three branches, a node for each thing sent, a graph inside that asks a human, and a human at the end.

    `effects` is told the name and the task of each run of a node, when it has done its work.
    """

    def node(name: str, result: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        def run(state: Any) -> dict[str, Any]:
            made = result(state)
            effects(f"{name} {get_config()['configurable']['__pregel_task_id']}")
            return made

        return run

    inner: Any = StateGraph(Inner)
    inner.add_node("weigh", node("weigh", lambda s: {"total": s.get("total", 0) + 10, "weighed": ["weigh"]}))
    inner.add_node("ask", node("ask", lambda s: {"weighed": [f"asked {interrupt({'total': s['total']})}"]}))
    inner.add_node("sum", node("sum", lambda s: {"total": s["total"] + len(s["weighed"]), "weighed": ["sum"]}))
    inner.add_edge(START, "weigh")
    inner.add_edge("weigh", "ask")
    inner.add_edge("ask", "sum")
    inner.add_edge("sum", END)

    outer: Any = StateGraph(State)
    outer.add_node("plan", node("plan", lambda s: {"log": [f"plan after {len(s['log'])}"]}))
    for branch in ("papers", "web", "notes"):
        outer.add_node(branch, node(branch, functools.partial(_search, branch)))
        outer.add_edge("plan", branch)
        outer.add_edge(branch, "gather")
    outer.add_node("gather", node("gather", lambda s: {"log": [f"gathered {len(s['found'])}"]}))
    outer.add_node("read", lambda s: node(f"read {s['what']}", lambda t: {"log": [f"read {t['what']}"]})(s))
    outer.add_node("inside", inner.compile())
    outer.add_node("approve", node("approve", lambda s: {"approved": interrupt("is it good?"), "log": ["approved"]}))
    outer.add_node("write", node("write", lambda s: {"log": [f"wrote {s['total']} {s['approved']}"]}))
    outer.add_edge(START, "plan")
    outer.add_conditional_edges("gather", _again_or_read, ["plan", "read"])
    outer.add_edge("read", "inside")
    outer.add_edge("inside", "approve")
    outer.add_edge("approve", "write")
    outer.add_edge("write", END)
    return outer.compile(checkpointer=saver)


def _search(branch: str, state: State) -> dict[str, Any]:
    return {"found": [f"{branch} {len(state['log'])}"]}


def _again_or_read(state: State) -> Any:
    if len(state["found"]) < 6:
        return "plan"
    return [Send("read", {"what": what}) for what in sorted(state["found"])[:4]]


def drive(graph: Any, thread: str, durability: str, acknowledged: Effects = lambda what: None) -> dict[str, Any]:
    """Runs the graph from wherever it is to its end, and answers what it asks."""
    config = {"configurable": {"thread_id": thread}}
    while True:
        state = graph.get_state(config)
        if state.interrupts:
            (asked,) = state.interrupts
            given: Any = Command(resume=True if asked.value == "is it good?" else f"about {asked.value['total']}")
        elif state.tasks:
            # `next` has only those that have not written yet.
            given = None
        elif state.values:
            return dict(state.values)
        else:
            given = {"log": ["start"]}
        graph.invoke(given, config, durability=durability)
        acknowledged("returned")


class Journal:
    """A file to which each line is written at once, so that a killed process has left what it did."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())
