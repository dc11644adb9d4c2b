"""Pending writes: what one call of put_writes holds, and what several come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashstream.checkpoints import Checkpoint
from dashstream.langgraph.parts import WRITES, Part, split

#: The attribute with the path of the task that wrote.
TASK_PATH = "langgraph.task_path"


@dataclass(frozen=True, slots=True)
class Write:
    """One value that a task has written to a channel."""

    task: str
    path: str
    #: Its place in the list, or below 0 for the special channels.
    index: int
    part: Part

    @property
    def channel(self) -> str:
        """Where it is to go."""
        return str(self.part.key[0])


def batch(stored: Checkpoint) -> list[Write]:
    """The writes of one call, as they were put."""
    of = stored.summary.write
    task = "" if of is None else of.task
    path = stored.summary.attributes.get(TASK_PATH, "")
    return [Write(task, path, int(part.key[1]), part) for part in split(stored, WRITES)]


def merged(batches: Iterable[Checkpoint]) -> list[Write]:
    """What the calls for one checkpoint come to, in the order in which a super-step applies it.

    What came last under an index counts. That can only be one below 0: put_writes puts no other one twice.
    """
    there: dict[tuple[str, int], Write] = {}
    for stored in batches:
        for write in batch(stored):
            there[write.task, write.index] = write
    # This is writes_sort_key of langgraph.checkpoint.base.
    return sorted(there.values(), key=lambda write: (write.path, write.task, write.index))
