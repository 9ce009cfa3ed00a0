package org.lexicographer.pipeline.dataset.parquet;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.HardwoodContext;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.SchemaNode;
import java.io.Closeable;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.source.Interruption;
import org.lexicographer.pipeline.source.SourceContent;

/**
 * The rows of a {@code .parquet} file, in order, of which only the columns that a content asks for
 * are read; for use by one thread.
 *
 * <p>Each row group is decoded twice, once to see that all of it can be: the reader decodes ahead
 * on threads of its own, and how many rows it hands out before a fault that it has met would depend
 * on them. So a file is good up to a row group, whoever reads it. What is held is described by
 * {@link RowGroups}.
 */
public final class ParquetRows implements Closeable {

    private static final int DECODING_THREADS = 1;

    /** The most bytes that the library fetches at once; where nobody says so, it is 128 MiB. */
    private static final String FETCHED_BYTES = Integer.toString(8 << 20);

    /** It asks for them when its classes are initialized, which are so after this one. */
    static {
        for (String limit : List.of("sequentialChunkSize", "maxCoalescedBytes")) {
            String name = "hardwood.internal." + limit;
            System.setProperty(name, System.getProperty(name, FETCHED_BYTES));
        }
    }

    private static final Set<CompressionCodec> CODECS =
            EnumSet.complementOf(EnumSet.of(CompressionCodec.BROTLI, CompressionCodec.LZO));

    private final SourceContent source;
    private final GuardedFile file;
    private final HardwoodContext context;
    private final ParquetFileReader reader;
    private final List<String> columns;
    private final List<String> others;
    private final long maxBytes;
    private final RowGroups groups;
    private GroupRows rows;
    private int group = -1;
    private long firstRow;
    private long nextRow;
    private long bytes;

    private ParquetRows(
            SourceContent source,
            GuardedFile file,
            HardwoodContext context,
            ParquetFileReader reader,
            DocumentContent content,
            long maxBytes) {
        this.source = source;
        this.file = file;
        this.context = context;
        this.reader = reader;
        this.maxBytes = maxBytes;
        List<String> all =
                reader.getFileSchema().getRootNode().children().stream()
                        .map(SchemaNode::name)
                        .toList();
        this.columns = all.stream().filter(content::asksFor).toList();
        this.others = all.stream().filter(name -> !content.asksFor(name)).toList();
        this.groups = new RowGroups(reader, columns);
    }

    /**
     * Opens a file, which is closed with the rows, or when it cannot be used.
     *
     * @param maxBytes the most bytes of values that are handed out
     * @throws IOException when it is no such file, or lacks a column
     */
    public static ParquetRows open(SourceContent source, DocumentContent content, long maxBytes)
            throws IOException {
        GuardedFile file = new GuardedFile(requireNonNull(source, "source is null"));
        HardwoodContext context = HardwoodContext.create(DECODING_THREADS);
        ParquetRows opened = null;
        try {
            Footer.check(file);
            ParquetFileReader reader = ParquetFileReader.open(file, context);
            ParquetRows rows = new ParquetRows(source, file, context, reader, content, maxBytes);
            rows.checkColumns(content.paths());
            rows.checkCodecs();
            opened = rows;
            return rows;
        } catch (IOException | RuntimeException e) {
            throw file.fault(e);
        } finally {
            if (opened == null) {
                context.close();
                source.close();
            }
        }
    }

    private void checkColumns(List<FieldPath> paths) throws IOException {
        for (FieldPath path : paths) {
            if (!columns.contains(path.text())
                    && !isThere(reader.getFileSchema().getRootNode(), path.names())) {
                String rule =
                        new BrokenRuleException("column missing", path, columnNames()).getMessage();
                throw new IOException(rule);
            }
        }
    }

    /** Whatever else lies on the class path: which files are read must not depend on it. */
    private void checkCodecs() throws IOException {
        Optional<CompressionCodec> unread =
                reader.getFileMetaData().rowGroups().stream()
                        .flatMap(it -> it.columns().stream())
                        .map(column -> column.metaData().codec())
                        .filter(codec -> !CODECS.contains(codec))
                        .findFirst();
        if (unread.isPresent()) {
            throw new IOException(
                    new BrokenRuleException("compression not read", CODECS, unread.get())
                            .getMessage());
        }
    }

    private List<String> columnNames() {
        return reader.getFileSchema().getRootNode().children().stream()
                .map(node -> Quotes.shortened(node.name()))
                .limit(20)
                .toList();
    }

    private static boolean isThere(SchemaNode node, List<String> names) {
        if (names.isEmpty()) {
            return true;
        }
        return switch (node) {
            case SchemaNode.PrimitiveNode leaf -> false;
            case SchemaNode.GroupNode list when list.isList() ->
                    isThere(list.getListElement(), names);
            case SchemaNode.GroupNode group ->
                    group.children().stream()
                            .filter(child -> child.name().equals(names.getFirst()))
                            .anyMatch(child -> isThere(child, names.subList(1, names.size())));
        };
    }

    /** Returns the number of the row that is read next, from 1. */
    public long nextRow() {
        return nextRow + 1;
    }

    /**
     * Returns the next row, or empty at the file's end.
     *
     * @throws IOException when a row group cannot be read, and all that follow
     */
    public Optional<ParquetRow> next() throws IOException {
        while (rows == null || !guarded(this::advance)) {
            if (!openGroup()) {
                return Optional.empty();
            }
        }
        ParquetRow row = guarded(this::read);
        nextRow++;
        bytes += row.length();
        if (bytes > maxBytes) {
            throw new IOException("content too large: most=%d bytes".formatted(maxBytes));
        }
        return Optional.of(row);
    }

    private boolean advance() {
        boolean isThere = rows.advance();
        if (!isThere) {
            checkEnd(nextRow - firstRow);
        }
        return isThere;
    }

    private ParquetRow read() {
        RowValues values = new RowValues();
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < columns.size(); i++) {
            wanted.set(columns.get(i), rows.value(i, values));
        }
        return values.row(nextRow + 1, wanted, others);
    }

    /** Opens the next row group that has rows, if there is one. */
    private boolean openGroup() throws IOException {
        List<RowGroup> all = reader.getFileMetaData().rowGroups();
        if (rows != null) {
            firstRow += all.get(group).numRows();
            replaceRows(null);
        }
        do {
            group = Math.min(group + 1, all.size());
        } while (group < all.size() && all.get(group).numRows() == 0);
        if (group == all.size()) {
            return false;
        }
        checkGroup();
        guarded(this::passOver);
        replaceRows(guarded(this::rowsOfGroup));
        return true;
    }

    private void checkGroup() throws IOException {
        try {
            groups.check(group, file);
        } catch (IOException | RuntimeException e) {
            throw file.fault(e);
        }
    }

    private boolean passOver() {
        long found = 0;
        try (GroupRows checked = rowsOfGroup()) {
            while (checked.advance()) {
                found++;
            }
        }
        checkEnd(found);
        return true;
    }

    /** A reader whose thread is interrupted says that it is at the end. */
    private void checkEnd(long found) {
        Interruption.check();
        long expected = reader.getFileMetaData().rowGroups().get(group).numRows();
        if (found != expected) {
            throw new IllegalStateException(
                    "row group ends early: expected=%d rows, found=%d".formatted(expected, found));
        }
    }

    private GroupRows rowsOfGroup() {
        return groups.rows(group, firstRow);
    }

    private void replaceRows(GroupRows next) {
        if (rows != null) {
            rows.close();
        }
        rows = next;
    }

    private <T> T guarded(Supplier<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (RuntimeException e) {
            throw file.fault(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (source;
                context;
                reader) {
            replaceRows(null);
        }
    }
}
