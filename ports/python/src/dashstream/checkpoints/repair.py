"""What a repair of a thread would set aside, and setting it aside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashstream.checkpoints.errors import Damage, Flaw
from dashstream.checkpoints.model import Item
from dashstream.checkpoints.names import ASIDE, SegmentName
from dashstream.checkpoints.scan import Bad
from dashstream.checkpoints.segment import Syncs, begun, copied, create, grows
from dashstream.checkpoints.view import View


@dataclass(frozen=True, slots=True)
class Repair:
    """A segment that is set aside, and why."""

    folder: str
    segment: SegmentName
    #: Whole checkpoints and pending writes of it, which are kept in another segment.
    kept: int
    damage: tuple[Damage, ...]


@dataclass(slots=True)
class _Broken:
    repair: Repair
    data: bytes
    items: list[Item]


def plan(view: View) -> list[Repair]:
    """What a repair would set aside."""
    broken = (_look(view, name) for name in view.names().live)
    return [found.repair for found in broken if found is not None]


def _look(view: View, name: SegmentName) -> _Broken | None:
    data, scanned, damage = view.look(name)
    # CKP-021
    if not any(one.acknowledged for one in damage):
        if not name.generation or scanned.checkpoint(name.generation) is not None:
            return None
        damage.append(view.damage(name, Bad(name.start, name.end, Flaw.MISSING, name.generation)))
    repair = Repair(view.folder.name, name, len(scanned.items), tuple(damage))
    return _Broken(repair, data, scanned.items)


def apply(view: View, syncs: Syncs) -> list[Repair]:
    """Sets aside what is damaged in a thread's folder."""
    names = view.names()
    for name in names.temporary:
        view.disk.remove(view.folder / name)
    done: list[Repair] = []
    for segment in names.live:
        broken = _look(view, segment)
        if broken is not None:
            _replace(view, syncs, broken, done)
    return done


def _replace(view: View, syncs: Syncs, broken: _Broken, done: list[Repair]) -> None:
    # CKP-007
    name = broken.repair.segment
    target, sources, in_the_way = _kept(view, broken)
    aside = [broken] if in_the_way is None else [broken, in_the_way]
    for one in aside:
        _set_aside(view, syncs, one)
        done.append(one.repair)
    syncs.folder(view.folder)
    new = None
    if sources:
        new = create(view.disk, syncs, view.folder, begun(name.segment), lambda marker: copied(sources, marker))
        view.disk.close(new.file)
        assert new.name == target
    # Where the header alone is damaged, what is kept has the name of the damaged one, and has taken its place.
    if new is None or new.name != name:
        view.disk.remove(view.folder / str(name))
        syncs.folder(view.folder)


def _kept(view: View, broken: _Broken) -> tuple[SegmentName, list[tuple[bytes, Item]], _Broken | None]:
    """What is kept, the name that it gets, and a damaged segment that loses that name to it.

    Where the name is another segment's, what is whole in that one is kept with it.
    """
    damaged = broken.repair.segment
    others = view.names().segments
    sources = [(broken.data, item) for item in broken.items]
    while True:
        target = begun(damaged.segment)
        for _, item in sources:
            target = target.grown(*grows(item))
        if target == damaged or target not in others or not sources:
            return target, sources, None
        data, scanned, _ = view.look(target)
        known = [item.summary for _, item in sources]
        more = [item for item in scanned.items if item.summary not in known]
        if not more:
            return target, sources, _look(view, target)
        sources += [(data, item) for item in more]


def _set_aside(view: View, syncs: Syncs, broken: _Broken) -> None:
    """Copies what is damaged to another file, and why to a file beside it; neither takes the place of another one."""
    name = str(broken.repair.segment)
    number = 1
    while _taken(view, f"{name}.quarantined{_behind(number)}", broken.data):
        number += 1
    reason = "".join(f"{damage}\n" for damage in broken.repair.damage)
    _write(view, syncs, view.folder / f"{name}.reason{_behind(number)}", reason.encode())
    _write(view, syncs, view.folder / f"{name}.quarantined{_behind(number)}", broken.data)


def _behind(number: int) -> str:
    return f".{number}" if number > 1 else ""


def _taken(view: View, name: str, data: bytes) -> bool:
    try:
        return view.disk.read(view.folder / name) != data
    except FileNotFoundError:
        return False


def _write(view: View, syncs: Syncs, path: Path, data: bytes) -> None:
    temporary = view.folder / ASIDE
    file = view.disk.open(temporary)
    try:
        view.disk.cut(file, 0)
        view.disk.write(file, 0, data)
        syncs.file(file)
    finally:
        view.disk.close(file)
    view.disk.rename(temporary, path)
