package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.trainer.engine.SparseRecipes.WIDTH;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/**
 * Counts the bytes of the objects that a sparse step makes, for a recipe of each type and batches
 * of two sizes. A program of its own, because vectors are objects until the last compiler has seen
 * a method: started with {@code -Xbatch}, which lets the program wait for its compiler, what is
 * compiled after so many steps does not depend on how busy the machine is.
 */
final class StepAllocations {

    /** One tile of rows. */
    static final int FEW_ROWS = 96;

    static final int MANY_ROWS = 4 * FEW_ROWS;

    /** By then each row has been worked at more often than the last compiler asks for, 15,000. */
    private static final int WARM_UP = 60;

    private static final int COUNTED = 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private StepAllocations() {}

    /**
     * Prints a line for each type of recipe: its name, and a step's bytes with few and many rows.
     */
    public static void main(String[] arguments) {
        Map<String, RecipeSpec> specs = new LinkedHashMap<>();
        for (RecipeSpec spec : SparseRecipes.all(Compatibility.PAPER, 1)) {
            specs.putIfAbsent(spec.type().name(), spec);
        }
        specs.forEach(
                (type, spec) -> {
                    long many = bytesOfStep(spec, MANY_ROWS);
                    System.out.printf("%s %d %d%n", type, bytesOfStep(spec, FEW_ROWS), many);
                });
    }

    private static long bytesOfStep(RecipeSpec spec, int rows) {
        SparsePlan plan = new SparsePlan(new Workers(2), Double.POSITIVE_INFINITY);
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe = SparseRecipes.start(manager, spec, WIDTH, Optional.of(plan));
                NDArray batch = StandardRecipes.batch(manager, 1, rows, WIDTH)) { // (B, D)
            for (int step = 0; step < WARM_UP; step++) {
                recipe.step(batch, batch);
            }
            List<Thread> threads =
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(StepAllocations::takesPart)
                            .toList();
            assertThat(threads).as("the caller and its helper").hasSizeGreaterThan(1);
            long least = Long.MAX_VALUE;
            for (int step = 0; step < COUNTED; step++) {
                long before = allocated(threads);
                recipe.step(batch, batch);
                least = Math.min(least, allocated(threads) - before);
            }
            return least;
        }
    }

    private static boolean takesPart(Thread thread) {
        return thread == Thread.currentThread() || thread.getName().startsWith("kernel-worker-");
    }

    private static long allocated(List<Thread> threads) {
        long bytes = 0;
        for (Thread thread : threads) {
            bytes += THREADS.getThreadAllocatedBytes(thread.threadId());
        }
        return bytes;
    }
}
