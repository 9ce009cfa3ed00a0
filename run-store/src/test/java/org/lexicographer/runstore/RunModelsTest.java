package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;

class RunModelsTest {

    private static final RunSpec SPEC = Specs.of("demo", 4);

    private final ObjectStore objects = new InMemoryObjectStore("bucket");
    private final RunModels models = new RunModels(objects);

    @Test
    void theFirstModelThatIsUsedIsTheRuns() {
        models.use(SPEC, "first");

        assertThatCode(() -> new RunModels(objects).use(SPEC, "first")).doesNotThrowAnyException();
        assertThatExceptionOfType(ReplacedModelException.class)
                .isThrownBy(() -> new RunModels(objects).use(SPEC, "second"))
                .withMessageContaining("expected content=first, found=second")
                .withMessageContaining("uri=" + SPEC.languageModel().uri())
                .withMessageContaining("run=demo");
    }

    @Test
    void checkingMakesNoModelTheRuns() {
        models.check(SPEC, "first");

        assertThat(objects.stat(ObjectKeys.runModel("demo"))).isEmpty();
    }

    @Test
    void everyRunHasItsOwn() {
        models.use(SPEC, "first");

        assertThatCode(() -> models.use(Specs.of("other", 4), "second")).doesNotThrowAnyException();
    }
}
