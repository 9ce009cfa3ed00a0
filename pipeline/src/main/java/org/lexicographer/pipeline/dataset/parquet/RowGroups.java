package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.hardwood.schema.ColumnProjection;
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

    /** Values of a dictionary may be much longer than the bytes of the group tell. */
    private static final int MOST_BATCH_ROWS = 256;

    /** A value in a list has two levels and a place. */
    private static final int LEVEL_BYTES = 12;

    private final ParquetFileReader reader;
    private final List<String> columns;
    private final List<RowGroup> groups;
    private final boolean areFlat;

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
     * Returns the rows of a group; the caller closes them.
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
        return Math.clamp(BATCH_BYTES / rowBytes, 1, MOST_BATCH_ROWS);
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
        return columns.stream().anyMatch(RowGroups::hasDot)
                ? ColumnProjection.all()
                : ColumnProjection.columns(columns.toArray(String[]::new));
    }

    /**
     * Checks that a group can be read in little memory.
     *
     * @throws IOException when a page cannot be as large as its header says, or may not
     * @throws IllegalStateException when more of the group would have to be held than may be
     */
    void check(int group, GuardedFile file) throws IOException {
        long decoded = areFlat ? 0 : decodedBytes(group);
        if (decoded > MOST_NESTED_BYTES) {
            throw new IllegalStateException(
                    "row group with lists or structs too large: most=%d bytes, found=%d"
                            .formatted(MOST_NESTED_BYTES, decoded));
        }
        boolean isAllRead = columns.stream().anyMatch(RowGroups::hasDot);
        for (ColumnChunk column : groups.get(group).columns()) {
            if (isAllRead || isRead(column.metaData())) {
                PageHeaders.check(file, column.metaData(), column.chunkStartOffset());
            }
        }
    }

    private boolean isRead(ColumnMetaData column) {
        return columns.contains(column.pathInSchema().elements().getFirst());
    }

    private long decodedBytes(int group) {
        return groups.get(group).columns().stream()
                .map(ColumnChunk::metaData)
                .filter(this::isRead)
                .mapToLong(RowGroups::decodedBytes)
                .reduce(0, Math::addExact);
    }

    private static long decodedBytes(ColumnMetaData column) {
        return Math.addExact(
                column.totalUncompressedSize(),
                Math.multiplyExact(column.numValues(), LEVEL_BYTES));
    }
}
