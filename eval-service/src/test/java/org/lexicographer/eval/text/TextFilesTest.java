package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.languagemodel.tokenizer.RunChatTemplates;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.fields.DocumentContent.TextField;

class TextFilesTest {

    private static final int MAX_BYTES = 100;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("texts");
    private final TextFiles files = files(false);

    private TextFiles files(boolean localFilesAllowed) {
        return new TextFiles(
                new DocumentReader(
                        new SourceFiles(objects, localFilesAllowed), 1L << 31, MAX_BYTES),
                new RunChatTemplates(objects, HubSources.none()));
    }

    private static List<String> texts(List<Document> documents) {
        return documents.stream().map(it -> ((DocumentPart) it).text()).toList();
    }

    private void put(String key, String content) {
        objects.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPlainTextIsOneDocument() {
        // Given
        put("a.txt", "one\n\ntwo");

        // When
        var documents = files.documents("s3://texts/a.txt", new TextField("text"));

        // Then
        assertThat(texts(documents)).containsExactly("one\n\ntwo");
    }

    @Test
    void everyLineIsADocument() {
        // Given
        put("a.jsonl", "{\"body\":\"one\"}\n\n{\"body\":\"two\",\"id\":2}\n");

        // When
        var documents = files.documents("s3://texts/a.jsonl", new TextField("body"));

        // Then
        assertThat(texts(documents)).containsExactly("one", "two");
    }

    @Test
    void namesTheLineThatCannotBeUsed() {
        // Given
        put("a.jsonl", "{\"text\":\"one\"}\n{\"text\":2}\n");

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.jsonl", new TextField("text")))
                .withMessage(
                        "uri: text field is not a text: expected=VALUE_STRING,"
                                + " found=VALUE_NUMBER_INT, line=2, uri=s3://texts/a.jsonl");
    }

    @Test
    void namesTheFileThatIsNotThere() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/b.txt", new TextField("text")))
                .withMessageContaining("key=b.txt");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://nowhere/b.txt", new TextField("text")))
                .withMessageContaining("nowhere");
    }

    @Test
    void doesNotReadHugeFiles() {
        // Given
        put("a.txt", "a".repeat(MAX_BYTES + 1));

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.txt", new TextField("text")))
                .withMessageContaining("content too large: most=100 bytes");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        // Given
        objects.put("a.txt", new byte[] {(byte) 0xc3, 0x28});

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.txt", new TextField("text")))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void localFilesMustBeAllowed(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.txt"), "one");
        TextFiles allowed = files(true);

        // When / Then
        assertThat(texts(allowed.documents(file.toUri().toString(), new TextField("text"))))
                .containsExactly("one");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents(file.toUri().toString(), new TextField("text")))
                .withMessageContaining("local files are not allowed");
    }

    @Test
    void aByteOrderMarkIsNoText() {
        put("marked.txt", "\ufeffone");
        put("plain.txt", "one");
        put("marked.jsonl", "\ufeff{\"text\":\"one\"}");

        assertThat(files.documents("s3://texts/marked.txt", new TextField("text")))
                .isEqualTo(files.documents("s3://texts/plain.txt", new TextField("text")))
                .isEqualTo(files.documents("s3://texts/marked.jsonl", new TextField("text")));
    }

    @Test
    void readsCompressedFilesAndNamesInCapitals() throws IOException {
        // Given
        String lines = "{\"text\":\"one\"}\n{\"text\":\"two\"}\n";
        put("A.JSONL", lines);
        objects.put("a.jsonl.gz", gzip(lines));

        // When / Then
        assertThat(texts(files.documents("s3://texts/A.JSONL", new TextField("text"))))
                .containsExactly("one", "two");
        assertThat(files.documents("s3://texts/a.jsonl.gz", new TextField("text")))
                .isEqualTo(files.documents("s3://texts/A.JSONL", new TextField("text")));
    }

    @Test
    void doesNotUnpackHugeFiles() throws IOException {
        objects.put("a.txt.gz", gzip("a".repeat(1_000_000)));

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.txt.gz", new TextField("text")))
                .withMessageContaining("content too large: most=100 bytes");
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return file.toByteArray();
    }
}
