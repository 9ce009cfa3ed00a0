package org.lexicographer.pipeline.dataset.parquet;

import java.util.Optional;
import org.lexicographer.pipeline.dataset.fields.Fields;

/**
 * A row of a table.
 *
 * @param number the number of the row within its file, from 1
 * @param length about how many bytes its values have
 * @param values the values of the columns that are read
 * @param fault why it cannot be used, if it cannot
 */
public record ParquetRow(long number, long length, Fields values, Optional<String> fault) {

    /**
     * Returns the values.
     *
     * @throws IllegalArgumentException when the row cannot be used
     */
    public Fields usable() {
        if (fault.isPresent()) {
            throw new IllegalArgumentException(fault.get());
        }
        return values;
    }
}
