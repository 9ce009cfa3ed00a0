package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

class DictionaryStoreTest {

    private static final int DIM = StoredRun.ACTIVATION_DIM;
    private static final Optional<byte[]> ABSENT = Optional.empty();
    private static final DictionaryId IMPORTED = DictionaryId.parse("mine/layers.0.mlp.out/a");

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
    void ofTwoImportsUnderOneNameAndStepItStoresTheFirstWhole() {
        // Given
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, ABSENT);

        // When
        assertTaken(3, "s3://b/one/", new byte[] {2}, "another dictionary is stored here");

        // Then
        String prefix = ObjectKeys.dictionary(IMPORTED, 3);
        assertThat(objects.bytes(prefix + "dictionary.safetensors")).containsExactly(1);
        assertThat(dictionaries.config(prefix)).isEqualTo(config("s3://b/one/"));
    }

    @Test
    void ofTwoImportsUnderOneNameWithOtherStepsItShowsTheFirstAlone() {
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, ABSENT);

        assertTaken(4, "s3://b/two/", new byte[] {2}, "dictionary exists: dictionary=" + IMPORTED);

        assertThat(dictionaries.find(IMPORTED).orElseThrow().steps()).containsExactly(3L);
    }

    private void assertTaken(long step, String model, byte[] weights, String reason) {
        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(
                        () ->
                                dictionaries.storeImport(
                                        IMPORTED, step, config(model), weights, ABSENT))
                .withMessageStartingWith(reason);
    }

    @Test
    void completesTheImportThatBrokeOffBeforeItsConfig() {
        // Given an import that was chosen, and died
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, ABSENT);
        String prefix = ObjectKeys.dictionary(IMPORTED, 3);
        objects.delete(prefix + "config.json");
        assertThat(dictionaries.find(IMPORTED)).isEmpty();

        // When another comes
        assertTaken(4, "s3://b/two/", new byte[] {2}, "dictionary exists");

        // Then
        assertThat(dictionaries.find(IMPORTED).orElseThrow().steps()).containsExactly(3L);
        assertThat(dictionaries.config(prefix)).isEqualTo(config("s3://b/one/"));
    }

    @Test
    void storesWhatABrokenOffAttemptLeftAndFreesTheNameAgain() {
        // Given
        String prefix = ObjectKeys.dictionary(IMPORTED, 3);
        objects.put(prefix + "dictionary.safetensors", new byte[] {1});

        // When
        dictionaries.storeImport(
                IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, Optional.of(new byte[] {3}));

        // Then
        assertThat(dictionaries.file(prefix, "sparsity.safetensors")).contains(new byte[] {3});
        dictionaries.withdrawImport(IMPORTED, 3);
        assertThat(dictionaries.find(IMPORTED)).isEmpty();
        dictionaries.storeImport(IMPORTED, 4, config("s3://b/two/"), new byte[] {2}, ABSENT);
        assertThat(dictionaries.find(IMPORTED).orElseThrow().steps()).containsExactly(4L);
    }

    private List<String> stored() {
        return objects.list(ObjectKeys.dictionary(IMPORTED)).map(ObjectStat::key).toList();
    }

    @Test
    void whatABrokenOffAttemptLeftIsNeitherInTheWayNorKept() {
        // Given: weights of two attempts without a config
        objects.put(ObjectKeys.dictionary(IMPORTED, 3) + "dictionary.safetensors", new byte[] {1});
        objects.put(ObjectKeys.dictionary(IMPORTED, 9) + "dictionary.safetensors", new byte[] {9});

        // When
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/two/"), new byte[] {2}, ABSENT);

        // Then
        String prefix = ObjectKeys.dictionary(IMPORTED, 3);
        assertThat(objects.bytes(prefix + "dictionary.safetensors")).containsExactly(2);
        assertThat(stored())
                .containsExactly(
                        ObjectKeys.dictionaryImport(IMPORTED),
                        prefix + "config.json",
                        prefix + "dictionary.safetensors");
    }

    @Test
    void anImportThatComesSecondLeavesNothing() {
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, ABSENT);
        List<String> before = stored();

        assertTaken(4, "s3://b/two/", new byte[] {2}, "dictionary exists");

        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void anImportThatTheStoreRefusesHalfwayLeavesNothing() {
        // Given
        DictionaryStore failing = new DictionaryStore(refusing("import.json"));

        // When / Then
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(
                        () ->
                                failing.storeImport(
                                        IMPORTED,
                                        3,
                                        config("s3://b/one/"),
                                        new byte[] {1},
                                        Optional.of(new byte[] {3})));
        assertThat(stored()).isEmpty();
    }

    @Test
    void aWithdrawnImportLeavesNothing() {
        dictionaries.storeImport(
                IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, Optional.of(new byte[] {3}));

        dictionaries.withdrawImport(IMPORTED, 3);

        assertThat(stored()).isEmpty();
    }

    @Test
    void aWithdrawnImportLeavesNoEvaluationToTheNextOfItsName() {
        // Given: its announcement arrived although nobody said so
        dictionaries.storeImport(IMPORTED, 3, config("s3://b/one/"), new byte[] {1}, ABSENT);
        String evaluation = ObjectKeys.evaluation(IMPORTED, 3, "held-out");
        objects.put(evaluation, new byte[] {'{', '}'});

        // When
        dictionaries.withdrawImport(IMPORTED, 3);

        // Then
        assertThat(objects.stat(evaluation)).isEmpty();
    }

    /** A store that refuses to create what a key ends in. */
    private ObjectStore refusing(String end) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        DictionaryStoreTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (proxy, method, args) -> {
                            if (method.getName().equals("putIfAbsent")
                                    && args[0].toString().endsWith(end)) {
                                throw new RefusedObjectStoreException("no", null);
                            }
                            try {
                                return method.invoke(objects, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static DictionaryConfig config(String model) {
        Imported imported =
                new Imported(
                        "saelens",
                        model,
                        Optional.empty(),
                        32,
                        Json.tree("{\"lr\": 0.1}".getBytes(StandardCharsets.UTF_8)));
        return DictionaryConfig.of(
                        new IdentityDictionary(DIM),
                        StoredRun.MLP_OUT,
                        StoredRun.MLP_OUT,
                        Optional.empty(),
                        Optional.empty())
                .withImported(Optional.of(imported));
    }
}
