package org.lexicographer.pipeline.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.dataset.DocumentEntry;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.TestFiles;
import org.lexicographer.pipeline.dataset.UnreadableDocumentsException;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TokenIds;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.source.SourceContent;
import org.lexicographer.pipeline.source.SourceOpener;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Datasets that are almost right are read, or set aside with a reason. */
class MutatedDatasetsTest {

    /** The reader's own buffers, and what a frame or a page of these small files may decode to. */
    private static final long ALLOCATED = 64L << 20;

    /** The library makes room for half a million values of lists, in each row group and twice. */
    private static final long ALLOCATED_FOR_LISTS = 512L << 20;

    private static final DocumentContent TEXT = new TextField("text");
    private static final List<byte[]> LINES =
            List.of(
                    TestFiles.jsonLines(
                            "Once upon a time", "there was", "\u00e9t\u00e9 \ud83d\ude00"),
                    "{\"text\": \"a\", \"meta\": {\"n\": [1, 2.5e3, null, true]}}\n\n"
                            .getBytes(UTF_8));
    private static final List<byte[]> JSON_WORDS =
            Stream.of("\\ud83d", "\\u0000", "[[[[", "{\"text\":", "1e999", "\"", "\n", "\ufeff")
                    .map(word -> word.getBytes(UTF_8))
                    .toList();

    private static Attack attack(String name) {
        return new Attack(name, Set.of(UnreadableDocumentsException.class), ALLOCATED);
    }

    @Test
    void jsonLines() {
        Attack.Outcome outcome =
                attack("JSON lines").on(read("a.jsonl", TEXT), new Mutations(1, LINES, JSON_WORDS));

        // A line that cannot be used is left out by itself.
        assertThat(outcome.read()).isPositive();
    }

    @Test
    void plainText() {
        Attack.Outcome outcome =
                attack("plain text").on(read("a.txt", TEXT), new Mutations(2, LINES, JSON_WORDS));

        assertThat(outcome.read()).isPositive();
    }

    @Test
    void gzip() {
        List<byte[]> members =
                List.of(
                        TestFiles.gzip(LINES.getFirst()),
                        TestFiles.join(
                                TestFiles.gzip(LINES.getFirst()), TestFiles.gzip(LINES.getLast())));

        Attack.Outcome outcome =
                attack("gzip")
                        .on(
                                read("a.jsonl.gz", TEXT),
                                new Mutations(3, members, List.of(new byte[] {31, -117, 8, 4})));

        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void zstd() {
        List<byte[]> frames =
                List.of(
                        TestFiles.zstd(LINES.getFirst()),
                        TestFiles.join(
                                TestFiles.zstd(LINES.getFirst()), TestFiles.zstd(LINES.getLast())));
        byte[] magic = {40, -75, 47, -3};
        byte[] skippable = {80, 42, 77, 24};

        Attack.Outcome outcome =
                attack("zstd")
                        .on(
                                read("a.jsonl.zst", TEXT),
                                new Mutations(4, frames, List.of(magic, skippable)));

        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void parquet() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name :
                List.of(
                        "plain",
                        "snappy-dictionary",
                        "gzip-delta",
                        "zstd-pages-v2",
                        "lz4",
                        "brotli",
                        "nested",
                        "kinds",
                        "binary",
                        "pages")) {
            files.add(parquetFile(name));
        }

        Attack.Outcome outcome =
                attack("Parquet").on(read("a.parquet", TEXT), new Mutations(5, files, List.of()));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void tokensInParquet() throws IOException {
        Attack.Outcome outcome =
                new Attack(
                                "Parquet, tokens",
                                Set.of(UnreadableDocumentsException.class),
                                ALLOCATED_FOR_LISTS)
                        .on(
                                read("a.parquet", new TokenIds(new FieldPath("input_ids"), 50_000)),
                                new Mutations(6, List.of(parquetFile("tokens")), List.of()));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static byte[] parquetFile(String name) throws IOException {
        try (InputStream file =
                MutatedDatasetsTest.class.getResourceAsStream("/parquet/" + name + ".parquet")) {
            return file.readAllBytes();
        }
    }

    /** Reads every document of a file. */
    private static Attack.Reader read(String name, DocumentContent content) {
        return input -> {
            DocumentReader reader = new DocumentReader(new Memory(input), 1 << 20, 32 << 20);
            try (Documents documents = reader.open("s3://data/" + name, content)) {
                Optional<DocumentEntry> entry = documents.next();
                while (entry.isPresent()) {
                    entry = documents.next();
                }
            }
        };
    }

    /** A file in memory. */
    private record Memory(byte[] bytes) implements SourceOpener, SourceContent {

        @Override
        public InputStream open(SourceUri uri) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public SourceContent openAt(SourceUri uri) {
            return this;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public ByteBuffer read(long offset, int count) throws IOException {
            if (offset < 0 || count < 0 || offset > bytes.length - (long) count) {
                throw new IOException(
                        "read beyond the end: offset=%d, length=%d, file=%d bytes"
                                .formatted(offset, count, bytes.length));
            }
            return ByteBuffer.wrap(bytes, (int) offset, count).slice().asReadOnlyBuffer();
        }

        @Override
        public void close() {
            // Memory needs no closing.
        }
    }
}
