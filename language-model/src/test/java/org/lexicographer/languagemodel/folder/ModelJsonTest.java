package org.lexicographer.languagemodel.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelJsonTest {

    private static final String NAME = "config.json";

    @TempDir Path folder;

    private void assertRefused(String reason) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> ModelJson.read(new ModelFiles.Local(folder), NAME))
                .withMessageContaining(reason)
                .withMessageContaining("file=" + folder.resolve(NAME));
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("cut off", bytes("{\"a\": 1")),
                Arguments.of("a key twice", bytes("{\"a\": 1, \"a\": 2}")),
                Arguments.of("text after its end", bytes("{} {}")),
                Arguments.of("no object", bytes("[]")),
                Arguments.of("empty", new byte[0]),
                Arguments.of(
                        "a number of 1001 digits",
                        bytes("{\"a\": %s}".formatted("1".repeat(1001)))),
                Arguments.of(
                        "1001 brackets",
                        bytes("{\"a\": %s%s}".formatted("[".repeat(1001), "]".repeat(1001)))),
                Arguments.of("a very long key", bytes("{\"%s\": 1}".formatted("k".repeat(60_000)))),
                Arguments.of(
                        "a very long text",
                        bytes("{\"a\": \"%s\"}".formatted("t".repeat(21_000_000)))),
                Arguments.of("no UTF-8", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
                Arguments.of("broken UTF-32", new byte[] {0, 0, (byte) 0xff, (byte) 0xfe, 1, 2}),
                Arguments.of("zeros", new byte[100]));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whateverIsWrongIsFinalAndNamesTheFile(String name, byte[] content) throws IOException {
        // Given
        Files.write(folder.resolve(NAME), content);

        // Then
        assertRefused("model file is not ");
    }

    @Test
    void aFileThatIsMissingSaysNothing() {
        assertThat(ModelJson.read(new ModelFiles.Local(folder), NAME).isMissingNode()).isTrue();
    }

    @Test
    void aFolderInPlaceOfTheFileIsRefused() throws IOException {
        // Given
        Files.createDirectory(folder.resolve(NAME));

        // Then
        assertRefused("model file not readable: reason=");
    }

    @Test
    void aFileTooLargeIsNotRead() throws IOException {
        // Given
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve(NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            file.position(ModelFiles.MAX_BYTES).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }

        // Then
        assertRefused("model file too large: most=100000000 bytes, found=100000001");
    }

    @ParameterizedTest
    @MethodSource("notTokens")
    void aTokenIdIsAnIntegerOf32Bits(String value) throws IOException {
        // Given
        Files.writeString(folder.resolve(NAME), "{\"id\": " + value + "}");
        var json = ModelJson.read(new ModelFiles.Local(folder), NAME);

        // Then
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> ModelJson.tokenId(json.path("id"), "eos_token_id"))
                .withMessageContaining("not a token id")
                .withMessageContaining("key=eos_token_id");
    }

    static Stream<String> notTokens() {
        return Stream.of("4294967346", "1.5", "\"50\"", "true", "{}", "9".repeat(900));
    }
}
