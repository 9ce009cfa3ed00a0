"""Writes the tables of this folder; needs pyarrow."""

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = ["one", None, "", "two \u00fc", "three", "four", "five\nlines", "six"]


def texts(name, **options):
    table = pa.table({"id": list(range(8)), "text": pa.array(TEXTS, pa.string())})
    pq.write_table(table, name, row_group_size=3, **options)


texts("plain.parquet", compression="NONE", use_dictionary=False)
texts("snappy-dictionary.parquet", compression="SNAPPY", use_dictionary=True)
texts("zstd-pages-v2.parquet", compression="ZSTD", data_page_version="2.0")
texts("gzip-delta.parquet", compression="GZIP", use_dictionary=False,
      column_encoding={"text": "DELTA_BYTE_ARRAY", "id": "DELTA_BINARY_PACKED"})
texts("brotli.parquet", compression="BROTLI")
texts("lz4.parquet", compression="LZ4")

# Texts and binary values that are no text.
pq.write_table(
    pa.table({"text": pa.array([b"one", b"two \xff", b"three"], pa.binary())}),
    "binary.parquet")

turn = pa.struct([("role", pa.string()), ("content", pa.string())])
pq.write_table(
    pa.table({
        "conversation": pa.array(
            [[{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}],
             [],
             None,
             [{"role": "user", "content": None}],
             [{"role": "user", "content": "bye"}]],
            pa.list_(turn)),
        "meta": pa.array(
            [{"title": "a", "tags": ["x", "y"]}, None, {"title": None, "tags": None},
             {"title": "d", "tags": []}, {"title": "e", "tags": ["z"]}],
            pa.struct([("title", pa.string()), ("tags", pa.list_(pa.string()))])),
        "sentences": pa.array([["one", "two"], ["three"], [], None, ["four", None]],
                              pa.list_(pa.large_string())),
        "question": pa.array(["q0", "q1", "q2", None, "q4"], pa.string()),
        "score": pa.array([0, 1, None, 3, 4], pa.int64()),
    }),
    "nested.parquet", compression="SNAPPY", row_group_size=2)

pq.write_table(
    pa.table({
        "input_ids": pa.array([[1, 2, 3], [], None, [4, 99], [-1], [5, 6]], pa.list_(pa.int32())),
        "long_ids": pa.array([[1, 2], [1 << 40], [3], [4], [5, None], [6]], pa.list_(pa.int64())),
        "text": pa.array(["a"] * 6, pa.string()),
    }),
    "tokens.parquet", compression="ZSTD", row_group_size=4)

# Many pages, with checksums, to be broken by tests.
pq.write_table(
    pa.table({"text": pa.array(["row %03d " % i + "x" * 60 for i in range(400)], pa.string())}),
    "pages.parquet", compression="NONE", use_dictionary=False, row_group_size=100,
    data_page_size=512, write_page_checksum=True)
