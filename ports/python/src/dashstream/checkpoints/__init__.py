"""States of threads on a disk, that survive a loss of power (spec/checkpoints.md).

`Store` writes: there is one at a time for a folder. `Reader` looks at what is there, also while another process writes.

    with Store("store") as store:
        thread = ThreadKey("conversation-7")
        store.put(thread, b"a state")
        print(store.newest(thread))
"""

from dashstream.checkpoints.errors import (
    Damage,
    DamagedError,
    EndedError,
    Flaw,
    InUseError,
    NoCheckpointError,
    RefusedError,
    StoreError,
)
from dashstream.checkpoints.model import Checkpoint, PendingWrite, Recovered, Summary, WriteOf
from dashstream.checkpoints.names import SegmentName, ThreadKey
from dashstream.checkpoints.reader import Reader
from dashstream.checkpoints.repair import Repair
from dashstream.checkpoints.store import NEWEST, Store
from dashstream.checkpoints.view import Catalog, Place

__all__ = [
    "NEWEST",
    "Catalog",
    "Checkpoint",
    "Damage",
    "DamagedError",
    "EndedError",
    "Flaw",
    "InUseError",
    "NoCheckpointError",
    "PendingWrite",
    "Place",
    "Reader",
    "Recovered",
    "RefusedError",
    "Repair",
    "SegmentName",
    "Store",
    "StoreError",
    "Summary",
    "ThreadKey",
    "WriteOf",
]
