package org.lexicographer.benchmark.own;

import java.util.SplittableRandom;
import org.lexicographer.benchmark.work.ProductWork;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.Encoder;

/** The product as sparse steps compute it: block after block, none of which is kept. */
final class PackedProduct extends Timed {

    private final RowMemory memory = new RowMemory();
    private final Rows rows;
    private final Encoder encoder;

    PackedProduct(ProductWork work) {
        super(work.method().title());
        StepSize size = work.size();
        SplittableRandom random = new SplittableRandom(0);
        rows = drawn(size.batchSize(), size.activationDim(), random);
        Rows weight = drawn(size.dictionarySize(), size.activationDim(), random);
        encoder = new Encoder(new Workers(work.place().threads()), weight, memory);
    }

    private static Rows drawn(int count, int width, SplittableRandom random) {
        Rows rows = Rows.allocate(count, width);
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < width; column++) {
                rows.set(row, column, (float) random.nextGaussian());
            }
        }
        return rows;
    }

    @Override
    void act() {
        encoder.run(rows, block -> {});
    }

    @Override
    public void close() {
        memory.close();
    }
}
