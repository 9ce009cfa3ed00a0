package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;

class TextFilesTest {

    private static final int MAX_BYTES = 100;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("texts");
    private final TextFiles files = new TextFiles(objects, false, MAX_BYTES);

    private void put(String key, String content) {
        objects.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPlainTextIsOneDocument() {
        // Given
        put("a.txt", "one\n\ntwo");

        // When
        var documents = files.documents("s3://texts/a.txt", "text");

        // Then
        assertThat(documents).containsExactly("one\n\ntwo");
    }

    @Test
    void everyLineIsADocument() {
        // Given
        put("a.jsonl", "{\"body\":\"one\"}\n\n{\"body\":\"two\",\"id\":2}\n");

        // When
        var documents = files.documents("s3://texts/a.jsonl", "body");

        // Then
        assertThat(documents).containsExactly("one", "two");
    }

    @Test
    void namesTheLineThatCannotBeUsed() {
        // Given
        put("a.jsonl", "{\"text\":\"one\"}\n{\"text\":2}\n");

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.jsonl", "text"))
                .withMessage(
                        "uri: no text in the document: field=text, line=2, uri=s3://texts/a.jsonl");
    }

    @Test
    void namesTheFileThatIsNotThere() {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/b.txt", "text"))
                .withMessageContaining("key=b.txt");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://nowhere/b.txt", "text"))
                .withMessageContaining("nowhere");
    }

    @Test
    void doesNotReadHugeFiles() {
        // Given
        put("a.txt", "a".repeat(MAX_BYTES + 1));

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.txt", "text"))
                .withMessageContaining("file too large: most=100, found=101 bytes");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        // Given
        objects.put("a.txt", new byte[] {(byte) 0xc3, 0x28});

        // When / Then
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents("s3://texts/a.txt", "text"))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void localFilesMustBeAllowed(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.txt"), "one");
        TextFiles allowed = new TextFiles(objects, true, MAX_BYTES);

        // When / Then
        assertThat(allowed.documents(file.toUri().toString(), "text")).containsExactly("one");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> files.documents(file.toUri().toString(), "text"))
                .withMessageContaining("local files not allowed");
    }
}
