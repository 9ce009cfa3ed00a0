package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;
import org.lexicographer.pipeline.dataset.fields.Fields;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

class DocumentReaderTest {

    private static final long ALL_WINDOWS = 1L << 31;

    private final Map<String, byte[]> store = new HashMap<>();
    private final DocumentReader reader = new DocumentReader(this::open, ALL_WINDOWS);

    private InputStream open(SourceUri uri) throws IOException {
        byte[] content = store.get(((StoredObject) uri).key());
        if (content == null) {
            throw new IOException("no such file: uri=" + uri);
        }
        return new ByteArrayInputStream(content);
    }

    @Test
    void readsTheTextFieldOfEachLineThatIsNotBlank() {
        String lines =
                "{\"text\": \"one\"}\n\n"
                        + "  \r\n"
                        + "{\"meta\": {\"text\": [1]}, \"text\": \"two \\u00fc\"}\r\n"
                        + "{\"text\": \"\"}\n"
                        + "{\"text\": \"no line feed\"}";

        List<DocumentEntry> entries = read("a.jsonl", lines.getBytes(UTF_8));

        assertThat(entries)
                .containsExactly(
                        new DocumentPart(0, 1, "one", true),
                        new DocumentPart(1, 4, "two ü", true),
                        new DocumentPart(2, 5, "", true),
                        new DocumentPart(3, 6, "no line feed", true));
    }

    @Test
    void readsAnotherFieldWhenTheRunSaysSo() {
        store.put("a.jsonl", "{\"text\": 1, \"content\": \"c\"}".getBytes(UTF_8));

        assertThat(entries(reader.open("s3://data/a.jsonl", new TextField("content"))))
                .containsExactly(new DocumentPart(0, 1, "c", true));
    }

    @Test
    void readsAllMembersOfGzipFilesAndAllFramesOfZstdFiles() {
        byte[] first = TestFiles.jsonLines("one", "two");
        byte[] second = TestFiles.jsonLines("three");
        byte[] gzip = TestFiles.join(TestFiles.gzip(first), TestFiles.gzip(second));
        byte[] zstd = TestFiles.join(TestFiles.zstd(first), TestFiles.zstd(second));

        assertThat(read("a.jsonl.gz", gzip)).hasSize(3).isEqualTo(read("b.jsonl.zst", zstd));
        assertThat(read("c.txt.gz", gzip)).isEqualTo(read("d.txt", TestFiles.join(first, second)));
    }

    @Test
    void readsLargeCompressedFiles() {
        byte[] text = TestFiles.join(randomLetters(400_000), "x".repeat(900_000).getBytes(UTF_8));

        assertThat(read("a.txt.gz", TestFiles.gzip(text)))
                .isEqualTo(read("a.txt.zst", TestFiles.zstd(text)))
                .isEqualTo(read("a.txt", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void handsOutEverythingBeforeABreak(String ending) {
        byte[] lines = TestFiles.jsonLines("one", "two");
        byte[] whole = ending.equals("gz") ? TestFiles.gzip(lines) : TestFiles.zstd(lines);
        store.put("a.jsonl." + ending, TestFiles.join(whole, TestFiles.cut(whole, 25)));

        Documents documents = reader.open("s3://data/a.jsonl." + ending, new TextField("text"));

        assertThat(documents.next()).contains(new DocumentPart(0, 1, "one", true));
        assertThat(documents.next()).contains(new DocumentPart(1, 2, "two", true));
        assertThatExceptionOfType(UnreadableDocumentsException.class)
                .isThrownBy(documents::next)
                .withMessageContaining("content not readable")
                .satisfies(e -> assertThat(e.line()).contains(3L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void refusesWhatFollowsACompressedFile(String ending) {
        byte[] lines = TestFiles.jsonLines("one");
        byte[] whole = ending.equals("gz") ? TestFiles.gzip(lines) : TestFiles.zstd(lines);
        store.put("a.jsonl." + ending, TestFiles.join(whole, "garbage".getBytes(UTF_8)));

        Documents documents = reader.open("s3://data/a.jsonl." + ending, new TextField("text"));

        assertThat(documents.next()).contains(new DocumentPart(0, 1, "one", true));
        assertThatThrownBy(documents::next).isInstanceOf(UnreadableDocumentsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void takesNoCutFileForAWholeOne(String ending) {
        byte[] text = randomLetters(300_000);
        byte[] whole = ending.equals("gz") ? TestFiles.gzip(text) : TestFiles.zstd(text);
        for (int cut : new int[] {1, 4, 100, 100_000, whole.length - 20}) {
            store.put("a.txt." + ending, TestFiles.join(whole, TestFiles.cut(whole, cut)));

            assertThatThrownBy(
                            () ->
                                    entries(
                                            reader.open(
                                                    "s3://data/a.txt." + ending,
                                                    new TextField("text"))))
                    .as("cut=%d", cut)
                    .isInstanceOf(UnreadableDocumentsException.class)
                    .hasMessageContaining("cut off");
        }
    }

    private static byte[] randomLetters(int length) {
        byte[] letters = new byte[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return letters;
    }

    @Test
    void refusesAGzipMemberWithAWrongChecksum() {
        byte[] gzip = TestFiles.gzip(TestFiles.jsonLines("one"));
        gzip[gzip.length - 8] ^= 1;
        store.put("a.jsonl.gz", gzip);

        Documents documents = reader.open("s3://data/a.jsonl.gz", new TextField("text"));

        documents.next();
        assertThatThrownBy(documents::next).hasMessageContaining("gzip member checksum mismatch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "not json~line is not JSON: column=1, reason=Unrecognized token",
                "[\"text\"]~line is not a JSON object: expected=START_OBJECT, found=START_ARRAY",
                "{\"body\": \"b\"}~text field missing: expected=text, found=[body]",
                "{\"text\": null}~text field is not a text: expected=VALUE_STRING,"
                        + " found=VALUE_NULL",
                "{\"text\": \"a\"} {}~line continues after its JSON object",
                "{\"text\": \"a\"~line is not JSON",
                "{\"text\": \"\\ud83d x\"}~text holds half a surrogate pair: found=d83d at position"
                        + " 0",
                "{\"text\": \"x \\ude42\"}~text holds half a surrogate pair: found=de42 at position"
                        + " 2",
            })
    void namesWhatIsWrongWithALineAndGoesOn(String line, String reason) {
        String lines = "\n%s\n{\"text\": \"good\"}\n".formatted(line);

        List<DocumentEntry> entries = read("a.jsonl", lines.getBytes(UTF_8));

        assertThat(entries).hasSize(2).last().isEqualTo(new DocumentPart(1, 3, "good", true));
        UnusableLine unusable = (UnusableLine) entries.getFirst();
        assertThat(unusable.line()).isEqualTo(2);
        assertThat(unusable.document()).isZero();
        assertThat(unusable.reason()).startsWith(reason);
    }

    /** Each is sound JSON, but for a limit of the reader's that Jackson puts without a place. */
    @ParameterizedTest
    @MethodSource("linesBeyondALimit")
    void namesTheLineThatIsBeyondALimitAndUsesTheOthers(String line, String found, String limit) {
        String good = "{\"text\": \"good\"}\n".repeat(40);

        List<DocumentEntry> entries = read("a.jsonl", (good + line + "\n" + good).getBytes(UTF_8));

        assertThat(entries).hasSize(81);
        assertThat(entries).filteredOn(DocumentPart.class::isInstance).hasSize(80);
        assertThat(entries)
                .filteredOn(UnusableLine.class::isInstance)
                .singleElement()
                .satisfies(
                        entry -> {
                            UnusableLine unusable = (UnusableLine) entry;
                            assertThat(unusable.line()).isEqualTo(41);
                            assertThat(unusable.reason())
                                    .startsWith("line is beyond a limit of the JSON reader")
                                    .contains(found, limit)
                                    .hasSizeLessThan(500);
                        });
    }

    static Stream<Arguments> linesBeyondALimit() {
        String text = ", \"text\": \"beyond\"}";
        return Stream.of(
                Arguments.of("{\"n\":" + "7".repeat(1001) + text, "1001", "1000"),
                Arguments.of("{\"n\":-0." + "7".repeat(1001) + text, "1", "1000"),
                Arguments.of(
                        "{\"n\":" + "[".repeat(1001) + "]".repeat(1001) + text, "1001", "1000"),
                Arguments.of(
                        "{\"n\":" + "{\"a\":".repeat(1001) + "1" + "}".repeat(1001) + text,
                        "1001",
                        "1000"),
                Arguments.of("{\"" + "k".repeat(50_001) + "\": 1" + text, "5000", "50000"));
    }

    @Test
    void boundsWhatItQuotesOfALine() {
        String names = "\"%s\": 1,".formatted("n".repeat(40_000));
        String lines =
                "{%s \"m\": 1}\n%s\n".formatted(names, "x".repeat(100_000))
                        + "{"
                        + names.replace("n", "o").repeat(2)
                        + "\"m\": 1}";

        List<DocumentEntry> entries = read("a.jsonl", lines.getBytes(UTF_8));

        assertThat(entries)
                .hasSize(3)
                .allSatisfy(e -> assertThat(((UnusableLine) e).reason()).hasSizeLessThan(700));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "null~line is not a JSON object: expected=START_OBJECT, found=VALUE_NULL",
                "7~line is not a JSON object",
                "\"text\"~line is not a JSON object",
                "{\"text\": 7}~text field is not a text: expected=VALUE_STRING,"
                        + " found=VALUE_NUMBER_INT",
                "{\"text\": {}}~text field is not a text",
                "{\"text\": [\"a\"]}~text field is not a text",
                "{\"text\": \"a~line is not JSON",
                "{\"text\": NaN}~line is not JSON",
                "{text: \"a\"}~line is not JSON",
                "{}~text field missing: expected=text, found=[]",
                "{\"text\": \"\\u12\"}~line is not JSON",
            })
    void setsASingleLineAside(String line, String reason) {
        List<DocumentEntry> entries = read("a.jsonl", line.getBytes(UTF_8));

        assertThat(entries)
                .singleElement()
                .satisfies(e -> assertThat(((UnusableLine) e).reason()).startsWith(reason));
    }

    @Test
    void takesTheLastOfSeveralFieldsOfOneNameAsMostReadersDo() {
        assertThat(read("a.jsonl", "{\"text\": \"a\", \"text\": \"b\"}".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, 1, "b", true));
    }

    @Test
    void keepsTheCharacterNul() {
        assertThat(read("a.jsonl", "{\"text\": \"a\\u0000b\"}".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, 1, "a\0b", true));
        assertThat(read("a.txt", "a\0b".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, 1, "a\0b", true));
        assertThat(read("b.jsonl", "{\"text\": \"a\0b\"}".getBytes(UTF_8)))
                .singleElement()
                .isInstanceOf(UnusableLine.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ufeff", "\n", "\ufeff\r\n \n"})
    void findsNoDocumentInAnEmptyFile(String content) {
        assertThat(read("a.jsonl", content.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.jsonl",
                "A.JSONL",
                "a.jsonl.gz",
                "A.JSONL.GZ",
                "a.jsonl.zst",
                "a.Jsonl.Zst"
            })
    void readsTheSameDocumentsHoweverTheFileIsNamedAndCompressed(String name) {
        byte[] lines = TestFiles.jsonLines("one", "two");
        String lower = name.toLowerCase(Locale.ROOT);
        byte[] file =
                lower.endsWith("gz")
                        ? TestFiles.gzip(lines)
                        : lower.endsWith("zst") ? TestFiles.zstd(lines) : lines;

        assertThat(read(name, file))
                .containsExactly(
                        new DocumentPart(0, 1, "one", true), new DocumentPart(1, 2, "two", true));
    }

    @Test
    void keepsSurrogatePairs() {
        byte[] line = "{\"text\": \"\\ud83d\\ude42\"}".getBytes(UTF_8);

        assertThat(read("a.jsonl", line)).containsExactly(new DocumentPart(0, 1, "🙂", true));
    }

    @Test
    void refusesALineThatIsNotUtf8() {
        byte[] lines = "{\"text\": \"ü\"}\n{\"text\": \"u\"}".getBytes(ISO_8859_1);

        assertThat(read("a.jsonl", lines))
                .containsExactly(
                        new UnusableLine(0, 1, "line is not UTF-8: column=11"),
                        new DocumentPart(1, 2, "u", true));
    }

    @Test
    void refusesALineThatIsTooLong() {
        int length = Fields.MOST_BYTES + 1;
        byte[] lines = ("x".repeat(length) + "\n{\"text\": \"u\"}").getBytes(UTF_8);

        assertThat(read("a.jsonl", lines))
                .containsExactly(
                        new UnusableLine(
                                0,
                                1,
                                "line too long: maxBytes=%d, found=%d"
                                        .formatted(length - 1, length)),
                        new DocumentPart(1, 2, "u", true));
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(read("a.jsonl", "\ufeff{\"text\": \"u\"}".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, 1, "u", true));
        assertThat(read("a.txt", "\ufeffu".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, 1, "u", true));
    }

    /** The mark is a file's; in a field the character is part of the text, however long that is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 21})
    void keepsTheCharacterOfTheMarkInAField(int length) {
        String text = "\ufeff" + "x".repeat(length);

        assertThat(read("a.jsonl", TestFiles.jsonLines(text)))
                .first()
                .extracting(part -> ((DocumentPart) part).text().charAt(0))
                .isEqualTo('\ufeff');
        assertThat(DocumentReader.parts(text).getFirst().text()).startsWith("\ufeff");
    }

    @ParameterizedTest
    @CsvSource({"jsonl, 7", "jsonl, 6", "txt, 7", "txt, 6"})
    void cutsALongDocumentBetweenLines(String ending, int lineLength) {
        // Given
        String text = ("ü".repeat(lineLength) + "\n").repeat(200_000);
        byte[] file = ending.equals("txt") ? text.getBytes(UTF_8) : TestFiles.jsonLines(text);

        // When
        List<DocumentPart> parts =
                read("a." + ending, file).stream().map(DocumentPart.class::cast).toList();

        // Then
        assertThat(parts).hasSizeGreaterThan(2).allMatch(part -> part.document() == 0);
        assertThat(parts)
                .extracting(DocumentPart::last)
                .endsWith(false, true)
                .containsOnlyOnce(true);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(p -> p.text().endsWith("\n"));
        assertThat(String.join("", parts.stream().map(DocumentPart::text).toList()))
                .isEqualTo(text);
    }

    @Test
    void cutsADocumentWithoutLinesBetweenCharacters() {
        String text = "x" + "ü🙂".repeat(400_000);

        List<DocumentEntry> entries = read("a.txt", text.getBytes(UTF_8));

        StringBuilder joined = new StringBuilder();
        entries.forEach(entry -> joined.append(((DocumentPart) entry).text()));
        assertThat(entries).hasSizeGreaterThan(2);
        assertThat(joined.toString()).isEqualTo(text);
    }

    @Test
    void namesTheLineOfATextThatIsNotUtf8() {
        byte[] text = "one\ntwo\nthr\u00fce\n".getBytes(ISO_8859_1);
        store.put("a.txt", text);

        Documents documents = reader.open("s3://data/a.txt", new TextField("text"));

        assertThatExceptionOfType(UnreadableDocumentsException.class)
                .isThrownBy(documents::next)
                .withMessage("text is not UTF-8")
                .satisfies(e -> assertThat(e.line()).contains(3L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "s3://data/none.txt; no such file",
                "s3:///a.txt; not an object address",
                "file:/a b.txt; not a file address",
                "http://data/a.txt; not an address",
                "s3://data/a.parquet.gz; format unknown",
                "s3://data/a.zip; format unknown"
            })
    void namesWhyAFileCannotBeOpened(String uri, String reason) {
        assertThatThrownBy(() -> reader.open(uri, new TextField("text")))
                .isInstanceOf(UnreadableDocumentsException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void takesAnOutageForNoFaultOfTheFile() {
        IllegalStateException outage = new IllegalStateException("away");
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() {
                        throw outage;
                    }
                };
        DocumentReader away = new DocumentReader(uri -> broken, ALL_WINDOWS);

        for (String ending : List.of("txt", "jsonl", "jsonl.zst")) {
            Documents documents = away.open("s3://data/a." + ending, new TextField("text"));
            assertThatThrownBy(documents::next).isSameAs(outage);
        }
        assertThatThrownBy(() -> away.open("s3://data/a.txt.gz", new TextField("text")))
                .isSameAs(outage);
    }

    private List<DocumentEntry> read(String name, byte[] content) {
        store.put(name, content);
        return entries(reader.open("s3://data/" + name, new TextField("text")));
    }

    private static List<DocumentEntry> entries(Documents documents) {
        List<DocumentEntry> entries = new ArrayList<>();
        try (documents) {
            Optional<DocumentEntry> entry = documents.next();
            while (entry.isPresent()) {
                entries.add(entry.get());
                entry = documents.next();
            }
        }
        return entries;
    }
}
