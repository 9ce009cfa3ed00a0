package org.lexicographer.dictionary.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Files that were cut, overwritten or stirred end in the one documented exception, or are read. */
class MutatedFilesTest {

    /** Far more than reading any of these files takes, far less than any length in them can ask. */
    private static final long MAX_ALLOCATED_BYTES = 8 << 20;

    private static final String PICKLE = "data.pkl";
    private static final List<byte[]> OPCODES =
            List.of(
                    new byte[] {'(', 't', 'R'},
                    new byte[] {'c', 'o', 's', '\n', 's', 'y', 's', 't', 'e', 'm', '\n'},
                    new byte[] {'J', -1, -1, -1, 127},
                    new byte[] {'X', -1, -1, -1, 127},
                    new byte[] {'h', 0},
                    new byte[] {'Q', 'b', 'u', 's'});

    private static final List<byte[]> FILES = new ArrayList<>();

    @BeforeAll
    static void loadFiles() throws IOException {
        for (String name : List.of("matryoshka_batch_top_k", "gated", "post_2023", "top_k")) {
            FILES.add(TorchFileTest.resource(name));
        }
    }

    @Test
    void survivesMutationsOfTheZip() {
        Attack.Outcome outcome =
                attack("zip of a pickle")
                        .on(MutatedFilesTest::read, new Mutations(1, FILES, OPCODES));

        // Most overwritten bytes are found by the check sums.
        assertThat(outcome.refused()).isBetween(Attack.INPUTS / 2, Attack.INPUTS);
    }

    @Test
    void survivesMutationsOfThePickle() throws IOException {
        // Given files whose check sums are right, whatever the pickle says
        for (byte[] file : FILES) {
            UnpackedFile zip = UnpackedFile.of(TorchFile.write(TorchFile.read(file)));

            // When
            Attack.Outcome outcome =
                    attack("pickle")
                            .on(
                                    pickle -> read(zip.with(pickle)),
                                    new Mutations(2, List.of(zip.pickle()), OPCODES));

            // Then
            assertThat(outcome.refused()).isBetween(Attack.INPUTS / 4, Attack.INPUTS - 1);
        }
    }

    private static Attack attack(String name) {
        return new Attack(name, Set.of(DictionaryException.class), MAX_ALLOCATED_BYTES);
    }

    /** Reads a file and all its tensors. */
    private static void read(byte[] file) {
        TorchFile.read(file).values().forEach(MutatedFilesTest::readAll);
    }

    private static void readAll(TorchTensor tensor) {
        switch (tensor.type()) {
            case I32, I64 -> tensor.longs();
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, U32, F32, F64, U64 ->
                    tensor.floats();
        }
    }

    /** The entries of a zip that this module wrote. */
    private record UnpackedFile(List<String> names, List<byte[]> contents) {

        static UnpackedFile of(byte[] zip) throws IOException {
            UnpackedFile content = new UnpackedFile(new ArrayList<>(), new ArrayList<>());
            try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
                ZipEntry entry = in.getNextEntry();
                while (entry != null) {
                    content.names.add(entry.getName().substring("archive/".length()));
                    content.contents.add(in.readAllBytes());
                    entry = in.getNextEntry();
                }
            }
            return content;
        }

        byte[] pickle() {
            return contents.get(names.indexOf(PICKLE));
        }

        byte[] with(byte[] pickle) throws IOException {
            ZipBuilder zip = new ZipBuilder("archive");
            for (int i = 0; i < names.size(); i++) {
                boolean replaced = names.get(i).equals(PICKLE);
                zip.stored(names.get(i), replaced ? pickle : contents.get(i));
            }
            return zip.build();
        }
    }
}
