package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.sparse.RowKernel.Part;
import org.lexicographer.trainer.recipe.sparse.RowKernel.TrainedRows;
import org.lexicographer.trainer.recipe.update.AdamStep;

/** What the kernels are defined to do, one element after another. */
public final class ScalarKernel implements RowKernel {

    private final int lanes;

    public ScalarKernel(int lanes) {
        this.lanes = lanes;
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public void findAbove(Part part, Rows bias, float threshold, ActiveLatents active) {
        int count = active.count();
        for (int i = part.from(); i < part.to(); i++) {
            float z = part.preActivations().get(part.row(), i) + bias.get(0, i);
            if (z > threshold || Float.isNaN(z) || Float.isNaN(threshold)) {
                active.columns()[count] = i;
                active.values()[count++] = z;
            }
        }
        active.setCount(count);
    }

    @Override
    public void addRows(Rows sum, int row, Rows matrix, WeightedRows terms) {
        for (int n = terms.from(); n < terms.to(); n++) {
            addRow(sum, row, terms.weight()[n], matrix, terms.row()[n]);
        }
    }

    @Override
    public void addRow(Rows sum, int row, float factor, Rows other, int otherRow) {
        for (int k = 0; k < sum.width(); k++) {
            sum.set(row, k, Math.fma(factor, other.get(otherRow, k), sum.get(row, k)));
        }
    }

    @Override
    public void setDifference(Rows result, int row, Rows bias, Rows targets) {
        for (int k = 0; k < result.width(); k++) {
            result.set(row, k, bias.get(0, k) - targets.get(row, k));
        }
    }

    @Override
    public void setScaled(Rows result, int row, float factor, Rows other, int otherRow) {
        for (int k = 0; k < result.width(); k++) {
            result.set(row, k, other.get(otherRow, k) * factor);
        }
    }

    @Override
    public float dot(Rows left, int leftRow, Rows right, int rightRow) {
        int group = 2 * lanes;
        int whole = left.width() / group * group;
        float[] sums = new float[group];
        for (int k = 0; k < whole; k++) {
            sums[k % group] =
                    Math.fma(left.get(leftRow, k), right.get(rightRow, k), sums[k % group]);
        }
        for (int half = lanes; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                sums[i] += sums[i + half];
            }
        }
        float rest = 0;
        for (int k = whole; k < left.width(); k++) {
            rest = Math.fma(left.get(leftRow, k), right.get(rightRow, k), rest);
        }
        return sums[0] + rest;
    }

    @Override
    public void adam(
            TrainedRows parameter, int row, Rows gradient, int gradientRow, AdamStep step) {
        for (int k = 0; k < gradient.width(); k++) {
            float g = gradient.get(gradientRow, k);
            float m =
                    Math.fma(
                            parameter.firstMoment().get(row, k),
                            step.beta1(),
                            g * step.oneMinusBeta1());
            float v =
                    Math.fma(
                            parameter.secondMoment().get(row, k),
                            AdamStep.BETA2,
                            g * g * AdamStep.ONE_MINUS_BETA2);
            float root = (float) Math.sqrt(v) / step.rootCorrection() + AdamStep.EPSILON;
            parameter.firstMoment().set(row, k, m);
            parameter.secondMoment().set(row, k, v);
            float weight = parameter.value().get(row, k);
            parameter.value().set(row, k, weight - m * step.stepSize() / root);
        }
    }
}
