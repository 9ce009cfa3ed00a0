package org.lexicographer.dictionary.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.DictionaryException;

class TorchFileTest {

    private static final String EMPTY_DICT = "ccollections\nOrderedDict\n)R";

    @Test
    void readsWhatItWrote() {
        // Given
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        tensors.put("weight", TorchTensor.of(List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}));
        tensors.put("k", TorchTensor.of(7));
        tensors.put("group_sizes", TorchTensor.ofLongs(List.of(8L, 1L << 40)));

        // When
        Map<String, TorchTensor> read = TorchFile.read(TorchFile.write(tensors));

        // Then
        assertThat(read.keySet()).containsExactly("weight", "k", "group_sizes");
        assertThat(read.get("weight").shape()).containsExactly(2L, 3L);
        assertThat(read.get("weight").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(read.get("k").shape()).isEmpty();
        assertThat(read.get("k").longs()).containsExactly(7);
        assertThat(read.get("group_sizes").longs()).containsExactly(8, 1L << 40);
    }

    @Test
    void writesTheSameBytesForTheSameTensors() {
        Map<String, TorchTensor> tensors =
                Map.of("bias", TorchTensor.of(List.of(2L), new float[] {1, 2}));

        assertThat(TorchFile.write(tensors)).isEqualTo(TorchFile.write(tensors));
    }

    @Test
    void readsTensorsThatLieTransposed() throws IOException {
        // Given a tensor (2, 3) with strides (1, 2) from element 1 on
        byte[] file = file(tensorPickle("FloatStorage", 8, 1, "K\2K\3\206", "K\1K\2\206"), 8);

        // Then
        assertThat(TorchFile.read(file).get("w").floats()).containsExactly(1, 3, 5, 2, 4, 6);
    }

    @Test
    void takesStoragesOfAnyDevice() throws IOException {
        // Given
        String pickle = tensorPickle("FloatStorage", 2, 0, "K\2\205", "K\1\205");
        String elsewhere = pickle.replace("X\3\0\0\0cpu", "X\6\0\0\0cuda:0");

        // Then
        assertThat(elsewhere).isNotEqualTo(pickle);
        assertThat(TorchFile.read(file(elsewhere, 2)).get("w").floats()).containsExactly(0, 1);
    }

    @Test
    void readsDeflatedEntriesAndAnyFolderName() throws IOException {
        // Given
        String pickle = tensorPickle("FloatStorage", 2, 0, "K\2\205", "K\1\205");
        ZipBuilder zip =
                new ZipBuilder("ae_1000")
                        .deflated("data.pkl", latin(pickle))
                        .deflated("data/0", storage(2));

        // Then
        assertThat(TorchFile.read(zip.build()).get("w").floats()).containsExactly(0, 1);
    }

    @Test
    void widensHalfPrecision() throws IOException {
        // Given 1.5 in bfloat16, then in half precision
        ByteBuffer halves = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        halves.putShort((short) 0x3fc0).putShort((short) 0x3e00);

        // Then
        assertThat(half("BFloat16Storage", halves, 0)).containsExactly(1.5f);
        assertThat(half("HalfStorage", halves, 1)).containsExactly(1.5f);
    }

    private static float[] half(String type, ByteBuffer bytes, int offset) throws IOException {
        String pickle = tensorPickle(type, 2, offset, "K\1\205", "K\1\205");
        ZipBuilder zip =
                new ZipBuilder("a")
                        .stored("data.pkl", latin(pickle))
                        .stored("data/0", bytes.array());
        return TorchFile.read(zip.build()).get("w").floats();
    }

    @Test
    void refusesToCallAnythingElse() {
        assertRefused("cos\nsystem\nX\2\0\0\0ls\205R.", "expected=nothing but tensors");
        assertRefused("cbuiltins\neval\nX\1\0\0\0001\205R.", "found=builtins eval");
        assertRefused("ccollections\nOrderedDict\n}\205R.", "pickle refused: call of");
        assertRefused("ctorch\nFloatStorage\n)R.", "pickle refused: call of torch FloatStorage");
        assertRefused("X\2\0\0\0osX\6\0\0\0system\223.", "found=os system");
    }

    @Test
    void refusesOpcodesThatMakeObjects() {
        assertRefused("(ios\nsystem\n.", "pickle refused: opcode=0x69");
        assertRefused(EMPTY_DICT + ")\201.", "pickle refused: opcode=0x81");
    }

    @Test
    void refusesWhatIsNoStateDict() {
        assertRefused("K\1.", "not a state dict");
        assertRefused("}X\4\0\0\0stepK\1s.", "not the weights alone");
        assertRefused("}(X\1\0\0\0au.", "key without value");
        assertRefused("}", "it ends too early");
        assertRefused("u.", "it ends too early");
        assertRefused("X\377\377\377\377a.", "it ends too early");
        assertRefused("K\1K\1b.", "expected=dict");
    }

    @Test
    void refusesTensorsBeyondTheirStorage() {
        assertBeyond(4, 0, "K\5\205", "K\1\205");
        assertBeyond(4, 1, "K\4\205", "K\1\205");
        assertBeyond(4, 0, "K\2\205", "K\4\205");
        assertBeyond(4, 0, "K\2\205", "J\377\377\377\377\205");
        assertBeyond(4, 0, "K\2K\2\206", "K\1\205");
        assertBeyond(4, 5, "K\0\205", "K\1\205");
    }

    @Test
    void refusesTensorsThatRepeatElementsWithoutBound() {
        assertRefused(
                tensorPickle("FloatStorage", 4, 0, "J\377\377\377\177\205", "K\0\205"),
                "tensor repeats its storage too often");
        assertBeyond(
                4, 0, "J\377\377\377\177J\377\377\377\177J\377\377\377\177\207", "K\0K\0K\0\207");
    }

    @Test
    void repeatsElementsOfAnExpandedTensor() throws IOException {
        // Given a tensor (2, 3) with strides (1, 0) from element 2 on
        byte[] file = file(tensorPickle("FloatStorage", 4, 2, "K\2K\3\206", "K\1K\0\206"), 4);

        // Then
        assertThat(TorchFile.read(file).get("w").floats()).containsExactly(2, 2, 2, 3, 3, 3);
    }

    @Test
    void readsATensorWithoutElements() throws IOException {
        byte[] file = file(tensorPickle("FloatStorage", 4, 0, "K\0\205", "K\1\205"), 4);

        assertThat(TorchFile.read(file).get("w").floats()).isEmpty();
    }

    @Test
    void readsParametersAsTheirValues() throws IOException {
        for (String call :
                List.of(
                        "_rebuild_parameter\n(TENSOR\210" + EMPTY_DICT + "t",
                        "_rebuild_parameter_with_state\n(TENSOR\210" + EMPTY_DICT + "}t")) {
            assertThat(read("ctorch._utils\n" + call + "R")).containsExactly(1, 2);
        }
    }

    @Test
    void readsTensorsOfOlderVersionsAndWithAttributes() throws IOException {
        String typed =
                "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\n"
                        + "ctorch.nn.parameter\nParameter\n(STORAGEK\1K\2\205K\1\205\211"
                        + EMPTY_DICT
                        + "t}tR";

        assertThat(read("TENSOR1")).containsExactly(1, 2);
        assertThat(read(typed)).containsExactly(1, 2);
    }

    private static float[] read(String value) throws IOException {
        String storage = "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK\4tQ";
        String first = "ctorch._utils\n_rebuild_tensor\n(STORAGEK\1K\2\205K\1\205tR";
        String tensor =
                "ctorch._utils\n_rebuild_tensor_v2\n(STORAGEK\1K\2\205K\1\205\211"
                        + EMPTY_DICT
                        + "tR";
        String pickle =
                ("\200\2}X\1\0\0\0w" + value + "s.")
                        .replace("TENSOR1", first)
                        .replace("TENSOR", tensor)
                        .replace("STORAGE", storage);
        return TorchFile.read(file(pickle, 4)).get("w").floats();
    }

    @Test
    void refusesParametersOfAnythingElse() {
        assertRefused(
                "ctorch._utils\n_rebuild_parameter\n(K\1\210" + EMPTY_DICT + "tR.",
                "expected=tensor");
        assertRefused("ctorch._utils\n_rebuild_parameter\n)R.", "arguments=0");
        assertRefused(
                "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\n"
                        + "ccollections\nOrderedDict\n)}tR.",
                "pickle refused: call of torch._tensor _rebuild_from_type_v2");
    }

    private static void assertBeyond(int elements, int offset, String shape, String strides) {
        assertRefused(
                tensorPickle("FloatStorage", elements, offset, shape, strides),
                "tensor beyond its storage");
    }

    @Test
    void refusesStoragesOfAnotherSize() {
        assertRefused(
                tensorPickle("FloatStorage", 5, 0, "K\1\205", "K\1\205"), "storage size mismatch");
        assertRefused(
                tensorPickle("DoubleStorage", 4, 0, "K\1\205", "K\1\205"), "storage size mismatch");
        assertRefused(
                tensorPickle("FloatStorage", 4, 0, "K\1\205", "K\1\205")
                        .replace("X\1\0\0\0000", "X\1\0\0\0009"),
                "zip entry missing: entry=archive/data/9");
    }

    private static void assertRefused(String pickle, String reason) {
        assertThatThrownBy(() -> TorchFile.read(file(pickle, 4)))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesBigEndianFiles() {
        ZipBuilder zip =
                new ZipBuilder("a")
                        .stored("data.pkl", latin("}."))
                        .stored("byteorder", latin("big"));

        assertThatThrownBy(() -> TorchFile.read(zip.build()))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("byte order mismatch");
    }

    @Test
    void refusesEntriesThatUnpackToTooMuch() throws IOException {
        // Given 64 MiB of zeros in about 64 KiB
        byte[] zip =
                new ZipBuilder("a")
                        .stored("byteorder", latin("little"))
                        .deflated("data.pkl", new byte[64 << 20])
                        .build();

        // Then
        assertThat(zip.length).isLessThan(1 << 17);
        assertThatThrownBy(() -> TorchFile.read(zip))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("zip entry unpacks to too much");
    }

    @Test
    void refusesDamagedEntries() throws IOException {
        // Given
        byte[] file = resource("standard");
        file[file.length / 2] ^= 1;

        // Then
        assertThatThrownBy(() -> TorchFile.read(file))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("zip entry damaged");
    }

    @Test
    void refusesWhatIsNoZip() {
        assertThatThrownBy(() -> TorchFile.read(new byte[100]))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("not a zip, as torch.save writes since version 1.6");
        assertThatThrownBy(() -> TorchFile.read(new byte[0]))
                .isInstanceOf(DictionaryException.class);
    }

    /** A state dict of one tensor "w", a view of the storage "0". */
    private static String tensorPickle(
            String type, int elements, int offset, String shape, String strides) {
        return "\200\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\n"
                + type
                + "\nX\1\0\0\0000X\3\0\0\0cpuK"
                + (char) elements
                + "tQK"
                + (char) offset
                + shape
                + strides
                + "\211"
                + EMPTY_DICT
                + "tRs.";
    }

    /** A file with a storage of 0, 1, 2, ... */
    private static byte[] file(String pickle, int elements) throws IOException {
        return new ZipBuilder("archive")
                .stored("data.pkl", latin(pickle))
                .stored("data/0", storage(elements))
                .build();
    }

    private static byte[] storage(int elements) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] resource(String name) throws IOException {
        String path = "/reference/" + name + "/ae.pt";
        try (InputStream in = TorchFileTest.class.getResourceAsStream(path)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            in.transferTo(bytes);
            return bytes.toByteArray();
        }
    }
}
