package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.kernel.RowFunction;
import org.lexicographer.languagemodel.layer.SoftCap;
import org.lexicographer.languagemodel.program.FusedAttention;
import org.lexicographer.languagemodel.program.FusedAttention.Scores;

/**
 * How heads look at positions: softmax(cap(scale * Q K^T)) V per head (<a
 * href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, eq. 1</a>), where a position sees
 * itself and up to {@code window} - 1 before it.
 *
 * <p>On a CPU an {@link AttentionKernel} does it in float32; {@link FusedAttention} does it in
 * bfloat16 and on a GPU.
 *
 * @param scale of the scores, mostly 1 / sqrt E
 * @param window at least 1; {@link #UNBOUNDED} when all positions before are seen
 * @param softCap what bounds the scores; empty when nothing does
 */
public record AttentionRule(double scale, int window, Optional<SoftCap> softCap) {

    /** The window of full attention. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Checks that the window holds at least the position itself. */
    public AttentionRule {
        requireNonNull(softCap, "softCap is null");
        if (window < 1) {
            throw new IllegalArgumentException("window must be positive: window=" + window);
        }
    }

    /** Full attention without a cap. */
    public static AttentionRule full(double scale) {
        return new AttentionRule(scale, UNBOUNDED, Optional.empty());
    }

    /** Returns the heads' outputs side by side, (B, T, H * E), in the queries' manager. */
    NDArray mix(Input heads) {
        NDArray queries = heads.queries().array(); // (B, T, ...)
        Shape shape = queries.getShape();
        long width = (long) heads.queries().count() * heads.headDim();
        NDArray mixed =
                queries.getManager()
                        .create(
                                new Shape(shape.get(0), shape.get(1), width),
                                DataType.FLOAT32); // (B, T, H * E)
        new AttentionKernel(
                        scale, window, softCap.map(SoftCap::ofRows).orElse(RowFunction.IDENTITY))
                .run(heads, mixed);
        return mixed;
    }

    /**
     * Returns the heads' outputs side by side, (B, T, H * E), in the queries' manager.
     *
     * @param heads of which queries and keys are turned in place
     */
    NDArray mix(Input heads, Positions positions, FusedAttention program) {
        int length = positions.length();
        boolean isMasked = window < length || softCap.isPresent();
        return program.mix(
                heads,
                new Scores(
                        isMasked ? positions.tables(mask(length)) : new NDList(), // (T, T)
                        scale,
                        softCap.map(SoftCap::bound).orElse(0.0))); // (B, T, H * E)
    }

    private BandMask mask(int length) {
        return new BandMask(Math.min(window, length));
    }
}
