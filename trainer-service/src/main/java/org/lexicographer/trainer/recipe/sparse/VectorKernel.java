package org.lexicographer.trainer.recipe.sparse;

import static jdk.incubator.vector.VectorOperators.LE;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.trainer.recipe.sparse.RowKernel.Part;
import org.lexicographer.trainer.recipe.sparse.RowKernel.TrainedRows;
import org.lexicographer.trainer.recipe.update.AdamStep;

/**
 * The kernels over the widest vectors that the processor has.
 *
 * <p>Operations on vectors are element by element, and sums across one vector are spelled out: the
 * library does not state the order of its own reductions, so that interpreted and compiled code
 * could differ.
 */
public final class VectorKernel implements RowKernel {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INDEXES = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 8 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector COUNTING = IntVector.zero(INDEXES).addIndex(1);
    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private static VectorShuffle<Float> rotation(int lanes) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane + lanes) % LANES);
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void findAbove(Part part, Rows bias, float threshold, ActiveLatents active) {
        int[] columns = active.columns();
        float[] values = active.values();
        int count = active.count();
        Rows preActivations = part.preActivations();
        long start = preActivations.start(part.row());
        int k = part.from();
        for (; k <= part.to() - LANES; k += LANES) {
            FloatVector z = load(preActivations, start + k).add(load(bias, k));
            VectorMask<Float> mask = z.compare(LE, threshold).not();
            if (mask.anyTrue()) {
                z.compress(mask).intoArray(values, count);
                COUNTING.add(k).compress(mask.cast(INDEXES)).intoArray(columns, count);
                count += mask.trueCount();
            }
        }
        for (; k < part.to(); k++) {
            float z = get(preActivations, start + k) + get(bias, k);
            if (!(z <= threshold)) {
                columns[count] = k;
                values[count++] = z;
            }
        }
        active.setCount(count);
    }

    @Override
    public void addRows(Rows sum, int row, Rows matrix, WeightedRows terms) {
        int width = sum.width();
        long start = sum.start(row);
        int k = 0;
        for (; k <= width - BLOCK; k += BLOCK) {
            addBlock(sum, start + k, matrix, k, terms);
        }
        for (; k <= width - LANES; k += LANES) {
            addVector(sum, start + k, matrix, k, terms);
        }
        for (; k < width; k++) {
            addElement(sum, start + k, matrix, k, terms);
        }
    }

    /** Eight vectors of sums stay in registers over all rows. */
    private static void addBlock(Rows sum, long at, Rows matrix, int column, WeightedRows terms) {
        FloatVector s0 = load(sum, at);
        FloatVector s1 = load(sum, at + LANES);
        FloatVector s2 = load(sum, at + 2 * LANES);
        FloatVector s3 = load(sum, at + 3 * LANES);
        FloatVector s4 = load(sum, at + 4 * LANES);
        FloatVector s5 = load(sum, at + 5 * LANES);
        FloatVector s6 = load(sum, at + 6 * LANES);
        FloatVector s7 = load(sum, at + 7 * LANES);
        int[] rows = terms.row();
        float[] weights = terms.weight();
        for (int n = terms.from(); n < terms.to(); n++) {
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[n]);
            long from = matrix.start(rows[n]) + column;
            s0 = weight.fma(load(matrix, from), s0);
            s1 = weight.fma(load(matrix, from + LANES), s1);
            s2 = weight.fma(load(matrix, from + 2 * LANES), s2);
            s3 = weight.fma(load(matrix, from + 3 * LANES), s3);
            s4 = weight.fma(load(matrix, from + 4 * LANES), s4);
            s5 = weight.fma(load(matrix, from + 5 * LANES), s5);
            s6 = weight.fma(load(matrix, from + 6 * LANES), s6);
            s7 = weight.fma(load(matrix, from + 7 * LANES), s7);
        }
        store(s0, sum, at);
        store(s1, sum, at + LANES);
        store(s2, sum, at + 2 * LANES);
        store(s3, sum, at + 3 * LANES);
        store(s4, sum, at + 4 * LANES);
        store(s5, sum, at + 5 * LANES);
        store(s6, sum, at + 6 * LANES);
        store(s7, sum, at + 7 * LANES);
    }

    private static void addVector(Rows sum, long at, Rows matrix, int column, WeightedRows terms) {
        FloatVector total = load(sum, at);
        for (int n = terms.from(); n < terms.to(); n++) {
            FloatVector weight = FloatVector.broadcast(SPECIES, terms.weight()[n]);
            total = weight.fma(load(matrix, matrix.start(terms.row()[n]) + column), total);
        }
        store(total, sum, at);
    }

    private static void addElement(Rows sum, long at, Rows matrix, int column, WeightedRows terms) {
        float total = get(sum, at);
        for (int n = terms.from(); n < terms.to(); n++) {
            long from = matrix.start(terms.row()[n]) + column;
            total = Math.fma(terms.weight()[n], get(matrix, from), total);
        }
        set(sum, at, total);
    }

    @Override
    public void addRow(Rows sum, int row, float factor, Rows other, int otherRow) {
        long at = sum.start(row);
        long from = other.start(otherRow);
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        int k = 0;
        for (; k <= sum.width() - LANES; k += LANES) {
            store(factors.fma(load(other, from + k), load(sum, at + k)), sum, at + k);
        }
        for (; k < sum.width(); k++) {
            set(sum, at + k, Math.fma(factor, get(other, from + k), get(sum, at + k)));
        }
    }

    @Override
    public void setDifference(Rows result, int row, Rows bias, Rows targets) {
        long at = result.start(row);
        int k = 0;
        for (; k <= result.width() - LANES; k += LANES) {
            store(load(bias, k).sub(load(targets, at + k)), result, at + k);
        }
        for (; k < result.width(); k++) {
            set(result, at + k, get(bias, k) - get(targets, at + k));
        }
    }

    @Override
    public void setScaled(Rows result, int row, float factor, Rows other, int otherRow) {
        long at = result.start(row);
        long from = other.start(otherRow);
        int k = 0;
        for (; k <= result.width() - LANES; k += LANES) {
            store(load(other, from + k).mul(factor), result, at + k);
        }
        for (; k < result.width(); k++) {
            set(result, at + k, get(other, from + k) * factor);
        }
    }

    @Override
    public float dot(Rows left, int leftRow, Rows right, int rightRow) {
        long a = left.start(leftRow);
        long b = right.start(rightRow);
        int width = left.width();
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        int k = 0;
        for (; k <= width - 2 * LANES; k += 2 * LANES) {
            even = load(left, a + k).fma(load(right, b + k), even);
            odd = load(left, a + k + LANES).fma(load(right, b + k + LANES), odd);
        }
        float rest = 0;
        for (; k < width; k++) {
            rest = Math.fma(get(left, a + k), get(right, b + k), rest);
        }
        return sumByHalves(even.add(odd)) + rest;
    }

    private static float sumByHalves(FloatVector vector) {
        FloatVector sum = vector;
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        if (LANES > 2) {
            sum = sum.add(sum.rearrange(BY_2));
        }
        if (LANES > 1) {
            sum = sum.add(sum.rearrange(BY_1));
        }
        return sum.lane(0);
    }

    @Override
    public void adam(
            TrainedRows parameter, int row, Rows gradient, int gradientRow, AdamStep step) {
        long at = parameter.value().start(row);
        long from = gradient.start(gradientRow);
        int width = gradient.width();
        int k = 0;
        for (; k <= width - LANES; k += LANES) {
            adamVector(parameter, at + k, load(gradient, from + k), step);
        }
        for (; k < width; k++) {
            adamElement(parameter, at + k, get(gradient, from + k), step);
        }
    }

    private static void adamVector(
            TrainedRows parameter, long at, FloatVector gradient, AdamStep step) {
        FloatVector first =
                load(parameter.firstMoment(), at)
                        .fma(
                                FloatVector.broadcast(SPECIES, step.beta1()),
                                gradient.mul(step.oneMinusBeta1()));
        FloatVector second =
                load(parameter.secondMoment(), at)
                        .fma(
                                FloatVector.broadcast(SPECIES, AdamStep.BETA2),
                                gradient.mul(gradient).mul(AdamStep.ONE_MINUS_BETA2));
        FloatVector root = second.sqrt().div(step.rootCorrection()).add(AdamStep.EPSILON);
        FloatVector move = first.mul(step.stepSize()).div(root);
        store(first, parameter.firstMoment(), at);
        store(second, parameter.secondMoment(), at);
        store(load(parameter.value(), at).sub(move), parameter.value(), at);
    }

    private static void adamElement(TrainedRows parameter, long at, float gradient, AdamStep step) {
        float first =
                Math.fma(
                        get(parameter.firstMoment(), at),
                        step.beta1(),
                        gradient * step.oneMinusBeta1());
        float second =
                Math.fma(
                        get(parameter.secondMoment(), at),
                        AdamStep.BETA2,
                        gradient * gradient * AdamStep.ONE_MINUS_BETA2);
        float root = (float) Math.sqrt(second) / step.rootCorrection() + AdamStep.EPSILON;
        set(parameter.firstMoment(), at, first);
        set(parameter.secondMoment(), at, second);
        set(parameter.value(), at, get(parameter.value(), at) - first * step.stepSize() / root);
    }

    private static FloatVector load(Rows rows, long element) {
        return FloatVector.fromMemorySegment(SPECIES, rows.memory(), element * Float.BYTES, ORDER);
    }

    private static void store(FloatVector vector, Rows rows, long element) {
        vector.intoMemorySegment(rows.memory(), element * Float.BYTES, ORDER);
    }

    private static float get(Rows rows, long element) {
        return rows.memory().getAtIndex(ValueLayout.JAVA_FLOAT, element);
    }

    private static void set(Rows rows, long element, float value) {
        rows.memory().setAtIndex(ValueLayout.JAVA_FLOAT, element, value);
    }
}
