package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import java.util.SplittableRandom;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.active.LargestLatents;
import org.lexicographer.trainer.recipe.active.PositiveLatents;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.sparse.GroupedReconstruction.Group;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;

/** A dictionary without a recipe around it: each step goes through all that a sparse step has. */
final class TrainedDictionary {

    private static final double LEARNING_RATE = 1e-3;
    private static final int K = 9;

    private final SplittableRandom random = new SplittableRandom(7);
    private final SparseUpdate.Weights weights;
    private final Encoder encoder;
    private final ActiveLatents active;
    private final LargestLatents largest;
    private final GroupedReconstruction reconstruction;
    private final SparseUpdate update;
    private final Selected selected;
    private long steps;

    /** Which latents are active. */
    enum Selected {
        ALL_POSITIVE,
        LARGEST_OF_ROW,
        LARGEST_OF_BATCH
    }

    TrainedDictionary(Workers workers, Selected selected, double maxNorm, int width, int latents) {
        this.selected = selected;
        this.weights =
                new SparseUpdate.Weights(
                        drawn(latents, width),
                        drawn(1, latents),
                        drawn(latents, width),
                        drawn(1, width),
                        true);
        this.encoder = new Encoder(workers, weights.encoderWeight().value());
        this.active = new ActiveLatents(latents);
        this.largest =
                LargestLatents.of(
                        selected == Selected.LARGEST_OF_BATCH
                                ? LargestLatents.Scope.BATCH
                                : LargestLatents.Scope.ROW,
                        workers,
                        active,
                        weights.encoderBias().value());
        this.reconstruction =
                new GroupedReconstruction(
                        workers,
                        List.of(new Group(latents / 3, 0.5), new Group(latents, 0.5)),
                        weights.decoderWeight().value(),
                        weights.decoderBias().value());
        this.update =
                new SparseUpdate(workers, new Update(DecoderNorm.UNIT, 0.9, maxNorm), weights);
    }

    private TrainedRows drawn(int count, int width) {
        return new TrainedRows(
                batch(count, width), Rows.allocate(count, width), Rows.allocate(count, width));
    }

    Rows batch(int count, int width) {
        Rows rows = Rows.allocate(count, width);
        for (int i = 0; i < count * width; i++) {
            rows.set(0, i, (float) random.nextGaussian());
        }
        return rows;
    }

    /** Takes a step that lets the rows be read and reconstructed. */
    void step(Rows batch) {
        if (selected == Selected.ALL_POSITIVE) {
            active.begin(batch.count());
            encoder.run(batch, new PositiveLatents(active, weights.encoderBias().value()));
        } else {
            largest.begin(batch.count(), K);
            encoder.run(batch, largest);
            largest.end();
        }
        reconstruction.run(active, batch, 1.0 / batch.count());
        update.apply(
                List.of(new Contribution(active, reconstruction::gradient)),
                batch,
                reconstruction.biasGradient(),
                AdamStep.of(LEARNING_RATE, ++steps));
    }

    /** Returns how many latents were active in the last step. */
    long activeLatents() {
        return active.count();
    }

    /** Returns all weights. */
    List<float[]> state() {
        return List.of(
                elements(weights.encoderWeight()),
                elements(weights.encoderBias()),
                elements(weights.decoderWeight()),
                elements(weights.decoderBias()));
    }

    private static float[] elements(TrainedRows parameter) {
        Rows rows = parameter.value();
        float[] elements = new float[rows.count() * rows.width()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = rows.get(0, i);
        }
        return elements;
    }
}
