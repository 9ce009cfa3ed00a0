package org.lexicographer.pipeline.dataset.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hardwood.reader.RowReader;
import java.util.List;

/** Rows with lists and structs, as the library puts them together. */
final class NestedRows implements GroupRows {

    private final RowReader rows;
    private final List<String> columns;

    NestedRows(RowReader rows, List<String> columns) {
        this.rows = rows;
        this.columns = columns;
    }

    @Override
    public boolean advance() {
        boolean isThere = rows.hasNext();
        if (isThere) {
            rows.next();
        }
        return isThere;
    }

    @Override
    public JsonNode value(int column, RowValues values) {
        return values.of(rows, columns.get(column));
    }

    @Override
    public void close() {
        rows.close();
    }
}
