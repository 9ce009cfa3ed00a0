package org.lexicographer.trainer.stage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;

/**
 * A recipe's curve among the tensors of a checkpoint: {@code curve}, float64 (points, 8), the
 * components of {@link CurvePoint} in their order, NaN for what is absent, and {@code
 * curve.stride}.
 */
final class CurveTensors {

    private static final String POINTS = "curve";
    private static final String STRIDE = "curve.stride";
    private static final int COLUMNS = 8;

    private CurveTensors() {}

    static void save(TrainingCurve curve, SafetensorsWriter states, String prefix) {
        int count = curve.points().size();
        ByteBuffer bytes =
                ByteBuffer.allocate(count * COLUMNS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        DoubleBuffer values = bytes.asDoubleBuffer();
        for (CurvePoint point : curve.points()) {
            values.put(point.step())
                    .put(point.relativeLoss())
                    .put(point.reconstruction())
                    .put(point.sparsity())
                    .put(point.l0())
                    .put(point.deadLatents())
                    .put(point.varianceExplained().orElse(Double.NaN))
                    .put(point.learningRate());
        }
        List<Long> shape = List.of((long) count, (long) COLUMNS);
        states.add(prefix + POINTS, SafetensorsType.F64, shape, bytes);
        states.addLongs(prefix + STRIDE, List.of(), new long[] {curve.stride()});
    }

    /** Reads a curve; checkpoints of earlier versions have none. */
    static TrainingCurve read(TensorSource states, String prefix) {
        if (!states.names().contains(prefix + POINTS)) {
            return TrainingCurve.EMPTY;
        }
        DoubleBuffer values = states.bytes(prefix + POINTS).asDoubleBuffer();
        List<CurvePoint> points = new ArrayList<>();
        while (values.hasRemaining()) {
            points.add(
                    new CurvePoint(
                            (long) values.get(),
                            values.get(),
                            values.get(),
                            values.get(),
                            values.get(),
                            (long) values.get(),
                            Optional.of(values.get()).filter(Double::isFinite),
                            values.get()));
        }
        return new TrainingCurve(states.longs(prefix + STRIDE)[0], points);
    }
}
