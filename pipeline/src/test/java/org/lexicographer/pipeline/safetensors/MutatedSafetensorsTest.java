package org.lexicographer.pipeline.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Files of tensors that are almost right are read, or refused. */
class MutatedSafetensorsTest {

    private static final long ALLOCATED = 8L << 20;

    @Test
    void everyTensorIsReadOrTheFileRefused() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .addFloats("encoder.weight", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6})
                .addLongs("steps", List.of(2L), new long[] {7, -1})
                .metadata("format", "pt")
                .writeTo(file);
        List<byte[]> words =
                Stream.of(
                                "F8_E4M3",
                                "\"BF16\"",
                                "[0,18446744073709551615]",
                                "[9223372036854775807,2]",
                                "{{")
                        .map(word -> word.getBytes(UTF_8))
                        .toList();

        Attack.Outcome outcome =
                new Attack("safetensors", Set.of(SafetensorsException.class), ALLOCATED)
                        .on(
                                MutatedSafetensorsTest::readAll,
                                new Mutations(1, List.of(file.toByteArray()), words));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static void readAll(byte[] input) {
        try (SafetensorsFile file = SafetensorsFile.read(input)) {
            for (String name : file.names()) {
                switch (file.entry(name).type()) {
                    case I32, I64 -> file.longs(name);
                    case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, U32, F32, F64, U64 ->
                            file.floats(name);
                }
            }
        }
    }
}
