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

# Names with a dot, beside a struct of the same path, and kinds of values that are no text.
pq.write_table(
    pa.table({
        "a.b": pa.array(["one", None, "three"], pa.string()),
        "a.tags": pa.array([["x"], [], ["y", "z"]], pa.list_(pa.string())),
        "pairs": pa.array([[("k", "v")], [], None], pa.map_(pa.string(), pa.string())),
        "other": pa.array(["o1", "o2", "o3"], pa.string()),
    }),
    "dots.parquet", compression="NONE", use_dictionary=False)

# Every kind of single value, with and without nulls.
pq.write_table(
    pa.table({
        "text": pa.array(["a", "b", None], pa.string()),
        "int": pa.array([1, None, -3], pa.int32()),
        "long": pa.array([1 << 40, 2, 3], pa.int64()),
        "float": pa.array([0.5, 1.5, None], pa.float32()),
        "double": pa.array([0.25, None, -2.0], pa.float64()),
        "truth": pa.array([True, False, None], pa.bool_()),
    }),
    "kinds.parquet", compression="ZSTD", row_group_size=2)

# A text and a list that are longer than a record may be, compressed to nothing.
pq.write_table(
    pa.table({
        "text": pa.array(["short", "x" * ((16 << 20) + 1), "after"], pa.string()),
        "input_ids": pa.array([[1], [7] * (2 << 20), [2, 3]], pa.list_(pa.int32())),
        "long_ids": pa.array([[1], [7] * ((1 << 18) + 2), [2, 3]], pa.list_(pa.int32())),
    }),
    "long.parquet", compression="ZSTD", compression_level=19)

# One row group of lists with more values than are held, compressed to little.
pq.write_table(
    pa.table({"input_ids": pa.array([[7] * 200_000] * 120, pa.list_(pa.int32()))}),
    "large-group.parquet", compression="ZSTD", compression_level=19, data_page_size=32 << 20)


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def lie(name, decoded, stored, values):
    """Writes a table whose first page of texts has a header that says other sizes than are true.

    The header keeps its length: a field that nobody knows fills the place of the page's statistics.
    """
    table = pa.table({"text": ["a" * 60, "b" * 60, "c" * 60]})
    pq.write_table(table, name, compression="NONE", use_dictionary=False, write_page_index=False)
    column = pq.read_metadata(name).row_group(0).column(0)
    with open(name, "rb") as file:
        data = bytearray(file.read())
    start = column.data_page_offset
    # Each text has four bytes of length, and their levels four and two.
    length = column.total_compressed_size - (3 * 64 + 6)
    kind = [0x15, *varint(0)]
    sizes = [0x15, *varint(2 * decoded), 0x15, *varint(2 * stored)]
    page = [0x2C, 0x15, *varint(2 * values), 0x15, 0, 0x15, 6, 0x15, 6, 0]
    header = bytes(kind + sizes + page)
    filling = length - len(header) - 4
    header += bytes([0xA8, filling & 0x7F | 0x80, filling >> 7]) + b"x" * filling + b"\0"
    assert len(header) == length, (len(header), length)
    data[start : start + length] = header
    with open(name, "wb") as file:
        file.write(data)


lie("honest-page.parquet", 198, 198, 3)
lie("decoded-page.parquet", 2**31 - 1, 198, 3)
lie("stored-page.parquet", 198, 2**31 - 1, 3)
lie("values-page.parquet", 198, 198, 2**31 - 1)
