package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test that hands random activations to {@link RandomDictionaries}. */
public abstract class WithActivations {

    private static final int ROWS = 40;

    /** What arrays belong to; closed after each test. */
    protected NDManager manager;

    /** Activations (N, D). */
    protected NDArray activations;

    private final long seed;

    /** Takes the seed of the activations. */
    protected WithActivations(long seed) {
        this.seed = seed;
    }

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        activations =
                RandomDictionaries.weight(new Random(seed), ROWS, RandomDictionaries.DIM)
                        .array(manager); // (N, D)
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }
}
