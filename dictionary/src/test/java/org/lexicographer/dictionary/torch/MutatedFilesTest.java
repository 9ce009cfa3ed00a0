package org.lexicographer.dictionary.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.DictionaryException;

/** Files that were cut, overwritten or stirred end in the one documented exception, or are read. */
class MutatedFilesTest {

    private static final int MUTATIONS = 2000;

    /** Far more than reading any of these files takes, far less than any length in them can ask. */
    private static final long MAX_ALLOCATED_BYTES = 8 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<byte[]> FILES = new ArrayList<>();

    @BeforeAll
    static void loadFiles() throws IOException {
        for (String name : List.of("matryoshka_batch_top_k", "gated", "post_2023", "top_k")) {
            FILES.add(TorchFileTest.resource(name));
        }
    }

    @Test
    void survivesMutationsOfTheZip() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            refused += refused(mutated(FILES.get(i % FILES.size()), random));
        }
        // Most overwritten bytes are found by the check sums.
        assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS);
    }

    @Test
    void survivesMutationsOfThePickle() throws IOException {
        // Given files whose check sums are right, whatever the pickle says
        Random random = new Random(2);
        List<UnpackedFile> zips = new ArrayList<>();
        for (byte[] file : FILES) {
            zips.add(UnpackedFile.of(TorchFile.write(TorchFile.read(file))));
        }
        int refused = 0;

        // When
        for (int i = 0; i < MUTATIONS; i++) {
            refused += refused(zips.get(i % zips.size()).withMutatedPickle(random));
        }

        // Then
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    /** Reads a file and counts what that allocates. */
    private static int refused(byte[] file) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int refused = read(file);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .isLessThan(MAX_ALLOCATED_BYTES);
        return refused;
    }

    /** Reads a file and all its tensors; any other exception than the documented one gets out. */
    private static int read(byte[] file) {
        try {
            for (TorchTensor tensor : TorchFile.read(file).values()) {
                readAll(tensor);
            }
            return 0;
        } catch (DictionaryException e) {
            return 1;
        }
    }

    private static void readAll(TorchTensor tensor) {
        switch (tensor.type()) {
            case I32, I64 -> tensor.longs();
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, U32, F32, F64, U64 ->
                    tensor.floats();
        }
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] = interesting(random);
        }
        if (random.nextInt(4) == 0) {
            int from = random.nextInt(bytes.length);
            int length = random.nextInt(Math.min(64, bytes.length - from) + 1);
            System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - length), length);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /** Opcodes and extreme lengths find more than any byte does. */
    private static byte interesting(Random random) {
        byte[] bytes = {0, 1, -1, 127, -128, '(', 't', 'R', 'u', 's', 'K', 'J', 'X', 'h', 'Q', 'b'};
        return random.nextBoolean()
                ? bytes[random.nextInt(bytes.length)]
                : (byte) random.nextInt(256);
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

        byte[] withMutatedPickle(Random random) throws IOException {
            ZipBuilder zip = new ZipBuilder("archive");
            for (int i = 0; i < names.size(); i++) {
                boolean pickle = names.get(i).equals("data.pkl");
                byte[] content = contents.get(i);
                zip.stored(names.get(i), pickle ? mutated(content, random) : content);
            }
            return zip.build();
        }
    }
}
