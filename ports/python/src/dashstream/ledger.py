"""The account of every lane that a reader sees (spec/loss.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import NamedTuple

from dashstream.errors import Code, DashStreamError
from dashstream.kinds import Kind
from dashstream.prelude import Prelude, countable_prelude
from dashstream.ranges import Ranges
from dashstream.reader import Frame
from dashstream.records import Record


class VerdictName(Enum):
    """What a ledger says about a frame or a lane."""

    BASELINE = auto()
    GAP = auto()
    EPOCH_MISSING = auto()
    TAIL_UNKNOWN = auto()
    LATE = auto()
    DUPLICATE = auto()
    OVERLAP = auto()
    STALE_EPOCH = auto()
    FORK = auto()
    LANE_MOVED = auto()
    AFTER_END = auto()


class Verdict(NamedTuple):
    """A verdict, with its number where it has one."""

    name: VerdictName
    arg: int | None = None


class Tail(StrEnum):
    """How an epoch of a lane ended, as far as is known."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"


@dataclass(slots=True)
class Counted:
    """A range that was counted."""

    first: int
    last: int
    record_count: int
    readable: bool
    body_crc: int
    original_crc: int | None


@dataclass(slots=True)
class Account:
    """The account of one epoch of a lane: seen + declared + unreadable + lost = last - first + 1."""

    first: int
    last: int
    seen: int = 0
    declared: int = 0
    unreadable: int = 0
    tail: Tail = Tail.OPEN
    missing: Ranges = field(default_factory=Ranges)
    counted: dict[tuple[int, int], Counted] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Numbers that no counted frame covers and nothing declared."""
        return self.missing.total

    def miss(self, first: int, last: int) -> Verdict:
        """The numbers become missing behind the last one."""
        self.missing.add(first, last)
        self.last = last
        return Verdict(VerdictName.GAP, last - first + 1)


@dataclass(slots=True)
class Lane:
    """What is known of one lane of a producer."""

    epoch: int
    tenant: str | None = None
    partition: int | None = None
    ended: bool = False
    accounts: dict[int, Account] = field(default_factory=dict)


class _Arrival(NamedTuple):
    """A frame that arrives; `frame` is None where it was rejected."""

    prelude: Prelude
    frame: Frame | None
    partition: int | None

    @property
    def original_crc(self) -> int | None:
        """The body_crc that the frame's redaction names."""
        if self.frame is None or "redaction" not in self.frame.metadata:
            return None
        return int(self.frame.metadata["redaction"].get("original_body_crc", 0))


class _Stop(Exception):
    """The frame is not counted, with a last verdict where there is one."""

    def __init__(self, verdict: VerdictName) -> None:
        super().__init__(verdict)
        self.verdict = Verdict(verdict)


class Ledger:
    """Keeps the accounts, without bounds."""

    def __init__(self) -> None:
        self._nonces: dict[tuple[bytes, int], bytes] = {}
        #: The lanes by producer_id and number.
        self.lanes: dict[tuple[bytes, int], Lane] = {}

    def tell(self, data: bytes, found: Frame | DashStreamError, partition: int | None = None) -> list[Verdict]:
        """Takes what a reader found in some bytes; the verdicts, in the order of the steps."""
        if isinstance(found, Frame):
            return self._arrive(_Arrival(found.prelude, found, partition))
        prelude = None if found.code == Code.TENANT_MISMATCH else countable_prelude(data)
        # LOSS-016
        return [] if prelude is None else self._arrive(_Arrival(prelude, None, partition))

    def end(self) -> Iterator[tuple[bytes, int, Verdict]]:
        """The verdicts at the end of the input: producer_id, lane and TAIL_UNKNOWN."""
        for (producer, number), lane in sorted(self.lanes.items()):
            if lane.accounts[lane.epoch].tail == Tail.OPEN:
                yield producer, number, Verdict(VerdictName.TAIL_UNKNOWN, lane.epoch)

    def accounts(self) -> Iterator[tuple[bytes, int, int, Account]]:
        """Every account: producer_id, lane, epoch, account."""
        for (producer, number), lane in sorted(self.lanes.items()):
            for epoch, account in sorted(lane.accounts.items()):
                yield producer, number, epoch, account

    def _arrive(self, arrival: _Arrival) -> list[Verdict]:
        verdicts: list[Verdict] = []
        try:
            self._steps(arrival, verdicts)
        except _Stop as stop:
            verdicts.append(stop.verdict)
        return verdicts

    def _steps(self, arrival: _Arrival, verdicts: list[Verdict]) -> None:
        prelude = arrival.prelude
        epoch, first = prelude.epoch, prelude.base_sequence
        self._nonce(arrival)
        lane = self.lanes.get((prelude.producer_id, prelude.lane))
        if lane is None:
            # 3. New lane.
            lane = self.lanes[prelude.producer_id, prelude.lane] = Lane(epoch)
            lane.accounts[epoch] = Account(first, first - 1)
            if first > 1:
                verdicts.append(Verdict(VerdictName.BASELINE, first))
            known = False
        elif epoch > lane.epoch:
            _new_epoch(lane, arrival, verdicts)
            known = False
        else:
            # 2. Old epoch.
            if epoch not in lane.accounts:
                raise _Stop(VerdictName.STALE_EPOCH)
            known = True
        account = lane.accounts[epoch]
        if not (known and _known_range(account, arrival, verdicts)):
            if known and prelude.last_sequence < account.first:
                # 6. Before the account.
                raise _Stop(VerdictName.STALE_EPOCH)
            if known and first <= account.last:
                _inside(account, prelude, verdicts)
            else:
                _forward(lane, account, prelude, verdicts)
            _count(account, arrival)
        _lane(lane, arrival, verdicts)
        _control(lane, account, arrival)

    def _nonce(self, arrival: _Arrival) -> None:
        """1. FORK by nonce."""
        if arrival.frame is not None:
            nonce = arrival.frame.metadata["boot_nonce"]
            if self._nonces.setdefault((arrival.prelude.producer_id, arrival.prelude.epoch), nonce) != nonce:
                raise _Stop(VerdictName.FORK)


def _epoch_start(arrival: _Arrival) -> Record | None:
    """The EPOCH_START at sequence 1, where there is one that can be believed."""
    if arrival.frame is None or arrival.prelude.base_sequence != 1:
        return None
    record = arrival.frame.records[0]
    sound = record.kind == Kind.EPOCH_START and record.payload is not None
    return record if sound else None


def _new_epoch(lane: Lane, arrival: _Arrival, verdicts: list[Verdict]) -> None:
    """4. New epoch."""
    epoch, current = arrival.prelude.epoch, lane.epoch
    account = lane.accounts[current]
    if lane.ended:
        raise _Stop(VerdictName.AFTER_END)
    start = _epoch_start(arrival)
    if start is None:
        if account.tail == Tail.OPEN:
            verdicts.append(Verdict(VerdictName.TAIL_UNKNOWN, current))
        if epoch - current > 1:
            verdicts.append(Verdict(VerdictName.EPOCH_MISSING, epoch - current - 1))
    else:
        payload = start.payload or {}
        _previous(lane, payload.get("previous_epoch", 0), payload.get("previous_last_sequence", 0), verdicts)
    lane.epoch = epoch
    lane.accounts[epoch] = Account(1, 0)


def _previous(lane: Lane, previous: int, last: int, verdicts: list[Verdict]) -> None:
    """Compares what EPOCH_START says of the epoch before with what was seen."""
    current = lane.epoch
    account = lane.accounts[current]
    if previous < current:
        raise _Stop(VerdictName.FORK)
    if previous == current:
        if last < account.last or (last > account.last and account.tail == Tail.ENDED):
            raise _Stop(VerdictName.FORK)
        if last > account.last:
            verdicts.append(account.miss(account.last + 1, last))
        if account.tail == Tail.OPEN:
            account.tail = Tail.CLOSED
        return
    if account.tail == Tail.OPEN:
        verdicts.append(Verdict(VerdictName.TAIL_UNKNOWN, current))
    verdicts.append(Verdict(VerdictName.EPOCH_MISSING, previous - current))
    unseen = lane.accounts[previous] = Account(1, 0, tail=Tail.CLOSED)
    unseen.miss(1, last)


def _known_range(account: Account, arrival: _Arrival, verdicts: list[Verdict]) -> bool:
    """5. Known range. True where the frame made a counted range readable."""
    prelude = arrival.prelude
    known = account.counted.get((prelude.base_sequence, prelude.last_sequence))
    if known is None or known.record_count != prelude.record_count:
        return False
    original = arrival.original_crc
    same = (
        prelude.body_crc == known.body_crc
        or (original is not None and original in (known.body_crc, known.original_crc))
        or known.original_crc == prelude.body_crc
    )
    if not same:
        raise _Stop(VerdictName.FORK)
    if known.readable or arrival.frame is None:
        raise _Stop(VerdictName.DUPLICATE)
    verdicts.append(Verdict(VerdictName.LATE, known.record_count))
    account.unreadable -= known.record_count
    account.seen += known.record_count
    known.readable = True
    known.body_crc = prelude.body_crc
    known.original_crc = original
    return True


def _inside(account: Account, prelude: Prelude, verdicts: list[Verdict]) -> None:
    """7. Inside."""
    if not account.missing.covers(prelude.base_sequence, prelude.last_sequence):
        raise _Stop(VerdictName.OVERLAP)
    verdicts.append(Verdict(VerdictName.LATE, prelude.record_count))
    account.missing.remove(prelude.base_sequence, prelude.last_sequence)


def _forward(lane: Lane, account: Account, prelude: Prelude, verdicts: list[Verdict]) -> None:
    """8. Forward."""
    if prelude.epoch < lane.epoch:
        raise _Stop(VerdictName.STALE_EPOCH)
    if account.tail == Tail.ENDED or lane.ended:
        raise _Stop(VerdictName.AFTER_END)
    if prelude.base_sequence > account.last + 1:
        verdicts.append(account.miss(account.last + 1, prelude.base_sequence - 1))
    account.last = prelude.last_sequence


def _count(account: Account, arrival: _Arrival) -> None:
    """9. Count."""
    prelude = arrival.prelude
    if arrival.frame is None:
        account.unreadable += prelude.record_count
    else:
        account.seen += prelude.record_count
    account.declared += prelude.drop_count
    account.counted[prelude.base_sequence, prelude.last_sequence] = Counted(
        prelude.base_sequence,
        prelude.last_sequence,
        prelude.record_count,
        arrival.frame is not None,
        prelude.body_crc,
        arrival.original_crc,
    )


def _lane(lane: Lane, arrival: _Arrival, verdicts: list[Verdict]) -> None:
    """10. Lane."""
    if arrival.frame is None:
        return
    tenant = arrival.frame.metadata["tenant"]
    lane.tenant = tenant if lane.tenant is None else lane.tenant
    lane.partition = arrival.partition if lane.partition is None else lane.partition
    if lane.tenant != tenant or (arrival.partition is not None and lane.partition != arrival.partition):
        verdicts.append(Verdict(VerdictName.LANE_MOVED))


def _control(lane: Lane, account: Account, arrival: _Arrival) -> None:
    """11. Control records."""
    if arrival.frame is None:
        return
    for record in arrival.frame.records:
        if record.payload is None:
            continue
        if record.kind == Kind.LATE_DROPS:
            first = record.payload["first"]
            account.declared += account.missing.remove(first, first + record.payload["count"] - 1)
        elif record.kind in (Kind.EPOCH_END, Kind.LANE_END) and arrival.prelude.last_sequence == account.last:
            account.tail = Tail.ENDED
            if record.kind == Kind.LANE_END and arrival.prelude.epoch == lane.epoch:
                lane.ended = True
