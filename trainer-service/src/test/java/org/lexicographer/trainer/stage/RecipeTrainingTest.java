package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.DivergencePolicy;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.watch.LossWatch;
import org.lexicographer.trainer.watch.Stop;

/** What a recipe throws stops this recipe. */
class RecipeTrainingTest {

    private static final RecipeSpec SPEC = RunSpecs.of("run", 10).recipes().getFirst();

    /** A recipe that throws at its first step. */
    private static final class BrokenRecipe implements Recipe {

        private final RuntimeException fault;
        private boolean closed;

        BrokenRecipe(RuntimeException fault) {
            this.fault = fault;
        }

        @Override
        public void step(NDArray inputs, NDArray targets) {
            throw fault;
        }

        @Override
        public StepReport stepAndReport(NDArray inputs, NDArray targets) {
            throw fault;
        }

        @Override
        public long stepsTaken() {
            return 0;
        }

        @Override
        public Dictionary dictionary(NDManager owner) {
            throw fault;
        }

        @Override
        public void save(SafetensorsWriter writer, String prefix) {}

        @Override
        public void restore(TensorSource tensors, String prefix) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private static RecipeTraining training(Recipe recipe) {
        return new RecipeTraining(
                SPEC, new LossWatch(DivergencePolicy.DEFAULT, Optional.empty()), () -> recipe);
    }

    private static void step(RecipeTraining training, long stepsBefore) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Column column = new Column(manager.zeros(new Shape(2, 2)), new float[4]);
            training.step(stepsBefore, column, column);
        }
    }

    @Test
    void aRecipeThatThrowsIsStoppedAndGivesUpItsMemory() {
        BrokenRecipe recipe = new BrokenRecipe(new IllegalStateException("no such latent: 7"));
        try (RecipeTraining training = training(recipe)) {
            step(training, 4);
            step(training, 5);

            Stop stop = training.stop().orElseThrow();
            assertThat(stop.why().reason()).isEqualTo(Reason.FAILED);
            assertThat(stop.text())
                    .startsWith("failed at step 4: recipe broke: recipe=first")
                    .contains("no such latent: 7");
            assertThat(recipe.closed).isTrue();
        }
    }

    @Test
    void aRecipeThatCannotStartIsStopped() {
        RecipeTraining training =
                new RecipeTraining(
                        SPEC,
                        new LossWatch(DivergencePolicy.DEFAULT, Optional.empty()),
                        () -> {
                            throw new ArithmeticException("too large");
                        });

        assertThat(training.stop().orElseThrow().text()).contains("too large");
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(training.dictionary(manager)).isEmpty();
        }
    }

    @Test
    void aDictionaryThatCannotBeReadStopsItsRecipe() {
        try (RecipeTraining training =
                        training(new BrokenRecipe(new IllegalArgumentException("bad shape")));
                NDManager manager = NDManager.newBaseManager()) {
            training.endStep(3, true, manager);

            assertThat(training.stop().orElseThrow().text())
                    .startsWith("failed at step 3")
                    .contains("bad shape");
        }
    }

    @Test
    void aNumberThatIsNotFiniteIsADivergence() {
        RuntimeException fault = new NotFiniteException("gradient not finite: parameter=decoder");
        try (RecipeTraining training = training(new BrokenRecipe(fault))) {
            step(training, 9);

            Stop stop = training.stop().orElseThrow();
            assertThat(stop.text())
                    .isEqualTo("diverged at step 10: gradient not finite: parameter=decoder");
        }
    }

    @Test
    void whatTheMachineLacksIsNotTheRecipesFault() {
        RuntimeException fault = new EngineException("CUDA out of memory");
        try (RecipeTraining training = training(new BrokenRecipe(fault))) {
            assertThatThrownBy(() -> step(training, 0)).isSameAs(fault);

            assertThat(training.isRunning()).isTrue();
        }
    }
}
