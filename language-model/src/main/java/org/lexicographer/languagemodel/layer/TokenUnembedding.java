package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Transformer.Unembedding;
import org.lexicographer.languagemodel.kernel.DivergenceKernel;
import org.lexicographer.languagemodel.kernel.LinearKernel.Matrix;
import org.lexicographer.languagemodel.kernel.LossKernel;
import org.lexicographer.languagemodel.kernel.RowFunction;
import org.lexicographer.languagemodel.weights.RowTable;

/**
 * The products of a normalized stream with a table of one row per token.
 *
 * @param finalNorm of the stream
 * @param table (V, D)
 * @param softCap what bounds the logits; empty when nothing does
 */
public record TokenUnembedding(Norm finalNorm, RowTable table, Optional<SoftCap> softCap)
        implements Unembedding {

    public TokenUnembedding {
        requireNonNull(finalNorm, "finalNorm is null");
        requireNonNull(table, "table is null");
        requireNonNull(softCap, "softCap is null");
    }

    @Override
    public NDArray normalize(NDArray stream) {
        return finalNorm.forward(stream); // (..., D)
    }

    @Override
    public NDArray logits(NDArray normalized, int from, int to) {
        try (NDManager scope = normalized.getManager().newSubManager()) {
            NDArray logits =
                    normalized
                            .getNDArrayInternal()
                            .linear(normalized, table.rows(from, to, scope), null)
                            .singletonOrThrow(); // (..., to - from)
            return softCap.map(cap -> cap.apply(logits)).orElse(logits); // (..., to - from)
        }
    }

    @Override
    public NDArray weigh(NDArray vectors) {
        return finalNorm.weigh(vectors); // (..., D)
    }

    @Override
    public NDArray products(NDArray vectors, int from, int to) {
        try (NDManager scope = vectors.getManager().newSubManager()) {
            Matrix rows = new Matrix(table.rows(from, to, scope), false); // (to - from, D)
            return new Linear(rows, Optional.empty(), Optional.empty())
                    .forward(vectors); // (..., to - from)
        }
    }

    @Override
    public DivergenceKernel divergences(NDArray original, List<NDArray> others, long[] targets) {
        return new DivergenceKernel(original, others, targets, cap());
    }

    @Override
    public void addTo(DivergenceKernel divergences, int from, int to, NDManager scope) {
        divergences.add(table.rows(from, to, scope), from);
    }

    @Override
    public LossKernel loss(NDArray normalized, long[] targets) {
        return new LossKernel(normalized, targets, cap());
    }

    private RowFunction cap() {
        return softCap.map(SoftCap::ofRows).orElse(RowFunction.IDENTITY);
    }

    @Override
    public void addTo(LossKernel loss, int from, int to, NDManager scope) {
        loss.add(table.rows(from, to, scope), from);
    }
}
