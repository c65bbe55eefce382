"""The data set's card: its front matter, its figures, and a person's that stays."""

import shutil

import pytest
import yaml

from pipeline.manifest import read_manifest
from pipeline.report.card import MARK, card, write_card
from pipeline.storage.schema import AUDIT, DOCUMENTS
from pipeline.summary import summarise
from tests.conftest import CORPUS_FILE
from tests.report.conftest import called


@pytest.fixture(scope="module")
def written(sample_run):
    return (sample_run / "README.md").read_text()


def test_front_matter_is_what_hugging_face_reads(written):
    _, front, _ = written.split("---\n", 2)
    content = yaml.safe_load(front)

    assert content["language"] == ["de", "en", "es", "fr", "pt"]
    assert content["size_categories"] == ["n<1K"]
    assert content["configs"] == [
        {"config_name": "documents", "data_files": "documents/*.parquet", "default": True},
        {"config_name": "audit", "data_files": "audit/*.parquet"},
    ]


def test_files_of_the_front_matter_load(sample_run, written, tmp_path):
    datasets = pytest.importorskip("datasets")
    shutil.copytree(sample_run, tmp_path / "sample")
    loaded = datasets.load_dataset(
        str(tmp_path / "sample"), "documents", split="train", cache_dir=tmp_path / "cache"
    )

    assert loaded.num_rows == 35


def test_figures_and_fields_are_those_of_the_run(sample_run, written):
    assert "35 documents with 9,109 words, of 22 captured pages" in written
    assert "| en | 17 |" in written
    for field in (*DOCUMENTS, *AUDIT):
        assert f"| `{field.name}` | " in written
    assert "detector: profiles" in written
    assert f"`{read_manifest(sample_run).plan_fingerprint}`" in written


def test_same_run_has_the_same_card(sample_run, written, tmp_path):
    called("run", "-c", CORPUS_FILE, "-o", tmp_path / "again", "-q", "-w", 2)

    assert (tmp_path / "again" / "README.md").read_text() == written


def test_card_of_a_person_stays(sample_run, tmp_path):
    shutil.copytree(sample_run, tmp_path / "run")
    path = tmp_path / "run" / "README.md"
    summary, manifest = summarise("sample", tmp_path / "run"), read_manifest(tmp_path / "run")
    path.write_text(path.read_text().replace(MARK, "") + "\nMine.\n")

    assert write_card(summary, manifest, tmp_path / "run") is None
    assert path.read_text().endswith("\nMine.\n")
    path.write_text(f"{MARK}\nold")
    assert write_card(summary, manifest, tmp_path / "run") == path
    assert path.read_text() == card(summary, manifest)


def test_partitions_stand_in_it(tmp_path):
    corpus = CORPUS_FILE.read_text().replace(
        "- stage: write-parquet", "- stage: write-parquet\n    partition: language"
    )
    folder = tmp_path / "configs"
    folder.mkdir()
    raw = CORPUS_FILE.parent.parent / "raw" / "sample"
    (folder / "c.yaml").write_text(corpus.replace("../raw/sample", str(raw)))
    _, code = called("run", "-c", folder / "c.yaml", "-o", tmp_path / "out", "-q")

    assert code == 0
    assert "data_files: documents/*/*.parquet" in (tmp_path / "out" / "README.md").read_text()
