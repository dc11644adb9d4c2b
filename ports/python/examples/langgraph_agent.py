"""An agent that asks before it acts, and that may be killed at any time.

    pip install 'dashstream[langgraph]' langgraph
    python langgraph_agent.py checkpoints --question "What is a frame?"     # until it asks
    python langgraph_agent.py checkpoints --answer yes                      # and on, in another process
    python langgraph_agent.py checkpoints --history                         # what there was, the newest first
    python langgraph_agent.py checkpoints --from CHECKPOINT --answer no     # and what would have been

`--die-in NODE` kills the process in the midst of a node; without `--answer` the next one goes on where it was. There is no
model in it: what one would say is made up.
"""

from __future__ import annotations

import argparse
import operator
import os
import signal
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from dashstream.langgraph import DashStreamSaver


class State(TypedDict, total=False):
    """What the agent knows."""

    question: str
    found: Annotated[list[str], operator.add]
    answer: str


def begin(node: str, die_in: str | None) -> None:
    print(f"  {node}")
    if node == die_in:
        os.kill(os.getpid(), signal.SIGKILL)


def build(saver: DashStreamSaver, die_in: str | None) -> Any:
    """Two searches side by side, a human who is asked, and an answer."""

    def search(place: str) -> Any:
        def node(state: State) -> State:
            begin(place, die_in)
            return {"found": [f"what the {place} say of {state['question']!r}"]}

        return node

    def ask(state: State) -> State:
        allowed = interrupt(f"May I answer from {len(state['found'])} sources?")
        begin("ask", die_in)
        return {"answer": "" if allowed == "yes" else "I may not say."}

    def write(state: State) -> State:
        begin("write", die_in)
        return {"answer": state["answer"] or " and ".join(state["found"])}

    graph: Any = StateGraph(State)
    for place in ("papers", "pages"):
        graph.add_node(place, search(place))
        graph.add_edge(START, place)
        graph.add_edge(place, "ask")
    graph.add_node("ask", ask)
    graph.add_node("write", write)
    graph.add_edge("ask", "write")
    graph.add_edge("write", END)
    return graph.compile(checkpointer=saver)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the folder of the store, which is made where it is not there")
    parser.add_argument("--thread", default="conversation-1", help="the conversation")
    parser.add_argument("--question", help="begins with this")
    parser.add_argument("--answer", help="what the human says")
    parser.add_argument("--from", dest="checkpoint", help="goes on from this checkpoint, and not from the newest")
    parser.add_argument("--history", action="store_true", help="shows the checkpoints")
    parser.add_argument("--die-in", metavar="NODE", help="is killed in this node")
    chosen = parser.parse_args()
    config: Any = {"configurable": {"thread_id": chosen.thread}}
    with DashStreamSaver(chosen.folder) as saver:
        graph = build(saver, chosen.die_in)
        if chosen.history:
            for state in graph.get_state_history(config):
                identifier = state.config["configurable"]["checkpoint_id"]
                print(f"{identifier}  step {state.metadata['step']:2}  next: {', '.join(state.next) or '-'}")
            return
        if chosen.checkpoint:
            # What is gone on with is a fork: what was there stays.
            there = {"configurable": {**config["configurable"], "checkpoint_id": chosen.checkpoint}}
            graph.invoke(None, there)
        given: Any = {"question": chosen.question} if chosen.question else None
        graph.invoke(Command(resume=chosen.answer) if chosen.answer else given, config, durability="sync")
        state = graph.get_state(config)
        for asked in state.interrupts:
            print(f"? {asked.value}  (--answer yes)")
        if not state.tasks:
            print(f"= {state.values['answer']}")


if __name__ == "__main__":
    main()
