package org.lexicographer.pipeline.dataset.parquet;

import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.source.SourceContent;

class GuardedFileTest {

    private final GuardedFile file = new GuardedFile(new Bytes(ByteBuffer.allocate(10)));

    private record Bytes(ByteBuffer bytes) implements SourceContent {

        @Override
        public long length() {
            return bytes.capacity();
        }

        @Override
        public ByteBuffer read(long offset, int length) {
            return bytes.slice((int) offset, length);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    /** Another job may hold the heap: the file is as good as before. */
    @Test
    void anErrorOfTheProcessIsNoFaultOfTheFile() {
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");

        assertThatThrownBy(
                        () -> {
                            throw file.fault(new IllegalStateException(new RuntimeException(full)));
                        })
                .isSameAs(full);
    }

    @Test
    void aPartOutsideOfTheFileIsRefusedWhereverItBegins() {
        assertThatIOException()
                .isThrownBy(() -> file.readRange(Long.MAX_VALUE - 2, 8))
                .withMessageContaining("part outside of the file: offset=9223372036854775805");
    }
}
