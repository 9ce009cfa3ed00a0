package org.lexicographer.trainer.initial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.RunEnd;

class InitialDictionariesTest {

    private static final DictionaryReference LAST =
            DictionaryReference.parse("before/layers.0.mlp.out/topk");

    @TempDir Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private InitialDictionaries dictionaries;

    @BeforeEach
    void open() {
        dictionaries = new InitialDictionaries(objects, workFolder);
    }

    private void end(State state) {
        objects.put(ObjectKeys.runEnd("before"), new RunEnd(state, Optional.empty()).toJson());
    }

    @Test
    void theLastOneOfARunThatHasEndedIsMeant() {
        StoredStart.put(objects, LAST.at(10), 4, 6);
        StoredStart.put(objects, LAST.at(30), 4, 6);
        end(State.ENDED);

        assertThat(dictionaries.pin(LAST)).isEqualTo(LAST.at(30));
        assertThat(dictionaries.pin(LAST.at(10))).isEqualTo(LAST.at(10));
    }

    @Test
    void anImportNeedsNoStep() {
        StoredStart.putImport(objects, LAST.at(0), 4, 6);

        assertThat(dictionaries.pin(LAST)).isEqualTo(LAST.at(0));
    }

    @Test
    void aRunThatGoesOnNeedsAStep() {
        StoredStart.put(objects, LAST.at(10), 4, 6);

        assertThatExceptionOfType(DictionaryException.class)
                .isThrownBy(() -> dictionaries.pin(LAST))
                .withMessage(
                        "run has not ended, so a step is needed:"
                                + " dictionary=before/layers.0.mlp.out/topk, steps=[10]");
        end(State.FAILED);
        assertThatExceptionOfType(DictionaryException.class)
                .isThrownBy(() -> dictionaries.pin(LAST));
        assertThat(dictionaries.pin(LAST.at(10))).isEqualTo(LAST.at(10));
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatExceptionOfType(DictionaryException.class)
                .isThrownBy(() -> dictionaries.pin(LAST))
                .withMessage("no such dictionary: dictionary=before/layers.0.mlp.out/topk");
        StoredStart.put(objects, LAST.at(10), 4, 6);
        assertThatExceptionOfType(DictionaryException.class)
                .isThrownBy(() -> dictionaries.pin(LAST.at(11)))
                .withMessageContaining("topk@11, steps=[10]");
    }

    @Test
    void itIsLoadedAsItWasStored() {
        StoredStart.put(objects, LAST.at(10), 4, 6);
        try (NDManager manager = NDManager.newBaseManager();
                Dictionary loaded = dictionaries.load(LAST.at(10), manager)) {
            assertThat(DictionaryWeights.of(loaded))
                    .usingRecursiveComparison()
                    .isEqualTo(StoredStart.weights(4, 6));
        }
        assertThat(workFolder).isEmptyDirectory();
    }

    @Test
    void oneWithoutWeightsIsNamed() {
        StoredStart.put(objects, LAST.at(10), 4, 6);
        objects.delete(ObjectKeys.dictionary(LAST.dictionary(), 10) + "dictionary.safetensors");

        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatExceptionOfType(DictionaryException.class)
                    .isThrownBy(() -> dictionaries.load(LAST.at(10), manager))
                    .withMessageContaining("dictionary incomplete");
        }
        assertThat(workFolder).isEmptyDirectory();
    }
}
