package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.DivergencePolicy;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Form;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.watch.LossWatch;
import org.lexicographer.trainer.watch.Stop;

/** What a recipe throws stops this recipe. */
class RecipeTrainingTest {

    private static final RecipeSpec SPEC = RunSpecs.of("run", 10).recipes().getFirst();

    /** A loss that throws at its first step and when it is saved. */
    private record BrokenLoss(RuntimeException fault, RecipeState state) implements Loss {

        /** Returns a loss over weights of one latent that belong to the manager. */
        static BrokenLoss over(NDManager manager, RuntimeException fault) {
            InitialWeights weights = InitialWeights.draw(1, 2, 2, 1);
            return new BrokenLoss(
                    fault,
                    new RecipeState(
                            AffineWeights.of(manager, new Start(weights, true)),
                            List.of(),
                            List.of(),
                            Form.of(
                                    Architecture.STANDARD,
                                    () -> {
                                        throw fault;
                                    })));
        }

        @Override
        public Outcome evaluate(Batch batch, StepContext context) {
            throw fault;
        }

        @Override
        public GradientFunction function() {
            throw new UnsupportedOperationException("only for GPUs");
        }
    }

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private RecipeTraining training(RuntimeException fault) {
        NDManager own = manager.newSubManager();
        Recipe recipe =
                new Recipe(
                        own,
                        SPEC,
                        1,
                        BrokenLoss.over(own, fault),
                        new Update(DecoderNorm.FREE, 0, 0),
                        Optional.empty());
        return new RecipeTraining(
                SPEC, new LossWatch(DivergencePolicy.DEFAULT, Optional.empty()), () -> recipe);
    }

    private void step(RecipeTraining training, long stepsBefore) {
        try (NDManager scope = manager.newSubManager()) {
            Column column = new Column(scope.zeros(new Shape(2, 2)), new float[4]);
            training.step(stepsBefore, column, column);
        }
    }

    @Test
    void aRecipeThatThrowsIsStoppedAndGivesUpItsMemory() {
        RuntimeException fault = new IllegalStateException("no such latent: 7");
        try (RecipeTraining training = training(fault)) {
            assertThat(manager.getManagedArrays()).isNotEmpty();
            step(training, 4);
            step(training, 5);

            Stop stop = training.stop().orElseThrow();
            assertThat(stop.why().reason()).isEqualTo(Reason.FAILED);
            assertThat(stop.text())
                    .startsWith("failed at step 4: recipe broke: recipe=first")
                    .contains("no such latent: 7");
            assertThat(manager.getManagedArrays()).isEmpty();
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
        assertThat(training.dictionary(manager)).isEmpty();
    }

    @Test
    void weightsThatCannotBeReadStopTheirRecipe() {
        try (RecipeTraining training = training(new IllegalArgumentException("bad shape"))) {
            training.endStep(3, true);

            assertThat(training.stop().orElseThrow().text())
                    .startsWith("failed at step 3")
                    .contains("bad shape");
        }
    }

    @Test
    void aNumberThatIsNotFiniteIsADivergence() {
        RuntimeException fault = new NotFiniteException("gradient not finite: parameter=decoder");
        try (RecipeTraining training = training(fault)) {
            step(training, 9);

            Stop stop = training.stop().orElseThrow();
            assertThat(stop.text())
                    .isEqualTo("diverged at step 10: gradient not finite: parameter=decoder");
        }
    }

    @Test
    void whatTheMachineLacksIsNotTheRecipesFault() {
        RuntimeException fault = new EngineException("CUDA out of memory");
        try (RecipeTraining training = training(fault)) {
            assertThatThrownBy(() -> step(training, 0)).isSameAs(fault);

            assertThat(training.isRunning()).isTrue();
        }
    }
}
