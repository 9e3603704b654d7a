"""Between code points and the UTF-16 units that Java and JavaScript count in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right


class Utf16:
    """Offsets of one text in both units. Characters beyond U+FFFF count two units."""

    def __init__(self, text: str) -> None:
        self._wide = [m.start() for m in re.finditer("[\U00010000-\U0010ffff]", text)]
        # The unit after each wide character's first half.
        self._second = [at + i + 1 for i, at in enumerate(self._wide)]

    def units(self, offset: int) -> int:
        """UTF-16 units before the code point `offset`."""
        return offset + bisect_left(self._wide, offset)

    def code_points(self, units: int) -> int:
        """Code points before the unit; a unit inside a character counts as its beginning."""
        return units - bisect_right(self._second, units)
