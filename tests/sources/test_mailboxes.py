"""Mailboxes: each mail is a capture, whatever its size and wherever the file is cut in parts."""

import gzip
import mailbox
import random
from email.message import EmailMessage

import pytest

from pipeline.errors import UnreadableError
from pipeline.sources import mailboxes, parts
from pipeline.sources.mailboxes import begins_of_mails, mails
from pipeline.sources.parts import parts_of
from pipeline.sources.records import Extent
from pipeline.sources.source import Source, SourceFile

SOURCE = Source(paths=())
LINE = b"From ana@pier.example Fri Jan  2 10:04:05 2026\n"
MAIL = b"Subject: Boats\nFrom: ana@pier.example\n\nThey came back.\n"


def file_of(path) -> SourceFile:
    return SourceFile(path.name, str(path), "mailbox")


def read(path, extent: Extent = Extent(), source: Source = SOURCE):  # noqa: B008  it is frozen
    return list(mails(file_of(path), extent, source))


@pytest.fixture
def box(tmp_path):
    def write(content: bytes, name: str = "list.mbox"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture(params=[1, 7, 64, 1 << 20])
def chunks(request, monkeypatch):
    monkeypatch.setattr(mailboxes, "CHUNK_BYTES", request.param)


def written(path, seed: int, count: int = 12) -> list[str]:
    """Write a mailbox as Python's own library does; return the texts of its mails."""
    chosen = random.Random(seed)
    texts = []
    box = mailbox.mbox(path)
    for at in range(count):
        words = ["From the quay", "Boats at 10:15", "", "", "> From here", "From: no", "x" * 300]
        lines = [chosen.choice(words) for _ in range(chosen.randrange(1, 30))]
        message = EmailMessage()
        message["Subject"] = f"Part {at}"
        message.set_content("\n".join([f"Mail {at}.", *lines]) + "\n")
        texts.append(message.get_content())
        box.add(message)
    box.close()
    return texts


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("seed", range(8))
def test_mails_are_those_that_were_written(tmp_path, seed):
    texts = written(tmp_path / "list.mbox", seed)

    found = [each.document().capture for each in read(tmp_path / "list.mbox")]

    assert [each.content.decode().rstrip() for each in found] == [text.rstrip() for text in texts]
    assert [each.head for each in found] == [f"Subject: Part {at}\n" for at in range(len(texts))]
    assert [each.source for each in found] == [f"list.mbox:{at + 1}" for at in range(len(texts))]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("apart", [1, 500, 3000])
def test_ranges_give_the_same_mails(tmp_path, monkeypatch, seed, apart):
    path = tmp_path / "list.mbox"
    written(path, seed)
    monkeypatch.setattr(parts, "PART_BYTES", apart)

    found = parts_of([file_of(path)], 1)

    assert len(found) > 1
    inside = [each for part in found for each in read(path, part.extent)]
    assert [each[:2] for each in inside] == [each[:2] for each in read(path)]


@pytest.mark.usefixtures("chunks")
def test_an_empty_line_and_a_head_are_needed(box):
    told = MAIL + LINE + b"Subject: no\n\n" + LINE + b"no field\n\nFrom here we went at 10:15\n"

    assert [each.raw for each in read(box(LINE + told))] == [told]


@pytest.mark.usefixtures("chunks")
def test_lines_may_end_as_on_windows(box):
    whole = ((LINE + MAIL + b"\n") * 3).replace(b"\n", b"\r\n")

    found = [each.document().capture.content for each in read(box(whole))]

    assert [each.strip() for each in found] == [b"They came back."] * 3


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (b">From here", b"From here"),
        (b">>From here", b">From here"),
        (b"> From here", b"> From here"),
        (b">Fromage", b">Fromage"),
    ],
)
def test_lines_like_the_one_that_separates_are_told_as_written(box, stored, told):
    (only,) = read(box(LINE + MAIL + stored + b"\n"))

    assert only.raw == MAIL + told + b"\n"


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_mail_that_is_too_large_is_rejected_and_the_others_are_read(box, place, monkeypatch):
    monkeypatch.setattr(mailboxes, "LONGEST_LINE", 100)
    all_mails = [MAIL] * 3
    all_mails[place] = MAIL + b"x" * 70 + b"\n" * 2000
    path = box(b"\n".join(LINE + each for each in all_mails))

    found = [each.document() for each in read(path, source=Source(paths=(), max_capture_bytes=999))]

    assert [bool(each.rejected) for each in found] == [at == place for at in range(3)]
    assert found[place].rejected.startswith("read: larger than max_capture_bytes (999 bytes)")
    begins = dict(begins_of_mails(file_of(path), 1))
    assert all(path.read_bytes()[begin:].startswith(LINE) for begin in begins)
    assert len(begins) == 3


def test_a_compressed_one_is_read_to_where_it_breaks_off(box):
    whole = b"".join(LINE + MAIL + f"{at}\n\n".encode() for at in range(3))
    path = box(gzip.compress(whole), "list.mbox.gz")

    assert len(read(path)) == 3
    path.write_bytes(path.read_bytes()[:-12])
    found = mails(file_of(path), Extent(), SOURCE)
    assert [next(found).raw[-3:] for _ in range(2)] == [b"0\n\n", b"1\n\n"]
    with pytest.raises(UnreadableError, match=r"broken \.gz file"):
        next(found)


def test_another_file_is_none(box):
    with pytest.raises(UnreadableError, match="is no mailbox: its first line"):
        read(box(MAIL))


def test_empty_lines_before_the_first_mail_do_not_move_the_others(box, monkeypatch):
    path = box(b"\n\n" + b"\n".join([LINE + MAIL] * 4))
    monkeypatch.setattr(parts, "PART_BYTES", 1)

    found = [each for part in parts_of([file_of(path)], 1) for each in read(path, part.extent)]

    assert [each.raw.strip() for each in found] == [MAIL.strip()] * 4


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_one_has_no_mails(box, content):
    assert read(box(content)) == []
