package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the row groups of a file, so that little of one is held. The library's own rows come in
 * batches of so many rows as would be small if a text had 16 bytes: a whole group of texts, as a
 * rule. Columns of single values are therefore read column by column in small batches; of others a
 * group is held, up to a limit.
 */
final class RowGroups {

    /** The most bytes of a row group with lists or structs, decoded: it is held as a whole. */
    static final long MOST_NESTED_BYTES = 256L << 20;

    /** About the bytes of a batch, of which the library holds three. */
    private static final long BATCH_BYTES = 4 << 20;

    private static final int MOST_BATCH_ROWS = 256;

    /**
     * The most bytes of a batch, whatever is written: each of its rows may be the whole of a
     * column's dictionary, which the bytes of the group do not tell.
     */
    private static final long MOST_BATCH_BYTES = 64 << 20;

    /** A value in a list has two levels and a place. */
    private static final int LEVEL_BYTES = 12;

    /** The most bytes that the library's own rows may begin with, whatever the group holds. */
    private static final long MOST_ROOM_BYTES = 512L << 20;

    /** The library makes room for so many values of each column, and twice that for their lists. */
    private static final long ROOM_VALUES = 5L << 14;

    private static final int LONG_BYTES = 8;

    /** What the library counts on for a text, and where the text begins. */
    private static final int TEXT_BYTES = 36;

    private final ParquetFileReader reader;
    private final List<String> columns;
    private final List<RowGroup> groups;
    private final boolean areFlat;

    /** The bytes of the dictionaries of the group that was checked last. */
    private long dictionaryBytes;

    /**
     * Creates the groups of a file.
     *
     * @param columns the columns that are read
     */
    RowGroups(ParquetFileReader reader, List<String> columns) {
        this.reader = reader;
        this.columns = List.copyOf(columns);
        this.groups = reader.getFileMetaData().rowGroups();
        this.areFlat =
                columns.stream().map(this::node).allMatch(FlatRows::isFlat)
                        && columns.stream().noneMatch(RowGroups::hasDot)
                        && areApart();
    }

    private SchemaNode node(String column) {
        return reader.getFileSchema().getRootNode().children().stream()
                .filter(node -> node.name().equals(column))
                .findFirst()
                .orElseThrow();
    }

    /** A group is named to the library by its middle, which no other one may have. */
    private boolean areApart() {
        return groups.stream().map(RowGroups::middle).distinct().count() == groups.size();
    }

    /**
     * Where the first column begins, and half of the bytes of all: so the library's filter has it.
     */
    private static long middle(RowGroup group) {
        long compressed =
                group.columns().stream()
                        .mapToLong(column -> column.metaData().totalCompressedSize())
                        .sum();
        return group.columns().getFirst().chunkStartOffset() + compressed / 2;
    }

    /**
     * Returns the rows of a group that was checked; the caller closes them.
     *
     * @param firstRow how many rows the file has before the group
     */
    GroupRows rows(int group, long firstRow) {
        return areFlat ? flat(group) : nested(group, firstRow);
    }

    private FlatRows flat(int group) {
        long middle = middle(groups.get(group));
        RowGroupPredicate only = RowGroupPredicate.byteRange(middle, middle + 1);
        int batch = batchRows(group);
        List<ColumnReader> readers = new ArrayList<>();
        boolean areAllOpen = false;
        try {
            for (String column : columns) {
                int index = ((SchemaNode.PrimitiveNode) node(column)).columnIndex();
                readers.add(reader.buildColumnReader(index).filter(only).batchSize(batch).build());
            }
            areAllOpen = true;
            return new FlatRows(readers);
        } finally {
            if (!areAllOpen) {
                new FlatRows(readers).close();
            }
        }
    }

    private int batchRows(int group) {
        long rowBytes = Math.max(1, decodedBytes(group) / groups.get(group).numRows());
        long rows = Math.min(BATCH_BYTES / rowBytes, MOST_BATCH_BYTES / (1 + dictionaryBytes));
        return Math.clamp(rows, 1, MOST_BATCH_ROWS);
    }

    private NestedRows nested(int group, long firstRow) {
        return new NestedRows(
                reader.buildRowReader()
                        .projection(projection())
                        .skip(firstRow)
                        .head(groups.get(group).numRows())
                        .build(),
                columns);
    }

    /** The library takes a dot for a way into a struct, so a name with one cannot be chosen. */
    private static boolean hasDot(String column) {
        return column.contains(".");
    }

    private ColumnProjection projection() {
        return isAllRead()
                ? ColumnProjection.all()
                : ColumnProjection.columns(columns.toArray(String[]::new));
    }

    /**
     * Checks that a group can be read in little memory.
     *
     * @throws IOException when a page cannot be as large as its header says, or may not
     * @throws IllegalStateException when more would have to be held than may be
     */
    void check(int group, GuardedFile file) throws IOException {
        long decoded = areFlat ? 0 : decodedBytes(group);
        if (decoded > MOST_NESTED_BYTES) {
            throw new IllegalStateException(
                    "row group with lists or structs too large: most=%d bytes, found=%d"
                            .formatted(MOST_NESTED_BYTES, decoded));
        }
        long room = areFlat ? 0 : roomBytes();
        if (room > MOST_ROOM_BYTES) {
            throw new IllegalStateException(
                    "columns with lists or structs too many or too wide: most=%d bytes, found=%d"
                            .formatted(MOST_ROOM_BYTES, room));
        }
        dictionaryBytes = 0;
        for (ColumnChunk column : chunks(group)) {
            dictionaryBytes += PageHeaders.check(file, column);
        }
    }

    /** What the library makes room for before it has read a value, at least. */
    private long roomBytes() {
        return reader.getFileSchema().getColumns().stream()
                .filter(this::isRead)
                .mapToLong(column -> ROOM_VALUES * (LEVEL_BYTES + valueBytes(column)))
                .reduce(0, Math::addExact);
    }

    private static long valueBytes(ColumnSchema column) {
        return switch (column.type()) {
            case BOOLEAN -> 1;
            case INT32, FLOAT -> Float.BYTES;
            case INT64, DOUBLE -> LONG_BYTES;
            case BYTE_ARRAY, INT96 -> TEXT_BYTES;
            case FIXED_LEN_BYTE_ARRAY ->
                    column.typeLength() == null ? 0 : Math.max(0, column.typeLength());
        };
    }

    private boolean isAllRead() {
        return columns.stream().anyMatch(RowGroups::hasDot);
    }

    private boolean isRead(ColumnSchema column) {
        return isAllRead() || columns.contains(column.fieldPath().elements().getFirst());
    }

    /**
     * Returns what is read of a group: the library goes by the places of columns in the schema,
     * whatever a group calls them.
     */
    private List<ColumnChunk> chunks(int group) {
        List<ColumnSchema> schema = reader.getFileSchema().getColumns();
        List<ColumnChunk> chunks = groups.get(group).columns();
        if (chunks.size() != schema.size()) {
            throw new IllegalStateException(
                    "row group has other columns than the schema: expected=%d, found=%d"
                            .formatted(schema.size(), chunks.size()));
        }
        List<ColumnChunk> read = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            if (isRead(schema.get(i))) {
                checkType(schema.get(i), chunks.get(i).metaData());
                read.add(chunks.get(i));
            }
        }
        return read;
    }

    private static void checkType(ColumnSchema expected, ColumnMetaData found) {
        if (expected.type() != found.type()) {
            throw new IllegalStateException(
                    "row group has another type than the schema: expected=%s, found=%s, column=%s"
                            .formatted(expected.type(), found.type(), expected.name()));
        }
    }

    private long decodedBytes(int group) {
        return chunks(group).stream()
                .map(ColumnChunk::metaData)
                .mapToLong(RowGroups::decodedBytes)
                .reduce(0, Math::addExact);
    }

    private static long decodedBytes(ColumnMetaData column) {
        return Math.addExact(
                column.totalUncompressedSize(),
                Math.multiplyExact(column.numValues(), LEVEL_BYTES));
    }
}
