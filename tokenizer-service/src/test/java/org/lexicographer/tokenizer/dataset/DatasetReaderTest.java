package org.lexicographer.tokenizer.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.tokenizer.ShardFiles;

class DatasetReaderTest {

    private final InMemoryObjectStore store = new InMemoryObjectStore("data");
    private final DatasetReader reader = new DatasetReader(new ShardOpener(store, false));

    @Test
    void readsTheTextFieldOfEachLineThatIsNotBlank() {
        String lines =
                "{\"text\": \"one\"}\n\n  \r\n{\"meta\": {\"text\": [1]}, \"text\": \"two \\u00fc\"}\r\n"
                        + "{\"text\": \"\"}\n{\"text\": \"no line feed\"}";

        List<ShardEntry> entries = read("a.jsonl", lines.getBytes(UTF_8));

        assertThat(entries)
                .containsExactly(
                        new DocumentPart(0, "one", true),
                        new DocumentPart(1, "two ü", true),
                        new DocumentPart(2, "", true),
                        new DocumentPart(3, "no line feed", true));
    }

    @Test
    void readsAnotherFieldWhenTheRunSaysSo() {
        store.put("a.jsonl", "{\"text\": 1, \"content\": \"c\"}".getBytes(UTF_8));

        assertThat(entries(reader.open("s3://data/a.jsonl", "content")))
                .containsExactly(new DocumentPart(0, "c", true));
    }

    @Test
    void readsAllMembersOfGzipFilesAndAllFramesOfZstdFiles() {
        byte[] first = ShardFiles.jsonLines("one", "two");
        byte[] second = ShardFiles.jsonLines("three");
        byte[] gzip = ShardFiles.join(ShardFiles.gzip(first), ShardFiles.gzip(second));
        byte[] zstd = ShardFiles.join(ShardFiles.zstd(first), ShardFiles.zstd(second));

        assertThat(read("a.jsonl.gz", gzip)).hasSize(3).isEqualTo(read("b.jsonl.zst", zstd));
        assertThat(read("c.txt.gz", gzip)).isEqualTo(read("d.txt", ShardFiles.join(first, second)));
    }

    @Test
    void readsLargeCompressedFiles() {
        byte[] text = ShardFiles.join(randomLetters(400_000), "x".repeat(900_000).getBytes(UTF_8));

        assertThat(read("a.txt.gz", ShardFiles.gzip(text)))
                .isEqualTo(read("a.txt.zst", ShardFiles.zstd(text)))
                .isEqualTo(read("a.txt", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void handsOutEverythingInFrontOfABreak(String ending) {
        byte[] lines = ShardFiles.jsonLines("one", "two");
        byte[] whole = ending.equals("gz") ? ShardFiles.gzip(lines) : ShardFiles.zstd(lines);
        store.put("a.jsonl." + ending, ShardFiles.join(whole, ShardFiles.cut(whole, 25)));

        ShardDocuments documents = reader.open("s3://data/a.jsonl." + ending, "text");

        assertThat(documents.next()).contains(new DocumentPart(0, "one", true));
        assertThat(documents.next()).contains(new DocumentPart(1, "two", true));
        assertThatExceptionOfType(UnreadableShardException.class)
                .isThrownBy(documents::next)
                .withMessageContaining("shard content not readable")
                .satisfies(e -> assertThat(e.line()).contains(3L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void refusesWhatFollowsACompressedFile(String ending) {
        byte[] lines = ShardFiles.jsonLines("one");
        byte[] whole = ending.equals("gz") ? ShardFiles.gzip(lines) : ShardFiles.zstd(lines);
        store.put("a.jsonl." + ending, ShardFiles.join(whole, "garbage".getBytes(UTF_8)));

        ShardDocuments documents = reader.open("s3://data/a.jsonl." + ending, "text");

        assertThat(documents.next()).contains(new DocumentPart(0, "one", true));
        assertThatThrownBy(documents::next).isInstanceOf(UnreadableShardException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void takesNoCutFileForAWholeOne(String ending) {
        byte[] text = randomLetters(300_000);
        byte[] whole = ending.equals("gz") ? ShardFiles.gzip(text) : ShardFiles.zstd(text);
        for (int cut : new int[] {1, 4, 100, 100_000, whole.length - 20}) {
            store.put("a.txt." + ending, ShardFiles.join(whole, ShardFiles.cut(whole, cut)));

            assertThatThrownBy(() -> entries(reader.open("s3://data/a.txt." + ending, "text")))
                    .as("cut=%d", cut)
                    .isInstanceOf(UnreadableShardException.class)
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
        byte[] gzip = ShardFiles.gzip(ShardFiles.jsonLines("one"));
        gzip[gzip.length - 8] ^= 1;
        store.put("a.jsonl.gz", gzip);

        ShardDocuments documents = reader.open("s3://data/a.jsonl.gz", "text");

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
                "{\"text\": null}~text field is not a text: expected=VALUE_STRING, found=VALUE_NULL",
                "{\"text\": \"a\"} {}~line goes on behind its JSON object",
                "{\"text\": \"a\"~line is not JSON",
                "{\"text\": \"\\ud83d x\"}~text holds half a surrogate pair: position=0, found=d83d",
                "{\"text\": \"x \\ude42\"}~text holds half a surrogate pair: position=2, found=de42",
            })
    void namesWhatIsWrongWithALineAndGoesOn(String line, String reason) {
        String lines = "\n%s\n{\"text\": \"good\"}\n".formatted(line);

        List<ShardEntry> entries = read("a.jsonl", lines.getBytes(UTF_8));

        assertThat(entries).hasSize(2).last().isEqualTo(new DocumentPart(1, "good", true));
        UnusableLine unusable = (UnusableLine) entries.getFirst();
        assertThat(unusable.line()).isEqualTo(2);
        assertThat(unusable.document()).isZero();
        assertThat(unusable.reason()).startsWith(reason);
    }

    @Test
    void keepsSurrogatePairs() {
        byte[] line = "{\"text\": \"\\ud83d\\ude42\"}".getBytes(UTF_8);

        assertThat(read("a.jsonl", line)).containsExactly(new DocumentPart(0, "🙂", true));
    }

    @Test
    void refusesALineThatIsNotUtf8() {
        byte[] lines = "{\"text\": \"ü\"}\n{\"text\": \"u\"}".getBytes(ISO_8859_1);

        assertThat(read("a.jsonl", lines))
                .containsExactly(
                        new UnusableLine(0, 1, "line is not UTF-8: column=11"),
                        new DocumentPart(1, "u", true));
    }

    @Test
    void refusesALineThatIsTooLong() {
        int length = JsonLinesDocuments.MAX_LINE_BYTES + 1;
        byte[] lines = ("x".repeat(length) + "\n{\"text\": \"u\"}").getBytes(UTF_8);

        assertThat(read("a.jsonl", lines))
                .containsExactly(
                        new UnusableLine(
                                0,
                                1,
                                "line too long: maxBytes=%d, found=%d"
                                        .formatted(length - 1, length)),
                        new DocumentPart(1, "u", true));
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(read("a.jsonl", "\ufeff{\"text\": \"u\"}".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, "u", true));
        assertThat(read("a.txt", "\ufeffu".getBytes(UTF_8)))
                .containsExactly(new DocumentPart(0, "u", true));
    }

    @ParameterizedTest
    @CsvSource({"jsonl, 7", "jsonl, 6", "txt, 7", "txt, 6"})
    void cutsALongDocumentBetweenLines(String ending, int lineLength) {
        // Given
        String text = ("ü".repeat(lineLength) + "\n").repeat(200_000);
        byte[] file = ending.equals("txt") ? text.getBytes(UTF_8) : ShardFiles.jsonLines(text);

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

        List<ShardEntry> entries = read("a.txt", text.getBytes(UTF_8));

        StringBuilder joined = new StringBuilder();
        entries.forEach(entry -> joined.append(((DocumentPart) entry).text()));
        assertThat(entries).hasSizeGreaterThan(2);
        assertThat(joined.toString()).isEqualTo(text);
    }

    @Test
    void namesTheLineOfATextThatIsNotUtf8() {
        byte[] text = "one\ntwo\nthr\u00fce\n".getBytes(ISO_8859_1);
        store.put("a.txt", text);

        ShardDocuments documents = reader.open("s3://data/a.txt", "text");

        assertThatExceptionOfType(UnreadableShardException.class)
                .isThrownBy(documents::next)
                .withMessage("text is not UTF-8")
                .satisfies(e -> assertThat(e.line()).contains(3L));
    }

    @Test
    void refusesLocalFilesUnlessTheyAreAllowed(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("a b.txt"), "local".getBytes(UTF_8));
        String uri = file.toUri().toString();
        DatasetReader local = new DatasetReader(new ShardOpener(store, true));

        assertThat(entries(local.open(uri, "text")))
                .containsExactly(new DocumentPart(0, "local", true));
        assertThatThrownBy(() -> reader.open(uri, "text"))
                .isInstanceOf(UnreadableShardException.class)
                .hasMessageContaining("local files are not allowed");
        assertThatThrownBy(() -> local.open("file:/no/such/file.txt", "text"))
                .isInstanceOf(UnreadableShardException.class)
                .hasMessageContaining("file not readable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "s3://data/none.txt; object not found",
                "s3://nowhere/none.txt; nowhere",
                "s3:///a.txt; not an object address",
                "s3://data/a.parquet; shard format unknown",
                "s3://data/a.zip; shard format unknown"
            })
    void namesWhyAShardCannotBeOpened(String uri, String reason) {
        assertThatThrownBy(() -> reader.open(uri, "text"))
                .isInstanceOf(UnreadableShardException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void takesAnOutageOfTheStoreForNoFaultOfTheShard() {
        RetryableObjectStoreException outage = new RetryableObjectStoreException("away", null);
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("broke off", outage);
                    }
                };

        assertThatThrownBy(() -> new PlainTextDocument(broken).next()).isSameAs(outage);
    }

    private List<ShardEntry> read(String name, byte[] content) {
        store.put(name, content);
        return entries(reader.open("s3://data/" + name, "text"));
    }

    private static List<ShardEntry> entries(ShardDocuments documents) {
        List<ShardEntry> entries = new ArrayList<>();
        try (documents) {
            Optional<ShardEntry> entry = documents.next();
            while (entry.isPresent()) {
                entries.add(entry.get());
                entry = documents.next();
            }
        }
        return entries;
    }
}
