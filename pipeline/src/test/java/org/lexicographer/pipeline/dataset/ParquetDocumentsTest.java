package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TemplateText;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TokenIds;
import org.lexicographer.pipeline.dataset.fields.FieldPath;
import org.lexicographer.pipeline.dataset.fields.TextTemplate;
import org.lexicographer.pipeline.source.SourceContent;
import org.lexicographer.pipeline.source.SourceOpener;
import org.lexicographer.pipeline.source.SourceUri;

/** The files are those of {@code parquet/README.md}. */
@Timeout(600)
class ParquetDocumentsTest {

    private static final DocumentContent TEXT = new TextField("text");

    private static byte[] file(String name) {
        try (InputStream file =
                ParquetDocumentsTest.class.getResourceAsStream("/parquet/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Documents open(byte[] file, DocumentContent content) {
        return new DocumentReader(uri -> new ByteArrayInputStream(file), 1 << 20)
                .open("s3://data/a.parquet", content);
    }

    private static List<DocumentEntry> entries(byte[] file, DocumentContent content) {
        List<DocumentEntry> entries = new ArrayList<>();
        try (Documents documents = open(file, content)) {
            Optional<DocumentEntry> entry = documents.next();
            while (entry.isPresent()) {
                entries.add(entry.get());
                entry = documents.next();
            }
        }
        return entries;
    }

    /** Texts, and of rows without one the reason. */
    private static List<String> texts(String name, DocumentContent content) {
        return entries(file(name), content).stream().map(ParquetDocumentsTest::text).toList();
    }

    private static String text(DocumentEntry entry) {
        return switch (entry) {
            case DocumentPart part -> part.text();
            case TokenizedDocument tokenized -> Arrays.toString(tokenized.tokens());
            case UnusableLine row -> row.reason();
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.parquet",
                "snappy-dictionary.parquet",
                "zstd-pages-v2.parquet",
                "gzip-delta.parquet",
                "lz4.parquet"
            })
    void eachRowIsADocumentHoweverTheFileIsEncoded(String name) {
        List<DocumentEntry> entries = entries(file(name), TEXT);

        assertThat(entries)
                .containsExactly(
                        new DocumentPart(0, 1, "one", true),
                        new UnusableLine(
                                1,
                                2,
                                "text field is not a text: expected=VALUE_STRING,"
                                        + " found=VALUE_NULL"),
                        new DocumentPart(2, 3, "", true),
                        new DocumentPart(3, 4, "two \u00fc", true),
                        new DocumentPart(4, 5, "three", true),
                        new DocumentPart(5, 6, "four", true),
                        new DocumentPart(6, 7, "five\nlines", true),
                        new DocumentPart(7, 8, "six", true));
    }

    @Test
    void aCodecThatIsNotReadIsNamed() {
        byte[] file = file("brotli.parquet");

        assertThatThrownBy(() -> entries(file, TEXT))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining("compression not read")
                .hasMessageContaining("found=BROTLI");
    }

    @Test
    void bytesThatAreNoTextMakeARowUnusable() {
        assertThat(texts("binary.parquet", TEXT))
                .containsExactly("one", "text is not UTF-8", "three");
    }

    @Test
    void aPathLeadsIntoStructsAndThroughLists() {
        assertThat(texts("nested.parquet", new TextField("conversation.content")))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("hello\nhi"),
                        it -> assertThat(it).isEmpty(),
                        it -> assertThat(it).contains("missing"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).isEqualTo("bye"));
        assertThat(texts("nested.parquet", new TextField("meta.tags")))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("x\ny"),
                        it -> assertThat(it).contains("documents.chat=conversation"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).isEmpty(),
                        it -> assertThat(it).isEqualTo("z"));
        assertThat(texts("nested.parquet", new TextField("sentences")))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("one\ntwo"),
                        it -> assertThat(it).isEqualTo("three"),
                        it -> assertThat(it).isEmpty(),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).contains("not a text"));
    }

    @Test
    void aTemplateTakesSeveralColumns() {
        assertThat(
                        texts(
                                "nested.parquet",
                                new TemplateText(new TextTemplate("{question}={score}"))))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("q0=0"),
                        it -> assertThat(it).isEqualTo("q1=1"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).isEqualTo("q4=4"));
    }

    @Test
    void aTemplateTakesSingleValuesOfAllKinds() {
        String all = "{text} {int} {long} {float} {double} {truth}";

        assertThat(texts("kinds.parquet", new TemplateText(new TextTemplate(all))))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("a 1 1099511627776 0.5 0.25 true"),
                        it -> assertThat(it).contains("not a text").contains("int with"),
                        it -> assertThat(it).contains("not a text").contains("text with"));
        assertThat(texts("kinds.parquet", new TemplateText(new TextTemplate("{int} {double}"))))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("1 0.25"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).isEqualTo("-3 -2.0"));
    }

    @Test
    void aTemplateTakesNoPairs() {
        assertThat(texts("dots.parquet", new TemplateText(new TextTemplate("{other} {pairs}"))))
                .allSatisfy(it -> assertThat(it).contains("not a text"))
                .hasSize(3);
    }

    @Test
    void aColumnMayHaveADotInItsName() {
        assertThat(texts("dots.parquet", new TextField("a.b")))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("one"),
                        it -> assertThat(it).contains("not a text"),
                        it -> assertThat(it).isEqualTo("three"));
        assertThat(texts("dots.parquet", new TextField("a.tags"))).containsExactly("x", "", "y\nz");
    }

    @Test
    void aRowThatIsTooLongIsUnusable() {
        assertThat(texts("long.parquet", TEXT))
                .containsExactly("short", "row too long: maxBytes=16777216", "after");
        assertThat(texts("long.parquet", new TokenIds(new FieldPath("input_ids"), 9)))
                .containsExactly("[1]", "row too long: maxBytes=16777216", "[2, 3]");
    }

    @Test
    void aLongListOfTokensComesInParts() {
        List<DocumentEntry> entries =
                entries(file("long.parquet"), new TokenIds(new FieldPath("long_ids"), 9));

        assertThat(entries)
                .map(TokenizedDocument.class::cast)
                .extracting(it -> it.document(), it -> it.tokens().length, it -> it.last())
                .containsExactly(
                        tuple(0L, 1, true),
                        tuple(1L, 1 << 18, false),
                        tuple(1L, 2, true),
                        tuple(2L, 2, true));
    }

    @Test
    void aRowGroupOfListsThatIsTooLargeIsNotHeld() {
        byte[] file = file("large-group.parquet");

        assertThatThrownBy(() -> entries(file, new TokenIds(new FieldPath("input_ids"), 9)))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining(
                        "row group with lists or structs too large: most=268435456 bytes");
    }

    @Test
    void tokenIdsStandInPlaceOfTexts() {
        assertThat(texts("tokens.parquet", new TokenIds(new FieldPath("input_ids"), 99)))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("[1, 2, 3]"),
                        it -> assertThat(it).isEqualTo("[]"),
                        it -> assertThat(it).contains("not a list"),
                        it -> assertThat(it).contains("found=99 at index 1"),
                        it -> assertThat(it).contains("found=-1 at index 0"),
                        it -> assertThat(it).isEqualTo("[5, 6]"));
        assertThat(texts("tokens.parquet", new TokenIds(new FieldPath("long_ids"), 99)))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("[1, 2]"),
                        it -> assertThat(it).contains("found=1099511627776 at index 0"),
                        it -> assertThat(it).isEqualTo("[3]"),
                        it -> assertThat(it).isEqualTo("[4]"),
                        it -> assertThat(it).contains("found=null at index 1"),
                        it -> assertThat(it).isEqualTo("[6]"));
    }

    @ParameterizedTest
    @CsvSource({
        "body, 'column missing: expected=body, found=[id, text]'",
        "text.body, column missing: expected=text.body"
    })
    void aColumnThatIsNotThereIsNamed(String path, String rule) {
        byte[] file = file("plain.parquet");

        assertThatThrownBy(() -> open(file, new TextField(path)))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void whatIsNoTableIsRefused() {
        byte[] whole = file("plain.parquet");
        for (byte[] broken :
                List.of(
                        new byte[0],
                        new byte[9],
                        "no table, however long it is".getBytes(UTF_8),
                        Arrays.copyOf(whole, whole.length - 3),
                        Arrays.copyOfRange(whole, 100, whole.length))) {
            assertThatThrownBy(() -> entries(broken, TEXT))
                    .isInstanceOf(UnreadableDocumentsException.class);
        }
    }

    /** The library would allocate what is written there. */
    @Test
    void aLengthInTheMetadataBeyondItsEndIsRefused() {
        byte[] file = file("plain.parquet");
        int name = new String(file, ISO_8859_1).lastIndexOf("\6schema");
        System.arraycopy(new byte[] {-1, -1, -1, -1, 7}, 0, file, name, 5);

        assertThatThrownBy(() -> entries(file, TEXT))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining("length in the metadata beyond its end: found=2147483647");
    }

    /** The library makes room for whatever a page's header says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decoded-page.parquet|decoded bytes, most=268435456, found=2147483647",
                "stored-page.parquet|stored bytes, most=198, found=2147483647",
                "values-page.parquet|values, most=16777216, found=2147483647"
            })
    void aSizeInAPagesHeaderBeyondWhatMayBeIsRefused(String name, String found) {
        assertThat(texts("honest-page.parquet", TEXT)).hasSize(3);

        assertThatThrownBy(() -> entries(file(name), TEXT))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining(
                        "size in a page's header beyond what may be: " + found + ", offset=4")
                .hasMessageContaining("column=text");
    }

    @Test
    void aDamagedPagesHeaderIsRefused() {
        byte[] file = file("honest-page.parquet");
        file[7] = 0x7f;

        assertThatThrownBy(() -> entries(file, TEXT))
                .isInstanceOf(UnreadableDocumentsException.class);
    }

    @Test
    void metadataLongerThanTheFileIsRefused() {
        byte[] file = file("plain.parquet");
        System.arraycopy(new byte[] {-1, -1, -1, 127}, 0, file, file.length - 8, 4);

        assertThatThrownBy(() -> entries(file, TEXT))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining("metadata longer than the file: found=2147483647 bytes");
    }

    /** The library says then that there are no more rows. */
    @ParameterizedTest
    @CsvSource({"pages.parquet, text", "nested.parquet, sentences"})
    void aStopIsNoFaultOfTheFile(String name, String column) {
        byte[] file = file(name);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> entries(file, new TextField(column)))
                    .isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /**
     * A checksum that does not match: the row group of the page is lost, and those before it not.
     */
    @Test
    void aFileIsGoodUpToTheRowGroupWithAFault() {
        byte[] file = file("pages.parquet");
        int at = new String(file, ISO_8859_1).indexOf("row 250");
        file[at + 10] ^= 1;

        for (int attempt = 0; attempt < 3; attempt++) {
            List<DocumentEntry> read = new ArrayList<>();
            try (Documents documents = open(file, TEXT)) {
                assertThatThrownBy(
                                () -> {
                                    while (true) {
                                        read.add(documents.next().orElseThrow());
                                    }
                                })
                        .isInstanceOf(UnreadableDocumentsException.class)
                        .satisfies(
                                e ->
                                        assertThat(((UnreadableDocumentsException) e).line())
                                                .hasValue(201L));
            }
            assertThat(read).hasSize(200);
        }
    }

    @Test
    void anOutageIsThrownAsWhatItIs() {
        IllegalStateException away = new IllegalStateException("away");
        byte[] file = file("plain.parquet");
        SourceOpener opener = new Failing(file, away);

        assertThatThrownBy(
                        () -> {
                            try (Documents documents =
                                    new DocumentReader(opener, 1 << 20)
                                            .open("s3://data/a.parquet", TEXT)) {
                                documents.next();
                            }
                        })
                .isSameAs(away);
    }

    @Test
    void aTableBeyondTheLimitIsRefused() {
        byte[] file = file("pages.parquet");
        DocumentReader reader =
                new DocumentReader(uri -> new ByteArrayInputStream(file), 1 << 20, 1000);

        try (Documents documents = reader.open("s3://data/a.parquet", TEXT)) {
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    documents.next();
                                }
                            })
                    .isInstanceOf(UnreadableDocumentsException.class)
                    .hasMessageContaining("content too large: most=1000 bytes");
        }
    }

    /** Can read the end of a file, and nothing before it. */
    private record Failing(byte[] file, RuntimeException failure) implements SourceOpener {

        @Override
        public InputStream open(SourceUri uri) {
            throw failure;
        }

        @Override
        public SourceContent openAt(SourceUri uri) {
            return new SourceContent() {
                @Override
                public long length() {
                    return file.length;
                }

                @Override
                public ByteBuffer read(long offset, int length) {
                    if (offset < 100) {
                        throw failure;
                    }
                    return ByteBuffer.wrap(
                            Arrays.copyOfRange(file, (int) offset, (int) offset + length));
                }

                @Override
                public void close() {
                    // Nothing is held.
                }
            };
        }
    }
}
