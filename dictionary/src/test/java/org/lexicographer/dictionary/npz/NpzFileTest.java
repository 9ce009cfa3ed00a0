package org.lexicographer.dictionary.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;

/** Files that NumPy saved, by src/test/python/make_numpy_files.py, and files that nobody should. */
class NpzFileTest {

    private static final Set<String> WANTED = Set.of("a");

    private static Map<String, Weight> read(byte[] file) {
        return NpzFile.read("params.npz", ByteBuffer.wrap(file), WANTED, Long.MAX_VALUE);
    }

    private static byte[] saved(String name) throws IOException {
        try (InputStream in = NpzFileTest.class.getResourceAsStream("/numpy/" + name + ".npz")) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rows", "fortran", "half", "double"})
    void readsTheSameNumbersHoweverTheyLie(String name) throws IOException {
        Map<String, Weight> weights = read(saved(name));

        assertThat(weights).containsOnlyKeys("a");
        assertThat(weights.get("a").shape()).containsExactly(2L, 3L);
        assertThat(weights.get("a").values()).containsExactly(0, 0.25f, 0.5f, 0.75f, 1, 1.25f);
    }

    @Test
    void readsASingleNumber() throws IOException {
        Weight one = read(saved("one")).get("a");

        assertThat(one.shape()).isEqualTo(List.of());
        assertThat(one.values()).containsExactly(0.25f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "objects; array of objects, which is a pickle, is not read: descr=|O, array=a",
                "big-endian; array type mismatch: expected=<f2, <f4 or <f8, found=>f4, array=a",
                "whole; array type mismatch: expected=<f2, <f4 or <f8, found=<i8, array=a",
                "nan; weight not finite: tensor=a, at=[1], found=NaN"
            })
    void refusesWhatNumPySavesAndNoDictionaryHas(String name, String reason) throws IOException {
        byte[] file = saved(name);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }  | 8  | array not as long as its shape: expected=12 bytes for [3, 1], found=8 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }    | 8  | array not as long as its shape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999999), } | 8 | array too large",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), } | 8 | shape not valid",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }   | 8  | header not valid: expected=shape",
                "{'descr': '<f4', 'fortran_order': 7, 'shape': (2,), }        | 8  | header not valid: expected=fortran_order",
                "{'descr': '<f4', 'shape': (2,), }                            | 8  | header not valid: expected=fortran_order",
                "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), } | 8 | found=[('x', '<f4')]",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 2), } | 8 | too many dimensions",
                "__import__('os').system('true')                              | 8  | header not valid"
            })
    void refusesAHeaderThatIsNotTrue(String header, int bytes, String reason) throws IOException {
        byte[] file = zipped("a.npy", npy(header.length(), header, bytes));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAHeaderThatIsCutOrNone() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        byte[] longer = zipped("a.npy", npy(60_000, header, 8));
        byte[] none = zipped("a.npy", "not an array at all".getBytes(StandardCharsets.UTF_8));
        byte[] empty = zipped("a.npy", new byte[0]);

        assertThatThrownBy(() -> read(longer)).hasMessageStartingWith("header too long");
        assertThatThrownBy(() -> read(none)).hasMessageStartingWith("not an array of NumPy");
        assertThatThrownBy(() -> read(empty)).hasMessageStartingWith("not an array of NumPy");
    }

    @Test
    void refusesAZipThatUnpacksToMoreThanWeightsWould() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (16777216,), }";
        byte[] bomb = zipped("a.npy", npy(header.length(), header, 1 << 26));

        assertThat(bomb.length).isLessThan(1 << 20);
        assertThatThrownBy(() -> read(bomb))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("zip entry unpacks to too much");
    }

    @Test
    void unpacksNoMoreThanTheCallerAllows() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        byte[] array = npy(header.length(), header, 8);
        ByteBuffer file = ByteBuffer.wrap(zipped("a.npy", array));

        assertThat(NpzFile.read("params.npz", file, WANTED, array.length)).containsKey("a");
        assertThatThrownBy(() -> NpzFile.read("params.npz", file, WANTED, array.length - 1))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("zip entry unpacks to too much");
    }

    @Test
    void refusesWhatIsNoZip() {
        assertThatThrownBy(() -> read(new byte[] {1, 2, 3}))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("not a zip, as numpy.savez writes: file=params.npz");
    }

    private static byte[] npy(int headerLength, String header, int bytes) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file =
                ByteBuffer.allocate(10 + text.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        file.put((byte) 1).put((byte) 0).putShort((short) headerLength).put(text);
        return file.array();
    }

    private static byte[] zipped(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
