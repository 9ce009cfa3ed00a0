package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

/**
 * What the figures about reconstructions need: sums over tokens of lengths, angles and errors, and
 * the variance of what is reconstructed. Everything is computed and summed in float64.
 */
public final class ReconstructionStatistics {

    private static final int[] OVER_ROWS = {0};
    private static final int[] OVER_DIMENSIONS = {1};

    private final int activationDim;
    private final Moments targets = new Moments();
    private Moments batchTargets = new Moments();
    private Moments batchErrors = new Moments();
    private long tokens;
    private long tokensWithTarget;
    private double squaredErrorSum;
    private double errorNormSum;
    private double cosineSum;
    private double normRatioSum;
    private double squaredNormSum;
    private double productSum;
    private double explainedSum;
    private int batches;
    private float[] batchMean = {};
    private long tokensOffMean;
    private double explainedOfTokensSum;

    /**
     * Starts with no tokens seen.
     *
     * @param activationDim the width of the activations that are reconstructed, D
     */
    public ReconstructionStatistics(int activationDim) {
        this.activationDim = activationDim;
    }

    /**
     * Begins a batch.
     *
     * @param target all the activations of the batch that are to be reconstructed, float32 (N,
     *     Dout), which stay the caller's
     */
    public void beginBatch(NDArray target) {
        try (NDArray mean = target.mean(OVER_ROWS)) { // (Dout)
            batchMean = mean.toFloatArray();
        }
    }

    /**
     * Adds tokens of the present batch; both arrays are float32 (N, D) and stay the caller's.
     *
     * @param target the activations that were to be reconstructed, x
     * @param reconstruction what the dictionary made of them, x^
     */
    public void add(NDArray target, NDArray reconstruction) {
        try (NDManager scope = target.getManager().newSubManager()) {
            NDArray x = wide(target, scope); // (N, D)
            NDArray y = wide(reconstruction, scope); // (N, D)
            NDArray error = x.sub(y); // (N, D)
            addRows(products(x, x), products(y, y), products(x, y), products(error, error)); // (N)
            NDArray centred = x.sub(wide(scope.create(batchMean), scope)); // (N, D)
            addExplained(products(error, error), products(centred, centred)); // (N)
            addMoments(batchTargets, x);
            addMoments(batchErrors, error);
        }
    }

    private static NDArray wide(NDArray array, NDManager scope) {
        NDArray wide = array.toType(DataType.FLOAT64, true); // (N, D)
        wide.attach(scope);
        return wide;
    }

    private static double[] products(NDArray left, NDArray right) {
        return left.mul(right).sum(OVER_DIMENSIONS).toDoubleArray(); // (N)
    }

    private static void addMoments(Moments moments, NDArray rows) {
        NDArray mean = rows.mean(OVER_ROWS); // (D)
        double squaredDistances = rows.sub(mean).square().sum().getDouble();
        moments.add(rows.getShape().get(0), mean.toDoubleArray(), squaredDistances);
    }

    private void addRows(double[] xx, double[] yy, double[] xy, double[] ee) {
        for (int row = 0; row < xx.length; row++) {
            squaredErrorSum += ee[row];
            errorNormSum += Math.sqrt(ee[row]);
            squaredNormSum += yy[row];
            productSum += xy[row];
            if (xx[row] > 0) {
                tokensWithTarget++;
                normRatioSum += Math.sqrt(yy[row] / xx[row]);
                cosineSum += yy[row] > 0 ? xy[row] / Math.sqrt(xx[row] * yy[row]) : 0;
            }
        }
        tokens += xx.length;
    }

    private void addExplained(double[] errors, double[] squaredDistances) {
        for (int row = 0; row < errors.length; row++) {
            if (squaredDistances[row] > 0) {
                tokensOffMean++;
                explainedOfTokensSum += 1 - errors[row] / squaredDistances[row];
            }
        }
    }

    /** Ends a batch: figures that are means over batches count what was added since the last. */
    public void endBatch() {
        // The divisor n - 1 of both variances cancels out.
        explainedSum += 1 - batchErrors.squaredDistances() / batchTargets.squaredDistances();
        batches++;
        targets.add(batchTargets);
        batchTargets = new Moments();
        batchErrors = new Moments();
    }

    /** Adds this class's figures, over all batches that have ended. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.MSE, squaredErrorSum / tokens / activationDim);
        values.put(MetricDefinition.ERROR_NORM, errorNormSum / tokens);
        values.put(
                MetricDefinition.FRACTION_OF_VARIANCE_UNEXPLAINED,
                squaredErrorSum / targets.squaredDistances());
        values.put(MetricDefinition.FRAC_VARIANCE_EXPLAINED, explainedSum / batches);
        values.put(
                MetricDefinition.EXPLAINED_VARIANCE_LEGACY, explainedOfTokensSum / tokensOffMean);
        values.put(MetricDefinition.COSINE_SIMILARITY, cosineSum / tokensWithTarget);
        values.put(MetricDefinition.L2_RATIO, normRatioSum / tokensWithTarget);
        values.put(MetricDefinition.RELATIVE_RECONSTRUCTION_BIAS, squaredNormSum / productSum);
    }
}
