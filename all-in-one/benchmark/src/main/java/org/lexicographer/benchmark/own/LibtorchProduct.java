package org.lexicographer.benchmark.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.benchmark.work.ProductWork;
import org.lexicographer.benchmark.work.StepSize;

/** The product as PyTorch's library computes it. */
final class LibtorchProduct extends Timed {

    private final NDManager manager;
    private final NDArray rows; // (B, D)
    private final NDArray encoder; // (D, F)

    LibtorchProduct(ProductWork work) {
        super(work.method().title());
        manager = NDManager.newBaseManager(work.place().toDevice());
        StepSize size = work.size();
        rows = manager.randomNormal(new Shape(size.batchSize(), size.activationDim()));
        encoder =
                manager.randomNormal(new Shape(size.dictionarySize(), size.activationDim()))
                        .transpose();
    }

    @Override
    void act() {
        try (NDArray products = rows.matMul(encoder)) { // (B, F)
            products.getFloat(0, 0); // on a GPU waits for the product
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
