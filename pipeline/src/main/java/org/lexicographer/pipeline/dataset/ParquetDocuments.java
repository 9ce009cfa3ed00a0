package org.lexicographer.pipeline.dataset;

import java.io.IOException;
import java.util.Optional;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.Fields;
import org.lexicographer.pipeline.dataset.parquet.ParquetRow;
import org.lexicographer.pipeline.dataset.parquet.ParquetRows;

/** A {@code .parquet} file: each row is a record, whose number stands for that of a line. */
final class ParquetDocuments extends RecordDocuments {

    private final ParquetRows rows;

    ParquetDocuments(ParquetRows rows, DocumentContent content) {
        super(rows, content);
        this.rows = rows;
    }

    /** A row. */
    private record TableRow(ParquetRow row) implements FileRecord {

        @Override
        public long line() {
            return row.number();
        }

        @Override
        public long length() {
            return row.length();
        }

        @Override
        public Fields fields() {
            return row.usable();
        }
    }

    @Override
    Optional<TableRow> nextRecord() throws IOException {
        return rows.next().map(TableRow::new);
    }

    @Override
    long nextLine() {
        return rows.nextRow();
    }
}
