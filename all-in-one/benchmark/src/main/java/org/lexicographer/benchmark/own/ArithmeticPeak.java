package org.lexicographer.benchmark.own;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.benchmark.work.ProductWork;

/**
 * Fused multiplications and additions on registers alone. Twelve sums hide the latency of an
 * addition on processors that begin two of four or five cycles in each.
 */
final class ArithmeticPeak extends Timed {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int SUMS = 12;

    /** Turns of a call: short ones are compiled as a whole, before they are timed. */
    private static final int CALL = 10_000;

    private final ExecutorService pool;
    private final int threads;
    private final long calls;
    private volatile float result;

    ArithmeticPeak(ProductWork work) {
        super(work.method().title());
        threads = work.place().threads();
        pool = Executors.newFixedThreadPool(threads);
        double perTurn = 2e-9 * SUMS * SPECIES.length();
        calls = Math.max(1, Math.round(work.gigaflops() / threads / perTurn / CALL));
    }

    @Override
    void act() {
        List<CompletableFuture<Float>> parts = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            parts.add(CompletableFuture.supplyAsync(this::share, pool));
        }
        parts.forEach(part -> result += part.join()); // so that nothing can be left out
    }

    /** Returns what one thread's share comes to. */
    private float share() {
        float sum = 0;
        for (long call = 0; call < calls; call++) {
            sum += compute();
        }
        return sum;
    }

    private static float compute() {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector term = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector a = term;
        FloatVector b = term;
        FloatVector c = term;
        FloatVector d = term;
        FloatVector e = term;
        FloatVector f = term;
        FloatVector g = term;
        FloatVector h = term;
        FloatVector i = term;
        FloatVector j = term;
        FloatVector k = term;
        FloatVector l = term;
        // A sum that is the addend stays in its register; as a factor it would be copied each time.
        for (int turn = 0; turn < CALL; turn++) {
            a = factor.fma(term, a);
            b = factor.fma(term, b);
            c = factor.fma(term, c);
            d = factor.fma(term, d);
            e = factor.fma(term, e);
            f = factor.fma(term, f);
            g = factor.fma(term, g);
            h = factor.fma(term, h);
            i = factor.fma(term, i);
            j = factor.fma(term, j);
            k = factor.fma(term, k);
            l = factor.fma(term, l);
        }
        FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
        return sum.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
