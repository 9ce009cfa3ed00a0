package org.lexicographer.tokenizer.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.tokenizer.stage.ByteTokenizer;

@Timeout(900)
class OrderedEncoderTest {

    private static final int DOCUMENTS = 200;

    private final CountDownLatch lastIsEncoded = new CountDownLatch(1);
    private final AtomicInteger encoded = new AtomicInteger();

    @Test
    void handsDocumentsBackInTheirOrderWhicheverIsEncodedFirst() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3);
                OrderedEncoder encoder = new OrderedEncoder(new Backwards(), pool, 3)) {
            encoder.submit(new DocumentPart(0, 1, "waits", true));
            encoder.submit(new DocumentPart(1, 1, "x", false));
            encoder.submit(new DocumentPart(2, 1, "last", true));

            assertThat(encoder.isFull()).isTrue();
            assertThat(encoder.take()).extracting(EncodedPart::document).isEqualTo(0L);
            assertThat(encoder.take()).extracting(EncodedPart::last).isEqualTo(false);
            assertThat(encoder.take()).extracting(EncodedPart::document).isEqualTo(2L);
            assertThat(encoder.isEmpty()).isTrue();
        }
    }

    @Test
    void keepsTheOrderOfManyDocuments() {
        List<Long> order = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(4);
                OrderedEncoder encoder = new OrderedEncoder(new ByteTokenizer(), pool, 9)) {
            for (long document = 0; document < DOCUMENTS; document++) {
                encoder.submit(new DocumentPart(document, 1, "x".repeat((int) document), true));
                if (encoder.isFull()) {
                    order.add(encoder.take().document());
                }
            }
            while (!encoder.isEmpty()) {
                order.add(encoder.take().document());
            }
        }
        assertThat(order).isEqualTo(LongStream.range(0, DOCUMENTS).boxed().toList());
    }

    @Test
    void waitsForTheEncodingsUnderWayWhenItIsClosed() {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            OrderedEncoder encoder = new OrderedEncoder(new Backwards(), pool, 9);
            encoder.submit(new DocumentPart(0, 1, "waits", true));
            encoder.submit(new DocumentPart(1, 1, "last", true));

            encoder.close();

            assertThat(encoded).hasValue(2);
        }
    }

    @Test
    void throwsWhatTheTokenizerThrew() {
        OrderedEncoder encoder = new OrderedEncoder(new Backwards(), Runnable::run, 9);
        encoder.submit(new DocumentPart(0, 1, "fails", true));

        assertThatThrownBy(encoder::take).isInstanceOf(IllegalArgumentException.class);
    }

    /** A tokenizer that is done with a document only after a later one. */
    private final class Backwards implements Tokenizer {

        @Override
        public int[] encode(String text) {
            switch (text) {
                case "waits" -> awaitLast();
                case "last" -> lastIsEncoded.countDown();
                case "fails" -> throw new IllegalArgumentException("fails");
                default -> {}
            }
            encoded.incrementAndGet();
            return new int[text.length()];
        }

        private void awaitLast() {
            try {
                assertThat(lastIsEncoded.await(15, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int endOfText() {
            return 0;
        }

        @Override
        public OptionalInt beginOfText() {
            return OptionalInt.empty();
        }

        @Override
        public int[] addedInFront() {
            return new int[0];
        }

        @Override
        public void close() {}
    }
}
