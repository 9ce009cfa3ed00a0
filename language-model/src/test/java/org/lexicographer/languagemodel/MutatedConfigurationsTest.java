package org.lexicographer.languagemodel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Configurations of models that are almost right are read, or refused by what is wrong. */
class MutatedConfigurationsTest {

    private static final long ALLOCATED = 16L << 20;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-xl", "gemma-2-2b", "gemma-3-1b-pt", "gemma-3-4b-pt"})
    void everyOneIsReadOrRefused(String name) throws IOException {
        Attack.Outcome outcome =
                new Attack(name, Set.of(InvalidModelException.class), ALLOCATED)
                        .on(
                                MutatedConfigurationsTest::readArchitecture,
                                new Mutations(
                                        1,
                                        List.of(released(name)),
                                        words(
                                                "1e309",
                                                "-1",
                                                "null",
                                                "[[[[",
                                                "2147483648",
                                                "\"llama3\"")));

        assertThat(outcome.read()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static void readArchitecture(byte[] json) {
        ModelConfig config =
                ModelConfig.read(
                        name -> name.equals("config.json") ? Optional.of(json) : Optional.empty());
        ModelFamily.of(config).architecture(config);
    }

    private static byte[] released(String name) throws IOException {
        try (InputStream config =
                MutatedConfigurationsTest.class.getResourceAsStream(
                        "/released/" + name + ".json")) {
            return config.readAllBytes();
        }
    }

    private static List<byte[]> words(String... words) {
        return Stream.of(words).map(word -> word.getBytes(UTF_8)).toList();
    }
}
