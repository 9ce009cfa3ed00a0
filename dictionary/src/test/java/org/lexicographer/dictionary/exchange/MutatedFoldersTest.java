package org.lexicographer.dictionary.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.testing.attack.Attack;
import org.lexicographer.testing.attack.Mutations;

/** Dictionaries of other tools of which one file is almost right are read, or refused. */
class MutatedFoldersTest {

    private static final long ALLOCATED = 16L << 20;

    /** The most that the archives in these folders may unpack to. */
    private static final long UNPACKED = 1 << 20;

    private static final List<byte[]> WORDS =
            Stream.of(
                            "1e309",
                            "-1",
                            "null",
                            "[[",
                            "\"relu\"",
                            "{}",
                            "F64",
                            "BF16",
                            "<f8",
                            ">f2",
                            "'fortran_order': True",
                            "(4294967296,)",
                            "\\ud800")
                    .map(word -> word.getBytes(UTF_8))
                    .toList();

    @TempDir private Path scratch;

    @ParameterizedTest
    @CsvSource({
        "sae_lens_standard, cfg.json",
        "sae_lens_gated, sae_weights.safetensors",
        "sae_lens_jumprelu, cfg.json",
        "sae_lens_transcoder, cfg.json",
        "sparsify_transcoder, cfg.json",
        "sparsify_autoencoder, sae.safetensors",
        "gemma_scope, params.npz",
        "gemma_scope_2, config.json",
        "gemma_scope_2, params.safetensors",
        "llama_scope_topk, hyperparams.json",
        "llama_scope_jumprelu, checkpoints/final.safetensors"
    })
    void everyOneIsReadOrRefused(String name, String file) throws Exception {
        Path original = Path.of(MutatedFoldersTest.class.getResource("/tools/" + name).toURI());
        Path folder = copy(original, scratch.resolve(name));
        Path mutated = folder.resolve(file);
        try (NDManager manager = NDManager.newBaseManager()) {
            Attack.Outcome outcome =
                    new Attack(name + ", " + file, Set.of(DictionaryException.class), ALLOCATED)
                            .on(
                                    input -> {
                                        Files.write(mutated, input);
                                        read(folder, manager);
                                    },
                                    new Mutations(
                                            1,
                                            List.of(Files.readAllBytes(original.resolve(file))),
                                            WORDS));

            assertThat(outcome.refused()).isPositive();
        }
    }

    private static void read(Path folder, NDManager manager) throws IOException {
        for (FolderFormat format : FolderFormat.values()) {
            if (Files.exists(folder.resolve(format.weightsFile()))) {
                format.read(manager, folder, folder.toString(), UNPACKED).close();
                return;
            }
        }
        throw new AssertionError("no format for " + folder);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}
