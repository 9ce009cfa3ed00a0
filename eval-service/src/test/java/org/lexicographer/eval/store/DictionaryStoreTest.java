package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

class DictionaryStoreTest {

    private static final int DIM = StoredRun.ACTIVATION_DIM;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final StoredRun run = new StoredRun(objects, "demo");
    private final DictionaryStore dictionaries = new DictionaryStore(objects);

    @Test
    void listsWhatWasSavedCompletely() {
        // Given
        run.saved("a", new IdentityDictionary(DIM));
        run.saved("b", new ZeroDictionary(DIM, DIM, 8));
        new StoredRun(objects, "demo-2").saved("a", new IdentityDictionary(DIM));
        objects.put("dictionaries/demo/layers.0.mlp.out/c/step-0000000001/x.bin", new byte[1]);
        objects.put("dictionaries/somebody/elses/notes/step-0000000001/config.json", new byte[1]);

        // When
        var all = dictionaries.all();

        // Then
        assertThat(all)
                .extracting(saved -> saved.id().toString())
                .containsExactly(
                        "demo-2/layers.0.mlp.out/a",
                        "demo/layers.0.mlp.out/a",
                        "demo/layers.0.mlp.out/b");
        assertThat(dictionaries.ofRun("demo")).hasSize(2);
    }

    @Test
    void ordersStepsByNumber() {
        // Given
        DictionaryId id = run.saved("a", new IdentityDictionary(DIM)).dictionary();
        objects.put(ObjectKeys.dictionary(id, 12_345_678_901L) + "config.json", new byte[1]);
        objects.put(ObjectKeys.dictionary(id, 2) + "config.json", new byte[1]);

        // When
        SavedDictionary saved = dictionaries.find(id).orElseThrow();

        // Then
        assertThat(saved.steps()).containsExactly(2L, (long) StoredRun.STEPS, 12_345_678_901L);
    }

    @Test
    void namesTheFileThatIsMissing() {
        // Given
        DictionaryCheckpoint checkpoint = run.saved("a", new IdentityDictionary(DIM));
        objects.delete(checkpoint.prefix() + "dictionary.safetensors");

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> dictionaries.files(checkpoint.prefix()))
                .withMessage(
                        "dictionary incomplete: missing=dictionaries/demo/layers.0.mlp.out/a/"
                                + "step-0000000010/dictionary.safetensors");
    }

    @Test
    void theLastStepOfItsRunIsFinal() {
        // Given
        run.storeSpec();
        DictionaryId id = run.saved("a", new IdentityDictionary(DIM)).dictionary();
        objects.put(
                ObjectKeys.dictionary(id, 2) + "config.json",
                objects.bytes(ObjectKeys.dictionary(id, StoredRun.STEPS) + "config.json"));

        // When
        var checkpoints =
                new CheckpointCatalogue(new RunStore(objects), dictionaries)
                        .of(dictionaries.find(id).orElseThrow());

        // Then
        assertThat(checkpoints)
                .extracting(DictionaryCheckpoint::isFinal)
                .containsExactly(false, true);
    }

    @Test
    void ofTwoDictionariesUnderOneNameItStoresTheFirstWhole() {
        // Given
        Dictionary identity = new IdentityDictionary(DIM);
        DictionaryConfig config =
                DictionaryConfig.of(
                        identity,
                        StoredRun.MLP_OUT,
                        StoredRun.MLP_OUT,
                        Optional.empty(),
                        Optional.empty());
        dictionaries.store("a/", config, new byte[] {1}, Optional.empty());

        // When
        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(
                        () -> dictionaries.store("a/", config, new byte[] {2}, Optional.empty()))
                .withMessage("another dictionary is stored here: key=a/dictionary.safetensors");

        // Then
        assertThat(objects.bytes("a/dictionary.safetensors")).containsExactly(1);
        assertThat(dictionaries.config("a/")).isEqualTo(config);
    }

    @Test
    void storesWhatABrokenOffAttemptLeftBehind() {
        // Given
        DictionaryConfig config =
                DictionaryConfig.of(
                        new IdentityDictionary(DIM),
                        StoredRun.MLP_OUT,
                        StoredRun.MLP_OUT,
                        Optional.empty(),
                        Optional.empty());
        objects.put("a/dictionary.safetensors", new byte[] {1});

        // When
        dictionaries.store("a/", config, new byte[] {1}, Optional.of(new byte[] {3}));

        // Then
        assertThat(dictionaries.file("a/", "sparsity.safetensors")).contains(new byte[] {3});
        dictionaries.withdraw("a/");
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> dictionaries.config("a/"))
                .withMessage("dictionary incomplete: missing=a/config.json");
    }
}
