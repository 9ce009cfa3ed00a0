package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.pipeline.source.SourceContent;

/**
 * A file as the reader of tables takes it. The reader's threads wrap what goes wrong, so an outage
 * is remembered here, and thrown as what it is.
 */
final class GuardedFile implements InputFile {

    private static final int MOST_CAUSES = 5;

    private final SourceContent content;
    private final AtomicReference<RuntimeException> outage = new AtomicReference<>();

    GuardedFile(SourceContent content) {
        this.content = content;
    }

    @Override
    public void open() {
        // The content is open.
    }

    @Override
    public ByteBuffer readRange(long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || offset + length > content.length()) {
            throw new IOException(
                    "part outside of the file: offset=%d, length=%d, file=%d bytes"
                            .formatted(offset, length, content.length()));
        }
        try {
            return content.read(offset, length);
        } catch (RuntimeException e) {
            outage.compareAndSet(null, e);
            throw e;
        }
    }

    @Override
    public long length() {
        return content.length();
    }

    @Override
    public String name() {
        return "file";
    }

    /**
     * Returns what a failure means for the file; throws the outage that is behind it, or the error:
     * a heap that is too small is no fault of the file.
     */
    IOException fault(Exception failure) {
        if (outage.get() != null) {
            throw outage.get();
        }
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof Error error) {
                throw error;
            }
            cause = cause.getCause();
        }
        return switch (failure) {
            case UncheckedIOException e -> e.getCause();
            case IOException e -> e;
            default -> new IOException("not readable as Parquet: " + reasons(failure), failure);
        };
    }

    /** Of threads that pass on what another has met, the last one knows what it is. */
    private static String reasons(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MOST_CAUSES)
                .map(cause -> Objects.requireNonNullElse(cause.getMessage(), cause.toString()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
