package org.lexicographer.eval.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.evaluator.UnusableInputException;

class UploadedFolderTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final byte[] BYTES = {1, 2, 3};

    /** A device that takes nothing. */
    private static final Path FULL = Path.of("/dev/full");

    private static UploadedFolder unpack(Map<String, byte[]> files) {
        return unpack(new ZippedFolder(files).zip());
    }

    private static UploadedFolder unpack(byte[] zip) {
        return UploadedFolder.unpack(new ByteArrayInputStream(zip), MAX_BYTES);
    }

    @Test
    void findsTheOneDictionaryAtAnyDepthAndIsGoneWhenClosed() throws IOException {
        // Given the layout of the released dictionaries
        String folder = "dictionaries/mlp_out_layer0/10_32768/";
        Map<String, byte[]> files =
                Map.of(
                        folder + "ae.pt",
                        BYTES,
                        folder + "config.json",
                        BYTES,
                        folder + "checkpoints/ae_1000.pt",
                        BYTES,
                        "dictionaries/config.json",
                        new byte[] {9});

        // When
        Path path;
        try (UploadedFolder unpacked = unpack(files)) {
            path = unpacked.path();

            // Then
            assertThat(unpacked.format(Optional.empty()))
                    .isEqualTo(FolderFormat.DICTIONARY_LEARNING);
            assertThat(Files.readAllBytes(path.resolve("config.json"))).isEqualTo(BYTES);
            assertThat(unpacked.file("sparsity.safetensors")).isEmpty();
        }
        assertThat(path).doesNotExist();
        assertThat(path.getParent()).doesNotExist();
    }

    @Test
    void writesNowhereElse() {
        for (String name :
                new String[] {"../ae.pt", "a/../../ae.pt", "/ae.pt", "C:\\ae.pt", "a\\..\\ae.pt"}) {
            assertUnusable(
                    Map.of(name, BYTES),
                    "zip entry leads out of its folder: entry=" + name.replace('\\', '/'));
        }
    }

    @Test
    void refusesWhatIsNotOneDictionary() {
        assertUnusable(Map.of("ae.pt", BYTES, "other/ae.pt", BYTES), "found=[");
        assertUnusable(Map.of("readme.txt", BYTES), "found=[]");
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> unpack("no zip at all".getBytes(StandardCharsets.UTF_8)))
                .withMessageStartingWith("zip not readable");
    }

    @Test
    void refusesAFormatThatTheFilesDoNotHave() {
        try (UploadedFolder unpacked = unpack(Map.of("ae.pt", BYTES))) {
            assertThatExceptionOfType(UnusableInputException.class)
                    .isThrownBy(() -> unpacked.format(Optional.of(FolderFormat.SPARSIFY)))
                    .withMessage(
                            "file missing: expected=sae.safetensors, found=[ae.pt], format=sparsify");
        }
    }

    @Test
    void refusesAZipThatWasCut() {
        byte[] zip = new ZippedFolder(Map.of("ae.pt", new byte[1000])).zip();

        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> unpack(Arrays.copyOf(zip, 45)))
                .withMessageStartingWith("zip not readable");
    }

    @Test
    void unpacksNoMoreThanItMay() {
        assertTooLarge(Map.of("ae.pt", new byte[(int) MAX_BYTES + 1]), "zip unpacks to too much");
        assertTooLarge(Map.of("notes", new byte[(int) MAX_BYTES + 1]), "zip unpacks to too much");
        assertTooLarge(
                Map.of("ae.pt", BYTES, "config.json", new byte[(int) MAX_BYTES]),
                "zip unpacks to too much");
        Map<String, byte[]> many = new HashMap<>();
        for (int i = 0; i <= 1000; i++) {
            many.put("notes-" + i, new byte[0]);
        }
        assertTooLarge(many, "too many files in the zip: most=1000");
    }

    private static void assertUnusable(Map<String, byte[]> files, String reason) {
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> unpack(files))
                .withMessageContaining(reason);
    }

    private static void assertTooLarge(Map<String, byte[]> files, String reason) {
        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> unpack(files))
                .withMessageContaining(reason);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsNamed() {
        assertThatExceptionOfType(NotWritableException.class)
                .isThrownBy(
                        () -> UploadedFolder.copy(new ByteArrayInputStream(BYTES), FULL, MAX_BYTES))
                .withMessageContaining("No space left on device")
                .withMessageContaining("file=/dev/full");
    }
}
