package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes tables whose metadata says anything: what a writer of tables would never write, and a
 * reader has to expect. A row group is a row without a value, unless there is a dictionary.
 */
final class TableBuilder {

    private static final int REPEATED = 2;
    private static final int OPTIONAL = 1;
    private static final int I32 = 0x5;
    private static final int I64 = 0x6;
    private static final int BINARY = 0x8;
    private static final int LIST = 0x9;
    private static final int STRUCT = 0xc;

    private final List<Thrift> schema = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private int top;
    private int rows = 1;
    private int codec;
    private int missing;
    private long[] index = {};
    private byte[] pages = ofNothing();

    /** A column of the file. */
    private record Column(int type, List<String> path) {}

    /** Kinds of single values, by the numbers of the format. */
    enum Kind {
        INT32(1),
        BYTES(6),
        FIXED_BYTES(7);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** A struct of Thrift's compact protocol in the making. */
    private static final class Thrift {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int last;

        private Thrift field(int number, int type) {
            bytes.write(number - last << 4 | type);
            last = number;
            return this;
        }

        private Thrift varint(long value) {
            long left = value;
            while (left >>> 7 != 0) {
                bytes.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
            return this;
        }

        private Thrift number(int field, int type, long value) {
            return field(field, type).varint(value << 1 ^ value >> 63);
        }

        private Thrift text(int field, String text) {
            return field(field, BINARY).binary(text);
        }

        private Thrift binary(String text) {
            varint(text.getBytes(UTF_8).length);
            bytes.writeBytes(text.getBytes(UTF_8));
            return this;
        }

        private Thrift list(int field, int type, int count) {
            field(field, LIST);
            bytes.write(0xf0 | type);
            return varint(count);
        }

        private Thrift struct(int field, Thrift struct) {
            return field(field, STRUCT).add(struct);
        }

        private Thrift add(Thrift struct) {
            bytes.writeBytes(struct.ended());
            return this;
        }

        private byte[] ended() {
            byte[] all = bytes.toByteArray();
            byte[] ended = new byte[all.length + 1];
            System.arraycopy(all, 0, ended, 0, all.length);
            return ended;
        }
    }

    /** Adds a column of lists of single values. */
    TableBuilder list(String name, Kind kind, int width) {
        top++;
        leaf(REPEATED, name, kind, width);
        columns.add(new Column(kind.number, List.of(name)));
        return this;
    }

    /** Adds a column of structs with so many texts. */
    TableBuilder struct(String name, int texts) {
        top++;
        group(name, texts);
        for (int i = 0; i < texts; i++) {
            leaf(OPTIONAL, "t" + i, Kind.BYTES, 0);
            columns.add(new Column(Kind.BYTES.number, List.of(name, "t" + i)));
        }
        return this;
    }

    /** Adds a column of a struct in a struct, and so on. */
    TableBuilder nested(String name, int depth) {
        top++;
        List<String> path = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            path.add(i == 0 ? name : "s");
            group(path.getLast(), 1);
        }
        path.add("t");
        leaf(OPTIONAL, "t", Kind.BYTES, 0);
        columns.add(new Column(Kind.BYTES.number, path));
        return this;
    }

    /** Adds a column of texts, each of them the one that its dictionary has. */
    TableBuilder repeated(String name, String text, int rows) {
        top++;
        leaf(OPTIONAL, name, Kind.BYTES, 0);
        columns.add(new Column(Kind.BYTES.number, List.of(name)));
        this.rows = rows;
        ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(UTF_8);
        dictionary.writeBytes(littleEndian(bytes.length));
        dictionary.writeBytes(bytes);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(
                page(
                        2,
                        7,
                        new Thrift().number(1, I32, 1).number(2, I32, 0),
                        dictionary.toByteArray()));
        // A run of rows that are there, and a run of places in the dictionary, of one bit each.
        byte[] run = new Thrift().varint((long) rows << 1).bytes.toByteArray();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        values.writeBytes(run);
        values.write(1);
        int levels = values.size();
        values.write(1);
        values.writeBytes(run);
        values.write(0);
        all.writeBytes(page(3, 8, data(rows, 0, levels, 0), values.toByteArray()));
        pages = all.toByteArray();
        return this;
    }

    /**
     * Says that the pages are compressed by Snappy, which they are to be.
     *
     * @param compressed what stands in place of the one page of a column without values
     */
    TableBuilder snappy(byte[] compressed, int decoded) {
        codec = 1;
        Thrift data = new Thrift().number(1, I32, 1).number(2, I32, 0).number(3, I32, 3);
        pages = page(0, 5, data.number(4, I32, 3), compressed, decoded);
        return this;
    }

    /** Adds an index that leads to pages at these places. */
    TableBuilder index(long... places) {
        index = places.clone();
        return this;
    }

    /** Says of the page that it is of another kind, too. */
    TableBuilder twoKinds() {
        Thrift header = new Thrift().number(1, I32, 3).number(2, I32, 2).number(3, I32, 2);
        header.struct(5, new Thrift().number(1, I32, 1)).struct(8, data(1, 1, 2, 0));
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        page.writeBytes(header.ended());
        page.writeBytes(new byte[] {2, 0});
        pages = page.toByteArray();
        return this;
    }

    /** Has row groups call their columns something else, and end them early. */
    TableBuilder misnamed(int missingBytes) {
        columns.replaceAll(column -> new Column(column.type(), List.of("other")));
        missing = missingBytes;
        return this;
    }

    private void group(String name, int children) {
        schema.add(new Thrift().number(3, I32, OPTIONAL).text(4, name).number(5, I32, children));
    }

    private void leaf(int repetition, String name, Kind kind, int width) {
        Thrift leaf = new Thrift().number(1, I32, kind.number);
        if (width > 0) {
            leaf.number(2, I32, width);
        }
        schema.add(leaf.number(3, I32, repetition).text(4, name));
    }

    /** Returns the file, with so many row groups, all of the same pages. */
    byte[] build(int rowGroups) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("PAR1".getBytes(UTF_8));
        file.writeBytes(pages);
        if (index.length > 0) {
            file.writeBytes(indexed());
        }
        byte[] footer = footer(rowGroups);
        file.writeBytes(footer);
        file.writeBytes(littleEndian(footer.length));
        file.writeBytes("PAR1".getBytes(UTF_8));
        return file.toByteArray();
    }

    private static byte[] littleEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    /** A page of one row without a value: a run each of its two kinds of levels. */
    private static byte[] ofNothing() {
        return page(3, 8, data(1, 1, 2, 0), new byte[] {2, 0});
    }

    private static Thrift data(int rows, int nulls, int definitionBytes, int repetitionBytes) {
        return new Thrift()
                .number(1, I32, rows)
                .number(2, I32, nulls)
                .number(3, I32, rows)
                .number(4, I32, nulls == rows ? 0 : 8)
                .number(5, I32, definitionBytes)
                .number(6, I32, repetitionBytes);
    }

    private static byte[] page(int kind, int field, Thrift ofKind, byte[] content) {
        return page(kind, field, ofKind, content, content.length);
    }

    private static byte[] page(int kind, int field, Thrift ofKind, byte[] content, int decoded) {
        Thrift header =
                new Thrift()
                        .number(1, I32, kind)
                        .number(2, I32, decoded)
                        .number(3, I32, content.length)
                        .struct(field, ofKind);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        page.writeBytes(header.ended());
        page.writeBytes(content);
        return page.toByteArray();
    }

    private byte[] footer(int rowGroups) {
        Thrift footer = new Thrift().number(1, I32, 1).list(2, STRUCT, schema.size() + 1);
        footer.add(new Thrift().text(4, "schema").number(5, I32, top));
        schema.forEach(footer::add);
        footer.number(3, I64, (long) rows * rowGroups).list(4, STRUCT, rowGroups);
        for (int i = 0; i < rowGroups; i++) {
            Thrift group = new Thrift().list(1, STRUCT, columns.size());
            columns.forEach(column -> group.add(chunk(column)));
            footer.add(
                    group.number(2, I64, (long) pages.length * columns.size())
                            .number(3, I64, rows));
        }
        return footer.ended();
    }

    private Thrift chunk(Column column) {
        Thrift data = new Thrift().number(1, I32, column.type()).list(2, I32, 1);
        data.varint(0).list(3, BINARY, column.path().size());
        column.path().forEach(data::binary);
        data.number(4, I32, codec)
                .number(5, I64, rows)
                .number(6, I64, pages.length)
                .number(7, I64, (long) pages.length - missing)
                .number(9, I64, 4);
        Thrift chunk = new Thrift().number(2, I64, 0).struct(3, data);
        return index.length == 0
                ? chunk
                : chunk.number(4, I64, 4L + pages.length).number(5, I32, indexed().length);
    }

    private byte[] indexed() {
        Thrift places = new Thrift().list(1, STRUCT, index.length);
        for (long place : index) {
            places.add(
                    new Thrift()
                            .number(1, I64, place)
                            .number(2, I32, pages.length)
                            .number(3, I64, 0));
        }
        return places.ended();
    }
}
