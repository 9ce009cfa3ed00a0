package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.bfloat16.Bfloat16;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.kernel.RowFunction;
import org.lexicographer.languagemodel.layer.SoftCap;

/**
 * How heads look at positions: softmax(cap(scale * Q K^T)) V per head (<a
 * href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, eq. 1</a>), where a position sees
 * itself and up to {@code window} - 1 before it.
 *
 * <p>On a CPU an {@link AttentionKernel} does it, and in bfloat16 PyTorch's fused attention where
 * scores are not capped. On a GPU queries are taken some at a time, with the keys that they may
 * see, so that scores need memory for T * window elements at most, and only for those of one part
 * at a time.
 *
 * @param scale of the scores, mostly 1 / sqrt E
 * @param window at least 1; {@link #UNBOUNDED} when all positions before are seen
 * @param softCap what bounds the scores; empty when nothing does
 */
public record AttentionRule(double scale, int window, Optional<SoftCap> softCap) {

    /** The window of full attention. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int MAX_ROWS = 256;
    private static final int MIN_ROWS = 32;

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

    /** Returns the heads' outputs side by side, (B, T, H * E), in the heads' manager. */
    NDArray mix(Heads heads, Positions positions) {
        Shape shape = heads.queries().getShape();
        int length = positions.length();
        int rows = Math.clamp(window, Math.min(MIN_ROWS, length), Math.min(MAX_ROWS, length));
        NDList parts = new NDList();
        for (int start = 0; start < length; start += rows) {
            int end = Math.min(length, start + rows);
            int first = Math.max(0, start - window + 1);
            parts.add(mixPart(heads.part(start, end, first), positions)); // (B, rows, G, H/G, E)
        }
        NDArray mixed = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
        return mixed.reshape(shape.get(0), length, shape.get(1) * shape.get(3)); // (B, T, H * E)
    }

    /**
     * Returns the heads' outputs side by side, (B, T, H * E), of heads in bfloat16, which are
     * turned here, in the heads' manager.
     *
     * @param angles cosines and sines, or none
     */
    NDArray mix(Heads heads, NDList angles, Positions positions, Bfloat16 bfloat16) {
        int length = positions.length();
        boolean isMasked = window < length || softCap.isPresent();
        return bfloat16.mix(
                List.of(heads.queries(), heads.keys(), heads.values()),
                angles,
                isMasked ? positions.tables(mask(length, length)) : new NDList(), // (T, T)
                scale,
                softCap.map(SoftCap::bound).orElse(0.0)); // (B, T, H * E)
    }

    private NDArray mixPart(Heads part, Positions positions) {
        NDManager owner = part.queries().getManager();
        try (NDManager scope = owner.newSubManager()) {
            NDArray queries = part.grouped(); // (B, G, H/G * rows, E)
            queries.attach(scope);
            NDArray scores = capped(queries.mul(scale).matMul(part.keys().transpose(0, 1, 3, 2)));
            int rows = Math.toIntExact(part.queries().getShape().get(2));
            int columns = Math.toIntExact(part.keys().getShape().get(2));
            NDArray mask = positions.tables(mask(rows, columns)).get(0); // (rows, columns)
            Shape shape = scores.getShape(); // (B, G, H/G * rows, columns)
            NDArray weights =
                    scores.reshape(shape.get(0), shape.get(1), -1, rows, columns)
                            .addi(mask)
                            .softmax(4)
                            .reshape(shape); // (B, G, H/G * rows, columns)
            NDArray mixed =
                    weights.matMul(part.values()) // (B, G, H/G * rows, E)
                            .reshape(shape.get(0), shape.get(1), shape.get(2) / rows, rows, -1)
                            .transpose(0, 3, 1, 2, 4); // (B, rows, G, H/G, E)
            mixed.attach(owner);
            return mixed;
        }
    }

    private BandMask mask(int rows, int columns) {
        return new BandMask(rows, columns, Math.min(window, columns));
    }

    private NDArray capped(NDArray scores) {
        return softCap.map(cap -> cap.apply(scores)).orElse(scores); // like scores
    }
}
