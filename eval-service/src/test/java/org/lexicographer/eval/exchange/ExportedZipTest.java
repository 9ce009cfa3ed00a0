package org.lexicographer.eval.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.exchange.folder.FileContent;

class ExportedZipTest {

    private static final Map<String, FileContent> FILES =
            Map.of("b", out -> out.write(new byte[] {1, 2}), "a", out -> out.write(3));

    private static byte[] written(Map<String, FileContent> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ExportedZip zip = ExportedZip.of(files)) {
            zip.writeTo(bytes);
            assertThat(zip.size()).isEqualTo(bytes.size());
        }
        return bytes.toByteArray();
    }

    @Test
    void holdsTheFilesTheSameBytesEachTime() throws IOException {
        // When
        byte[] zip = written(FILES);

        // Then
        assertThat(ZippedFolder.of(zip).files())
                .containsEntry("a", new byte[] {3})
                .containsEntry("b", new byte[] {1, 2})
                .hasSize(2);
        assertThat(written(FILES)).isEqualTo(zip);
    }

    @Test
    void canBeWrittenOnlyOnce() throws IOException {
        try (ExportedZip zip = ExportedZip.of(FILES)) {
            zip.writeTo(new ByteArrayOutputStream());

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> zip.writeTo(new ByteArrayOutputStream()));
        }
    }

    @Test
    void aFullDiskIsNamed() {
        FileContent full =
                out -> {
                    throw new IOException("No space left on device");
                };

        assertThatExceptionOfType(NotWritableException.class)
                .isThrownBy(() -> ExportedZip.of(Map.of("a", full)))
                .withMessageContaining("No space left on device");
    }
}
