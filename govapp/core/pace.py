"""How often something may be asked, where nothing must be written down about it: counted in memory.

Each process counts for itself and forgets when it ends, so the true limit is that of one process times their
number. For sign-ins and the like core/throttle counts in the database.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from govapp.core.errors import TooMany

MOST_NAMES = 50_000


@dataclass
class Pace:
    """At most `most` in `seconds` for each name. Names are kept as long as they count, and no longer."""

    most: int
    seconds: float = 60.0
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str) -> None:
        """Raises TooMany when this is one too many; a refused one does not count."""
        now = time.monotonic()
        with self._lock:
            if len(self._asked) >= MOST_NAMES:
                self._forget(now)
            times = self._asked.setdefault(name, deque())
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= self.most:
                raise TooMany
            times.append(now)

    def _forget(self, now: float) -> None:
        over = [name for name, times in self._asked.items() if not times or times[-1] <= now - self.seconds]
        for name in over or list(self._asked):
            del self._asked[name]
