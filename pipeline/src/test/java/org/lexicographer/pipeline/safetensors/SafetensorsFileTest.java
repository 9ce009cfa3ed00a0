package org.lexicographer.pipeline.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    @TempDir Path folder;

    private static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(UTF_8), dataBytes);
    }

    private static byte[] file(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                .order(LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static void assertRejected(byte[] bytes, String message) {
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.read(bytes))
                .withMessageContaining(message);
    }

    @Test
    void readsAMappedFileAndUnmapsIt() throws IOException {
        // Given
        Path path = folder.resolve("x.safetensors");
        Files.write(
                path, file("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2));

        // When
        SafetensorsFile tensors = SafetensorsFile.open(path);
        long[] values = tensors.longs("a");
        ByteBuffer view = tensors.bytes("a");
        tensors.close();
        tensors.close();

        // Then
        assertThat(values).containsExactly(0, 0);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(view::get);
    }

    @Test
    void namesTheFileThatIsMalformedOrMissing() throws IOException {
        // Given
        Path path = folder.resolve("broken.safetensors");
        Files.write(path, new byte[3]);

        // When, Then
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.open(path))
                .withMessageContaining("file too short for a header: bytes=3")
                .withMessageContaining("broken.safetensors");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> SafetensorsFile.open(folder.resolve("absent.safetensors")));
    }

    @Test
    void readsScalarsEmptyTensorsAndPaddedHeaders() {
        // Given
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]}}   ";

        // When
        SafetensorsFile tensors = SafetensorsFile.read(file(header, 4));

        // Then
        assertThat(tensors.names()).containsExactly("empty", "scalar");
        assertThat(tensors.floats("scalar")).containsExactly(0f);
        assertThat(tensors.floats("empty")).isEmpty();
        assertThat(tensors.metadata()).containsEntry("format", "pt");
    }

    @Test
    void takesNullForMetadataThatIsAbsent() {
        String tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}";

        for (String metadata : new String[] {"null", "{\"format\":null}", "{}"}) {
            SafetensorsFile tensors =
                    SafetensorsFile.read(
                            file("{\"__metadata__\":%s,%s".formatted(metadata, tensor), 2));
            assertThat(tensors.names()).containsExactly("a");
            assertThat(tensors.metadata()).isEmpty();
        }
    }

    @Test
    void namesAMissingTensorAndAWrongType() {
        // Given
        SafetensorsFile tensors =
                SafetensorsFile.read(
                        file("{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1));

        // When, Then
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> tensors.entry("b"))
                .withMessage("no such tensor: tensor=b");
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> tensors.floats("a"))
                .withMessageContaining("found=I8, tensor=a");
    }

    @Test
    void rejectsAHeaderLengthBeyondTheFileOrTheLimit() {
        // Given
        byte[] beyond = file("{}", 0);
        beyond[0] = 3;
        byte[] huge = file("{}", 0);
        huge[3] = 0x7f;
        byte[] negative = file("{}", 0);
        negative[7] = (byte) 0x80;

        // When, Then
        assertRejected(beyond, "header reaches beyond the file: header bytes=3, file bytes=10");
        assertRejected(huge, "header length out of range: limit=100000000");
        assertRejected(negative, "header length out of range");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[0,4] | [4,9] | 9 | tensor length does not match its shape: expected=4, found=5",
                "[0,4] | [2,6] | 6 | tensors overlap: expected offset=4, found=2, tensor=b",
                "[0,4] | [0,4] | 4 | tensors overlap: expected offset=4, found=0, tensor=b",
                "[0,4] | [5,9] | 9 | tensors leave a gap: expected offset=4, found=5, tensor=b",
                "[1,5] | [5,9] | 9 | tensors leave a gap: expected offset=0, found=1, tensor=a",
                "[0,4] | [4,8] | 7 | expected data bytes=8, found=7",
                "[0,4] | [4,8] | 9 | expected data bytes=8, found=9",
                "[0,4] | [8,4] | 8 | data_offsets are not a start and an end: found=[8, 4]",
                "[0,4] | [-4,0] | 8 | data_offsets are not a start and an end",
                "[0,4] | [4] | 8 | data_offsets are not a start and an end",
                "[0,4] | [4,8,12] | 8 | data_offsets are not a start and an end",
                "[0,4] | [4,8.0] | 8 | found=VALUE_NUMBER_FLOAT, at=b.data_offsets",
                "[0,4] | [4,99999999999999999999] | 8 | number out of range in header",
                "[0,4] | `8` | 8 | expected=START_ARRAY, found=VALUE_NUMBER_INT",
            })
    void rejectsTensorsThatDoNotFillTheFile(String a, String b, int dataBytes, String message) {
        // Given
        String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}";
        String header = "{\"a\":" + entry.formatted(a) + ",\"b\":" + entry.formatted(b) + "}";

        // When, Then
        assertRejected(file(header, dataBytes), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[-1] | negative dimension: tensor=a, shape=[-1]",
                "[4611686018427387904,4] | tensor size overflows: tensor=a",
                "[4611686018427387904,4,0] | tensor size overflows: tensor=a",
                "[18446744073709551616] | number out of range in header: at=a.shape",
                "[2] | tensor length does not match its shape: expected=8, found=4",
                "[[1]] | found=START_ARRAY, at=a.shape",
                "[\"1\"] | found=VALUE_STRING, at=a.shape",
                "[1.5] | found=VALUE_NUMBER_FLOAT, at=a.shape",
                "null | found=VALUE_NULL, at=a.shape",
            })
    void rejectsAShapeThatIsNone(String shape, String message) {
        // Given
        String header =
                "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,4]}}".formatted(shape);

        // When, Then
        assertRejected(file(header, 4), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | expected=START_OBJECT, found=START_ARRAY, at=the header",
                "3 | found=VALUE_NUMBER_INT, at=the header",
                "`` | expected=START_OBJECT, found=null",
                "{\"a\":3} | found=VALUE_NUMBER_INT, at=a",
                "{\"a\":{\"dtype\":\"F32\"}} | header entry incomplete",
                "{\"a\":{\"dtype\":\"F31\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype: found=F31",
                "{\"a\":{\"dtype\":7,\"shape\":[],\"data_offsets\":[0,4]}} | at=a.dtype",
                "{\"a\":{\"colour\":7}} | unknown key in header: key=colour, tensor=a",
                "{\"__metadata__\":{\"x\":1}} | found=VALUE_NUMBER_INT, at=__metadata__.x",
                "{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}} | Duplicate field 'x'",
                "{} {} | header has text after its end",
                "{\"a\": | header is not valid JSON",
            })
    void rejectsAHeaderOfAnotherForm(String header, String message) {
        assertRejected(file(header, 0), message);
    }

    @Test
    void rejectsTheSameNameTwice() {
        // Given
        String entry = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";

        // When, Then
        assertRejected(file("{\"a\":" + entry + ",\"a\":" + entry + "}", 0), "Duplicate field 'a'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":[", "{\"a\":{\"shape\":["})
    void rejectsDeepNestingWithoutFollowingIt(String nesting) {
        assertRejected(file(nesting.repeat(1_000_000), 0), "header has the wrong form");
    }

    @Test
    void rejectsTextThatIsNotUtf8() {
        // Given
        byte[] header = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};

        // When, Then
        assertRejected(file(header, 0), "header is not valid JSON");
    }

    @Test
    void rejectsMoreDimensionsThanAnyTensorHas() {
        // Given
        String shape = "[" + "1,".repeat(65) + "1" + "]";

        // When, Then
        assertRejected(
                file("{\"a\":{\"dtype\":\"U8\",\"shape\":" + shape + "}}", 1),
                "too many numbers in header: at=a.shape");
    }
}
