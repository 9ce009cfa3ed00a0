package org.lexicographer.benchmark.own;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.engine.TrainingMethods;
import org.lexicographer.trainer.recipe.loss.InitialWeights;

/**
 * This project's steps, on batches of normally distributed rows. As in trainer-service, each site
 * is a job with a thread of its own, all jobs share the workers of the process, and the recipes of
 * a site take the same batch in turn.
 */
final class OwnSteps extends Timed {

    /** As many that a step does not find its rows in the cache of the step before. */
    private static final int BATCHES = 4;

    private static final int SAMPLED_ROWS = 64;

    private final StepWork work;
    private final NDManager manager;
    private final List<Job> jobs = new ArrayList<>();
    private final ExecutorService threads;

    OwnSteps(StepWork work) {
        super("lexicographer", work.times());
        this.work = work;
        Device device = work.place().toDevice();
        manager = NDManager.newBaseManager(device);
        SplittableRandom random = new SplittableRandom(0);
        for (int site = 0; site < work.sites(); site++) {
            jobs.add(new Job(random));
        }
        threads = Executors.newFixedThreadPool(work.sites());
    }

    /** One site. */
    private final class Job {
        private final List<NDArray> batches = new ArrayList<>();
        private final List<Recipe> recipes = new ArrayList<>();
        private int next;

        Job(SplittableRandom random) {
            for (int batch = 0; batch < BATCHES; batch++) {
                batches.add(batch(random));
            }
            work.recipes().forEach(recipe -> recipes.add(start(recipe, batches.getFirst())));
        }

        void step() {
            NDArray batch = batches.get(next++ % BATCHES); // (B, D)
            recipes.forEach(recipe -> take(recipe, batch));
        }
    }

    /** Training reports few steps; on a CPU it costs nothing to look. */
    private void take(Recipe recipe, NDArray batch) {
        if (work.place().onGpu()) {
            recipe.step(batch, batch);
        } else {
            recipe.stepAndReport(batch, batch);
        }
    }

    private NDArray batch(SplittableRandom random) {
        StepSize size = work.size();
        float[] values = new float[Math.multiplyExact(size.batchSize(), size.activationDim())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(size.batchSize(), size.activationDim())); // (B, D)
    }

    private Recipe start(String recipe, NDArray batch) {
        RecipeSpec spec = work.spec(recipe);
        int width = work.size().activationDim();
        int active = work.size().active();
        if (StepWork.isTopK(recipe) || active == StepSize.AS_TRAINING_STARTS) {
            return Recipe.start(manager, spec, width, width, StepWork.STEPS);
        }
        InitialWeights drawn = TrainingMethods.of(spec).initialWeights(spec, width, width);
        float[] bias = new float[work.size().dictionarySize()];
        Arrays.fill(bias, -threshold(drawn, batch, active));
        InitialWeights weights =
                drawn.with(DictionaryWeights.ENCODER_BIAS, bias)
                        .with(DictionaryWeights.GATE_BIAS, bias);
        return Recipe.start(manager, spec, weights, StepWork.STEPS);
    }

    /** Returns what about so many products of a row with the encoder are above. */
    private float threshold(InitialWeights weights, NDArray batch, int active) {
        Shape shape = new Shape(weights.dictionarySize(), weights.inputDim());
        try (NDArray encoder = manager.create(weights.encoderWeight(), shape); // (F, D)
                NDArray rows = batch.get(new NDIndex(":" + SAMPLED_ROWS)); // (64, D)
                NDArray products = rows.matMul(encoder.transpose())) { // (64, F)
            float[] sorted = products.toFloatArray();
            Arrays.sort(sorted);
            int sampled = sorted.length / weights.dictionarySize();
            return sorted[sorted.length - active * sampled];
        }
    }

    /** What is read was computed after all that was launched before. */
    @Override
    void await() {
        if (work.place().onGpu()) {
            try (NDArray last = manager.ones(new Shape(1))) { // (1)
                last.toFloatArray();
            }
        }
    }

    @Override
    void act() {
        if (jobs.size() == 1) {
            jobs.getFirst().step();
        } else {
            stepTogether();
        }
    }

    private void stepTogether() {
        List<CompletableFuture<Void>> steps =
                jobs.stream().map(job -> CompletableFuture.runAsync(job::step, threads)).toList();
        steps.forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        threads.shutdown();
        jobs.forEach(job -> job.recipes.forEach(Recipe::close));
        manager.close();
    }
}
