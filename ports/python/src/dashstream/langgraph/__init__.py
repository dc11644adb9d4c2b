"""A checkpointer for LangGraph that keeps its checkpoints in a store of spec/checkpoints.md.

    with DashStreamSaver("checkpoints") as saver:
        graph = builder.compile(checkpointer=saver)
        graph.invoke({"messages": []}, {"configurable": {"thread_id": "1"}})

What a call has put is durable when it returns. docs/langgraph.md says how what LangGraph keeps lies in the store.
Needs the extra `dashstream[langgraph]`.
"""

from dashstream.langgraph.saver import DashStreamSaver

__all__ = ["DashStreamSaver"]
