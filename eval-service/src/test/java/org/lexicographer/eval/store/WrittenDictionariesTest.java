package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.WrittenObjects;

/** What earlier versions stored of dictionaries is served. */
class WrittenDictionariesTest {

    private static final String SITE = "/layers.0.mlp.out/";
    private static final DictionaryId FIRST = DictionaryId.parse("ended" + SITE + "first");
    private static final DictionaryId IMPORTED = DictionaryId.parse("ended" + SITE + "imported");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private void written(String version) {
        WrittenObjects.by(version).forEach(objects::put);
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void dictionariesAreListedAndLoaded(String version) {
        written(version);
        DictionaryStore dictionaries = new DictionaryStore(objects);

        assertThat(dictionaries.ofRun("ended"))
                .extracting(saved -> saved.id().recipe())
                .containsExactly("first", "imported", "second");
        for (SavedDictionary saved : dictionaries.ofRun("ended")) {
            String prefix = ObjectKeys.dictionary(saved.id(), saved.lastStep());
            DictionaryConfig config = dictionaries.config(prefix);
            assertThat(config.imported().isPresent()).isEqualTo(saved.id().equals(IMPORTED));
            try (NDManager manager = NDManager.newBaseManager()) {
                Dictionary loaded =
                        DictionaryFormat.read(
                                manager,
                                objects.bytes(prefix + DictionaryFormat.CONFIG_FILE),
                                objects.bytes(prefix + DictionaryFormat.WEIGHTS_FILE));
                assertThat(loaded.dictionarySize()).isEqualTo(8);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WrittenObjects.RELEASE, WrittenObjects.LATER})
    void evaluationsAndTheTextThatTheyAreOnAreRead(String version) {
        written(version);
        RunStore runs = new RunStore(objects);
        RunSpec spec = runs.spec("ended").orElseThrow();

        List<Evaluation> evaluations = new EvaluationStore(objects).of(FIRST);

        assertThat(evaluations)
                .singleElement()
                .satisfies(
                        evaluation -> {
                            assertThat(evaluation.isFinal()).isTrue();
                            assertThat(evaluation.metric("loss_recovered")).isPresent();
                        });
        assertThat(runs.heldOut(spec).count()).isEqualTo(2);
        assertThat(runs.lastHeldOut(spec).orElseThrow().shortfall()).isEmpty();
    }

    /** Version 0.2.0 made neither. */
    @Test
    void statisticsAndCurvesAreRead() {
        written(WrittenObjects.LATER);

        StoredStatistics statistics =
                new StatisticsStore(objects).find(FIRST, 6, Evaluation.HELD_OUT).orElseThrow();
        assertThat(statistics.latents()).isEqualTo(8);
        for (int latent = 0; latent < statistics.latents(); latent++) {
            LatentDetails details = statistics.latent(latent, Optional::empty);
            assertThat(details.figures()).isNotNull();
        }
        assertThat(new RunStore(objects).curves("ended"))
                .singleElement()
                .satisfies(curves -> assertThat(curves.step()).isEqualTo(6));
    }
}
