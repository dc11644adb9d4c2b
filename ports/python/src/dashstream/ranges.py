"""Sets of numbers as ranges."""

from __future__ import annotations

from bisect import bisect_right


class Ranges:
    """Disjoint inclusive ranges in ascending order; ranges that touch are one."""

    __slots__ = ("_firsts", "_lasts", "total")

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        #: How many numbers there are.
        self.total = 0

    def add(self, first: int, last: int) -> None:
        """Adds a range that lies behind all others."""
        if self._lasts and self._lasts[-1] == first - 1:
            self._lasts[-1] = last
        else:
            self._firsts.append(first)
            self._lasts.append(last)
        self.total += last - first + 1

    def covers(self, first: int, last: int) -> bool:
        """Whether one range has all of first..last."""
        index = bisect_right(self._firsts, first) - 1
        return index >= 0 and last <= self._lasts[index]

    def remove(self, first: int, last: int) -> int:
        """Takes first..last out; how many numbers of it there were."""
        start = max(bisect_right(self._firsts, first) - 1, 0)
        while start < len(self._lasts) and self._lasts[start] < first:
            start += 1
        stop = bisect_right(self._firsts, last)
        if start >= stop:
            return 0
        left, right = self._firsts[start], self._lasts[stop - 1]
        before = sum(self._lasts[at] - self._firsts[at] + 1 for at in range(start, stop))
        kept = [(low, high) for low, high in ((left, first - 1), (last + 1, right)) if low <= high]
        self._firsts[start:stop] = [low for low, _ in kept]
        self._lasts[start:stop] = [high for _, high in kept]
        removed = before - sum(high - low + 1 for low, high in kept)
        self.total -= removed
        return removed
