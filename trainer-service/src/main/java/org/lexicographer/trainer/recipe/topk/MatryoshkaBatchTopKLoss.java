package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.trainer.recipe.active.LargestLatents.Scope;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;

/**
 * The Matryoshka recipe (Bussmann et al., <a href="https://arxiv.org/abs/2503.17547">Learning
 * Multi-Level Features with Matryoshka Sparse Autoencoders</a>, 2025, section 3), and
 * dictionary_learning 0.1's MatryoshkaBatchTopKTrainer. Latents lie in G groups; the first g groups
 * are a dictionary of their own.
 *
 * <pre>
 *   f = the k B largest of ReLU(W_e (x - [b]) + b_e),  x^_g = b + sum over groups j to g of W_d^j f^j
 *   loss = sum_g v_g 1 / B sum (x^_g - y)^2 + alpha AuxK
 *     dictionary_learning divides the first sum by G once more
 *
 *   R_j = sum over g from j of v_g 2 / B (x^_g - y)
 *   dL/df^j = W_d^j' R_j      dL/dW_d^j = sum f^j R_j      dL/db = sum R_1 - ...
 * </pre>
 */
public final class MatryoshkaBatchTopKLoss extends TopKFamilyLoss {

    private final MatryoshkaBatchTopKRecipeSpec spec;
    private final List<Group> groups;

    /**
     * One group.
     *
     * @param from its first latent
     * @param to one past its last latent
     * @param weight v_g
     */
    private record Group(long from, long to, double weight) {

        NDArray columns(NDArray latents) {
            return latents.get(new NDIndex().addAllDim().addSliceDim(from, to)); // (B, group)
        }

        NDArray rows(NDArray decoder) {
            return decoder.get(new NDIndex().addSliceDim(from, to)); // (group, Dout)
        }
    }

    private MatryoshkaBatchTopKLoss(MatryoshkaBatchTopKRecipeSpec spec, TopKState state) {
        super(
                state,
                Architecture.MATRYOSHKA_BATCH_TOP_K,
                () -> state.activeLatents(true, spec.groupSizes()));
        this.spec = spec;
        this.groups = groups(spec);
    }

    private static List<Group> groups(MatryoshkaBatchTopKRecipeSpec spec) {
        List<Group> groups = new ArrayList<>();
        long from = 0;
        for (int i = 0; i < spec.groupSizes().size(); i++) {
            long to = from + spec.groupSizes().get(i);
            groups.add(new Group(from, to, spec.groupWeights().get(i)));
            from = to;
        }
        return List.copyOf(groups);
    }

    /** Returns how Matryoshka recipes are trained. */
    public static TrainingMethod method(MatryoshkaBatchTopKRecipeSpec spec) {
        return TopKState.method(
                spec.basics(), spec.selection(), state -> new MatryoshkaBatchTopKLoss(spec, state));
    }

    @Override
    public GradientFunction function() {
        return TopKFunction.ofGroups(own, prefixes());
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        TopKState.Encoded encoded = own.encode(batch);
        BatchSelection selection = own.selectInBatch(encoded, batch, context);
        List<NDArray> errors = errors(selection.latents(), batch); // G times (B, Dout)
        TopKState.ReconstructionGradients reconstruction =
                reconstruction(selection.latents(), errors, batch);
        return own.outcome(encoded, selection.latents(), errors.getLast(), reconstruction, context);
    }

    private List<NDArray> errors(NDArray latents, Batch batch) {
        AffineWeights weights = own.weights();
        NDArray decoder = weights.decoderWeight().value(); // (F, Dout)
        List<NDArray> errors = new ArrayList<>();
        NDArray sum = batch.targets().neg().addi(weights.decoderBias().value()); // (B, Dout)
        for (Group group : groups) {
            sum = sum.add(group.columns(latents).matMul(group.rows(decoder))); // (B, Dout)
            errors.add(sum);
        }
        return errors;
    }

    private TopKState.ReconstructionGradients reconstruction(
            NDArray latents, List<NDArray> errors, Batch batch) {
        NDArray decoder = own.weights().decoderWeight().value(); // (F, Dout)
        NDArray loss = latents.getManager().zeros(new Shape()); // ()
        NDArray gradient = errors.getFirst().zerosLike(); // (B, Dout), R_j
        List<NDArray> latentGradients = new ArrayList<>();
        List<NDArray> decoderGradients = new ArrayList<>();
        for (int g = groups.size() - 1; g >= 0; g--) {
            Group group = groups.get(g);
            double weight = weight(group) / batch.rows();
            loss.addi(errors.get(g).square().sum().muli(weight));
            gradient = gradient.add(errors.get(g).mul((float) (2 * weight))); // (B, Dout)
            latentGradients.add(gradient.matMul(group.rows(decoder).transpose())); // (B, group)
            decoderGradients.add(
                    group.columns(latents).transpose().matMul(gradient)); // (group, Dout)
        }
        return new TopKState.ReconstructionGradients(
                loss,
                gradient,
                joined(latentGradients, 1), // (B, F)
                joined(decoderGradients, 0)); // (F, Dout)
    }

    private double weight(Group group) {
        return switch (spec.basics().compatibility()) {
            case PAPER -> group.weight();
            case DICTIONARY_LEARNING -> group.weight() / groups.size();
        };
    }

    /** Joins the groups' arrays, which were worked out from the last to the first. */
    private static NDArray joined(List<NDArray> lastToFirst, int axis) {
        List<NDArray> ordered = new ArrayList<>(lastToFirst);
        Collections.reverse(ordered);
        return NDArrays.concat(new NDList(ordered), axis);
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        SparseTopK.Choice choice = new SparseTopK.Choice(Scope.BATCH, false, prefixes());
        return Optional.of(new SparseTopK(own, choice, workers));
    }

    private List<EntryFormula.Prefix> prefixes() {
        return groups.stream()
                .map(it -> new EntryFormula.Prefix((int) it.to(), weight(it)))
                .toList();
    }
}
