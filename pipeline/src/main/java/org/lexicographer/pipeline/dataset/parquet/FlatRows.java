package org.lexicographer.pipeline.dataset.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.schema.SchemaNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Rows of single values, of which few are held at a time. */
final class FlatRows implements GroupRows {

    private static final Set<PhysicalType> TYPES =
            EnumSet.of(
                    PhysicalType.BYTE_ARRAY,
                    PhysicalType.INT32,
                    PhysicalType.INT64,
                    PhysicalType.FLOAT,
                    PhysicalType.DOUBLE,
                    PhysicalType.BOOLEAN);

    private final List<ColumnReader> columns;
    private int row;
    private int count;

    /**
     * Begins before the first row.
     *
     * @param columns one reader each, with batches of the same rows
     */
    FlatRows(List<ColumnReader> columns) {
        this.columns = columns;
    }

    /** Tells whether a column has one value in each row, of a kind that is read here. */
    static boolean isFlat(SchemaNode column) {
        return column instanceof SchemaNode.PrimitiveNode leaf
                && leaf.maxRepetitionLevel() == 0
                && TYPES.contains(leaf.type());
    }

    @Override
    public boolean advance() {
        row++;
        return row < count || nextBatch();
    }

    private boolean nextBatch() {
        row = 0;
        long going = columns.stream().filter(ColumnReader::nextBatch).count();
        if (going == 0) {
            count = 0;
            return false;
        }
        int[] counts =
                going < columns.size()
                        ? new int[0]
                        : columns.stream()
                                .mapToInt(ColumnReader::getRecordCount)
                                .distinct()
                                .toArray();
        if (counts.length != 1) {
            throw new IllegalStateException("columns of a row group end at different rows");
        }
        count = counts[0];
        return true;
    }

    @Override
    public JsonNode value(int column, RowValues values) {
        ColumnReader reader = columns.get(column);
        return values.of(reader.getLeafValidity().isNull(row) ? null : raw(reader));
    }

    private Object raw(ColumnReader reader) {
        return switch (reader.getColumnSchema().type()) {
            case BYTE_ARRAY -> {
                int[] offsets = reader.getBinaryOffsets();
                yield Arrays.copyOfRange(reader.getBinaryValues(), offsets[row], offsets[row + 1]);
            }
            case INT32 -> reader.getInts()[row];
            case INT64 -> reader.getLongs()[row];
            case FLOAT -> reader.getFloats()[row];
            case DOUBLE -> reader.getDoubles()[row];
            case BOOLEAN -> reader.getBooleans()[row];
            case INT96, FIXED_LEN_BYTE_ARRAY ->
                    throw new IllegalStateException("type not read: " + reader.getColumnSchema());
        };
    }

    /** Each is closed, whatever comes of closing the others. */
    @Override
    public void close() {
        closeFrom(0);
    }

    private void closeFrom(int column) {
        if (column < columns.size()) {
            try {
                columns.get(column).close();
            } finally {
                closeFrom(column + 1);
            }
        }
    }
}
