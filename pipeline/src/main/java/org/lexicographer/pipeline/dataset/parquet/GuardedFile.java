package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.pipeline.source.Interruption;
import org.lexicographer.pipeline.source.SourceContent;

/**
 * A file as the reader of tables takes it. The reader's threads wrap what goes wrong, so an outage
 * is remembered here, and thrown as what it is.
 */
final class GuardedFile implements InputFile {

    private static final int MOST_CAUSES = 10;

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
        if (offset < 0 || length < 0 || length > content.length() - offset) {
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
     * Returns what a failure means for the file; throws the outage that is behind it, and what is
     * no fault of the file's: an error of this process, or that its thread is asked to stop.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted
     */
    IOException fault(Exception failure) {
        if (outage.get() != null) {
            throw outage.get();
        }
        causes(failure)
                .filter(Error.class::isInstance)
                .findFirst()
                .ifPresent(
                        error -> {
                            throw (Error) error;
                        });
        Interruption.check();
        return switch (failure) {
            case UncheckedIOException e -> e.getCause();
            case IOException e -> e;
            default -> new IOException("not readable as Parquet: " + reasons(failure), failure);
        };
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MOST_CAUSES);
    }

    /** Of threads that pass on what another has met, the last one knows what it is. */
    private static String reasons(Throwable failure) {
        return causes(failure)
                .map(cause -> Objects.requireNonNullElse(cause.getMessage(), cause.toString()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    /** The library closes it with every reader of a column. */
    @Override
    public void close() {
        // Whoever opened the content closes it.
    }
}
