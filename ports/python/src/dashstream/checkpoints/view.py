"""A thread's folder as it is read. Writers and readers look at it in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dashstream.checkpoints.disk import Disk
from dashstream.checkpoints.errors import Damage, DamagedError, Flaw
from dashstream.checkpoints.model import Checkpoint, Item, Recovered, Summary
from dashstream.checkpoints.names import TEMPORARY, TOMBSTONE, SegmentName
from dashstream.checkpoints.scan import Bad, Scanned, scan, scan_named
from dashstream.files import HEADER_LEN


@dataclass(slots=True)
class Names:
    """The files of a thread."""

    segments: list[SegmentName]
    quarantined: list[SegmentName]
    temporary: list[str]
    #: The thread is deleted, but for what is left of its files.
    deleted: bool

    @classmethod
    def read(cls, disk: Disk, folder: Path) -> Names:
        """What is in a folder."""
        names = disk.names(folder)
        return cls(
            segments=sorted(filter(None, map(SegmentName.parse, names))),
            quarantined=sorted(filter(None, map(SegmentName.parse_quarantined, names))),
            temporary=[name for name in names if name.startswith(TEMPORARY)],
            deleted=TOMBSTONE in names,
        )

    @property
    def live(self) -> list[SegmentName]:
        """The segments of a thread that is not deleted."""
        # CKP-019
        return [] if self.deleted else self.segments


@dataclass(frozen=True, slots=True)
class Place:
    """Where something whole lies, and what is known of it without its bytes."""

    segment: int
    start: int
    end: int
    summary: Summary


@dataclass(slots=True)
class Catalog:
    """All that is whole in a thread, in the order of the segments, and all that is not."""

    places: list[Place] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    thread: str | None = None
    namespace: str = ""
    _checkpoints: dict[int, Place] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)
    _writes: dict[str, list[Place]] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Takes what was found or put."""
        self.places.append(place)
        summary = place.summary
        if summary.write is not None:
            self._writes.setdefault(summary.id, []).append(place)
            return
        self._checkpoints[summary.generation] = place
        self._ids[summary.id] = max(summary.generation, self._ids.get(summary.id, 0))

    def without(self, segments: set[int]) -> Catalog:
        """What is left when some segments are gone."""
        left = Catalog(thread=self.thread, namespace=self.namespace)
        left.damage = self.damage
        for place in self.places:
            if place.segment not in segments:
                left.add(place)
        return left

    def checkpoints(self) -> dict[int, Place]:
        """The checkpoints by generation, in rising order."""
        return dict(sorted(self._checkpoints.items()))

    def find(self, identifier: str) -> Place | None:
        """The checkpoint of an id; of several the newest."""
        generation = self._ids.get(identifier)
        return None if generation is None else self._checkpoints[generation]

    def writes(self, identifier: str) -> list[Place]:
        """The pending writes of the checkpoints of an id, in the order in which they were put."""
        return self._writes.get(identifier, [])

    def check(self) -> None:
        """Raises DamagedError where something that was acknowledged is damaged: what is missed may have been there."""
        for damage in self.damage:
            if damage.acknowledged:
                raise DamagedError(damage)


@dataclass(frozen=True, slots=True)
class View:
    """A thread's folder."""

    disk: Disk
    folder: Path

    def names(self) -> Names:
        """Its files."""
        return Names.read(self.disk, self.folder)

    def data(self, name: SegmentName, start: int = 0, end: int | None = None) -> bytes:
        """Some bytes of a segment."""
        return self.disk.read(self.folder / str(name), start, end)

    def scan(self, name: SegmentName, start: int, end: int | None = None, keep: bool = False) -> Scanned:
        """What is in some bytes of a segment."""
        header = self.data(name, 0, HEADER_LEN)
        return scan(header, self.data(name, start, end), start, self.folder.name, keep)

    def damage(self, name: SegmentName, bad: Bad) -> Damage:
        """What is wrong with some bytes of a segment."""
        path = self.folder / str(name)
        return Damage(path, bad.start, bad.end, bad.code, bad.generation, bad.start < name.end)

    def look(self, name: SegmentName) -> tuple[bytes, Scanned, list[Damage]]:
        """The bytes of a segment, what is whole in them and what is not."""
        data = self.data(name)
        scanned = scan_named(data, self.folder.name, name)
        bad = list(scanned.bad)
        if len(data) < name.end:
            bad.append(Bad(len(data), name.end, Flaw.CUT))
        return data, scanned, [self.damage(name, one) for one in bad]

    def catalog(self, names: Iterable[SegmentName]) -> Catalog:
        """Reads every byte."""
        # CKP-006
        catalog = Catalog()
        for name in names:
            _, scanned, damage = self.look(name)
            catalog.damage += damage
            for item in scanned.items:
                catalog.thread, catalog.namespace = item.thread, item.namespace
                catalog.add(Place(name.segment, item.start, item.end, item.summary))
        return catalog

    def newest(self, names: list[SegmentName]) -> Checkpoint | None:
        """The newest checkpoint; DamagedError where it is not whole."""
        # CKP-004
        known = max((name.generation for name in names), default=0)
        behind = self._behind(names, known)
        if behind is not None:
            return behind
        named = [name for name in names if known and name.generation == known]
        if not named:
            return None
        # Of several that name it the last one has to have it.
        name = named[-1]
        return self.read(name, name.start, name.end, known, lambda item: _is(item, known))

    def _behind(self, names: list[SegmentName], known: int) -> Checkpoint | None:
        """The newest checkpoint, where it lies behind the acknowledged bytes of the last segment."""
        if not names:
            return None
        last = names[-1]
        if self.disk.size(self.folder / str(last)) <= last.end:
            return None
        items = self.scan(last, last.end, keep=True).items
        newer = [item for item in items if item.summary.write is None and item.summary.generation >= known]
        return _checkpoint(max(newer, key=lambda item: item.summary.generation)) if newer else None

    def read(self, name: SegmentName, start: int, end: int, generation: int, wanted: Callable[[Item], bool]) -> Checkpoint:
        """What is wanted of the bytes [start, end) of a segment; DamagedError with the reason where it is not whole."""
        scanned = self.scan(name, start, end, keep=True)
        for item in scanned.items:
            if wanted(item):
                return _checkpoint(item)
        bad = next((bad for bad in scanned.bad if bad.end > start), Bad(start, end, Flaw.MISSING))
        size = self.disk.size(self.folder / str(name))
        if size < name.end:
            bad = Bad(size, name.end, Flaw.CUT)
        raise DamagedError(self.damage(name, Bad(bad.start, bad.end, bad.code, generation)))

    def read_place(self, names: list[SegmentName], place: Place) -> Checkpoint:
        """Reads what the catalog tells of, and checks it again."""
        generation = place.summary.generation
        failed: DamagedError | None = None
        for name in (name for name in names if name.segment == place.segment):
            try:
                return self.read(name, place.start, place.end, generation, lambda item: item.summary == place.summary)
            except DamagedError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        raise FileNotFoundError(self.folder / f"{place.segment:08}-*.seg")

    def newest_whole(self, names: list[SegmentName]) -> Recovered:
        """The whole checkpoint of the highest generation, and all damage."""
        # CKP-005
        catalog = self.catalog(names)
        newest = list(catalog.checkpoints().values())[-1:]
        checkpoint = self.read_place(names, newest[0]) if newest else None
        return Recovered(checkpoint, tuple(catalog.damage))


def _is(item: Item, generation: int) -> bool:
    return item.summary.write is None and item.summary.generation == generation


def _checkpoint(item: Item) -> Checkpoint:
    return Checkpoint(item.summary, item.data)
