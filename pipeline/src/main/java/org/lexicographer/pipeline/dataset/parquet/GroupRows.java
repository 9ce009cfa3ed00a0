package org.lexicographer.pipeline.dataset.parquet;

import com.fasterxml.jackson.databind.JsonNode;

/** The rows of one row group, in order; what cannot be read is an unchecked exception. */
sealed interface GroupRows extends AutoCloseable permits FlatRows, NestedRows {

    /** Goes on to the next row, if there is one. */
    boolean advance();

    /**
     * Takes a value of the row.
     *
     * @param column the number of the column among those that are read, from 0
     */
    JsonNode value(int column, RowValues values);

    @Override
    void close();
}
