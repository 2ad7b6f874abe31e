"""How fast each reader is, in megabytes of file and in characters of text a second.

    python benchmarks/reading.py FILE ...

Each file is read three times in this process and once in a process of its own, as `planqa index` reads
the formats that need a library; the best time counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from planqa.outline import outline_of
from planqa.readers import read


def best(times: int, work: Callable[[], object]) -> float:
    """Seconds that the fastest of some runs takes."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main(files: Sequence[str]) -> int:
    """Print one line a file."""
    print(f"{'file':>9} {'MB/s':>7} {'chars/s':>10} {'apart':>9} {'outline':>9}  name")
    for name in files:
        path = Path(name)
        data = path.read_bytes()
        reading = read(path, data)
        here = best(3, partial(read, path, data))
        apart = best(1, partial(read, path, data, apart=True))
        outline = best(3, partial(outline_of, reading.text, reading.marks, reading.rows))
        print(
            f"{len(data) / 1e6:6.2f} MB {len(data) / 1e6 / here:7.2f} {len(reading.text) / here:10.0f}"
            f" {apart * 1e3:6.0f} ms {outline * 1e3:6.1f} ms  {path.name}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
