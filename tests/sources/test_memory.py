"""What is held while archives are read: little beside the page in hand."""

import json
import tracemalloc
from collections import Counter

import msgspec
import pyarrow as pa

from pipeline import execution, shards
from pipeline.sources import json_lines as reading_json_lines
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from tests.sources.archives import json_lines, record
from tests.test_equivalence import FIRST, LAST

PAGES = 7


def test_a_long_line_is_looked_through_in_less_memory_than_it_takes():
    fields = {"text": '"lamps"\n' * 250_000, "e": [[]] * (2 * reading_json_lines.MAX_DEPTH)}
    line = json.dumps(fields).encode()
    assert len(line) > reading_json_lines.LONG
    tracemalloc.start()
    try:
        depth = reading_json_lines.depth_of(line)
        doubled = reading_json_lines._doubled(line, fields)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (depth, doubled) == (3, [])
    assert peak < len(line) // 10


def test_records_are_let_go_of_as_they_are_cleaned(plan, tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_bytes(json_lines([record(at) for at in range(PAGES)]))
    source = Source(paths=(str(path),))
    plan = msgspec.structs.replace(plan, source=source)
    (task,) = execution.tasks_of(plan, list_captures(source, tmp_path).files, FIRST, LAST)
    (shard,) = shards.shards_of(task, Counter())
    left = [len(shard.captures) for _ in shards.captures_of(task, shard, None)]

    assert left == [6, 5, 4, 3, 2, 1, 0]


def test_arrow_takes_memory_where_all_else_does_once_all_is_loaded():
    before = pa.default_memory_pool()
    try:
        pa.set_memory_pool(pa.mimalloc_memory_pool())
        shards._settle()

        assert pa.default_memory_pool().backend_name == "system"
    finally:
        pa.set_memory_pool(before)
