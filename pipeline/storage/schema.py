"""The data contract: the fields of documents/ and audit/, their types and what they mean.

Types are those that DuckDB, Polars, pandas, Hugging Face datasets and Spark all read: text, signed
integers, doubles, booleans, lists and structs. A change of a field is a new SCHEMA_VERSION.
"""

import pyarrow as pa

SCHEMA_VERSION = 5

_TEXT = pa.string()
_COUNT = pa.int32()


def _field(name: str, kind: pa.DataType, description: str, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": description})


def _counts(of: str) -> pa.DataType:
    return pa.list_(pa.struct([pa.field(of, _TEXT), pa.field("count", _COUNT)]))


DOCUMENTS = pa.schema(
    [
        _field("id", _TEXT, "capture and item, unique over all captures", nullable=False),
        _field(
            "capture",
            _TEXT,
            "16 hexadecimal digits of the SHA-256 of source and content; joins with the audit",
            nullable=False,
        ),
        _field(
            "item",
            _COUNT,
            "which item of the capture, from 1; 0 is text that a digest has beside its items",
            nullable=False,
        ),
        _field("items", _COUNT, "how many items the capture has", nullable=False),
        _field("source", _TEXT, "path relative to the corpus", nullable=False),
        _field("url", _TEXT, "the page's address, where the corpus or the page has it"),
        _field("site", _TEXT, "host of the url without www., or the site's name in the markup"),
        _field("title", _TEXT, "title of the item, null where the capture has none"),
        _field("author", _TEXT, "author or authors, without “by”"),
        _field("published", _TEXT, "date of publication as YYYY-MM-DD"),
        _field("link", _TEXT, "where the whole text of a digest's item is, if the capture says so"),
        _field(
            "excerpt",
            pa.bool_(),
            "whether the text of a digest's item is cut, or followed by “read more”",
            nullable=False,
        ),
        _field(
            "teaser",
            pa.bool_(),
            "whether it is a teaser below an article (related: items)",
            nullable=False,
        ),
        _field("digest_title", _TEXT, "heading of the digest that it is an item of"),
        _field(
            "digest_suspected",
            pa.bool_(),
            "whether the page looks like a digest, yet not enough to be taken apart",
            nullable=False,
        ),
        _field("language", _TEXT, "BCP 47 tag of the text, und where unknown", nullable=False),
        _field("language_confidence", pa.float64(), "confidence of it, 0 to 1", nullable=False),
        _field("language_reason", _TEXT, "why it is und; null where it is not"),
        _field(
            "languages",
            pa.list_(pa.struct([pa.field("language", _TEXT), pa.field("share", pa.float64())])),
            "languages of its paragraphs, each with its share of the letters",
            nullable=False,
        ),
        _field("language_detector", _TEXT, "what named it, with versions", nullable=False),
        _field(
            "text",
            _TEXT,
            "paragraphs, an empty line between; no title, byline, date, caption in it",
            nullable=False,
        ),
        _field("captions", pa.list_(_TEXT), "captions of pictures", nullable=False),
        _field("characters", _COUNT, "length of the text in code points", nullable=False),
        _field("words", _COUNT, "number of words of the text", nullable=False),
        _field("charset", _TEXT, "charset in which the capture was read", nullable=False),
        _field(
            "charset_source",
            _TEXT,
            "what decided it: bom, utf-8, corpus, http, declared, lines, detected, fallback",
            nullable=False,
        ),
        _field("charset_confidence", pa.float64(), "confidence of that, 0 to 1", nullable=False),
        _field("fixes", _counts("fix"), "what was repaired in its lines, counted", nullable=False),
        _field("labels", _counts("label"), "the labels of its lines, counted", nullable=False),
        _field(
            "captured", _TEXT, "when it was captured, as a WARC or a saved page has it (ISO 8601)"
        ),
        _field(
            "extra",
            _TEXT,
            "other fields of its record in an archive, or headers, also of a mail, as JSON",
        ),
        _field("pipeline_version", _TEXT, "version of this software", nullable=False),
        _field("schema_version", _COUNT, "version of these fields", nullable=False),
    ]
)
"""What downstream tools read: one row for each item with text."""

_EDIT = pa.struct(
    [
        pa.field("stage", _TEXT),
        pa.field("action", _TEXT),
        pa.field("start", _COUNT),
        pa.field("before", _TEXT),
        pa.field("after", _TEXT),
        pa.field("detail", _TEXT),
    ]
)

AUDIT = pa.schema(
    [
        _field("capture", _TEXT, "joins with documents.capture", nullable=False),
        _field("source", _TEXT, "path relative to the corpus", nullable=False),
        _field(
            "line",
            _COUNT,
            "number of the line in the capture, from 1; 0 for a capture without documents",
            nullable=False,
        ),
        _field("item", _COUNT, "the item it is a line of; null where it is of none"),
        _field("label", _TEXT, "what the line is; content is published", nullable=False),
        _field("reason", _TEXT, "the rule, shape or context that decided it", nullable=False),
        _field("text", _TEXT, "the line as it was captured, without its end", nullable=False),
        _field("repaired", _TEXT, "the line after its edits; null where it has none"),
        _field("language", _TEXT, "language of the published paragraph that it is of"),
        _field(
            "continues",
            pa.bool_(),
            "whether it goes on with the sentence of the line before",
            nullable=False,
        ),
        _field("ending", _TEXT, "how the capture ended the line: \\n, \\r\\n, \\r", nullable=False),
        _field("charset", _TEXT, "charset in which the line was read", nullable=False),
        _field(
            "edits",
            pa.list_(_EDIT),
            "what was done to it: before, found at start, became after; in this order",
            nullable=False,
        ),
    ]
)
"""Every line of every capture, once."""
