package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfBatch;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfRow;
import org.lexicographer.trainer.recipe.loss.KernelStep.Revival;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/** The gradients of the top-k family in TorchScript; the members differ in two functions. */
final class TopKFunction implements GradientFunction {

    /**
     * {@code choose} returns f, whether each latent was active, and the sum and the number of the
     * smallest active latents, from a and k. {@code reconstruct} returns the error, the loss, and
     * its gradients at x^, f and W_d.
     */
    private static final String FAMILY =
            HEAD
                    + """
                decoder = w[1].to(dtype)
                centred = self.centred(w, x, subtracted, dtype)
                a = torch.addmm(w[3].to(dtype), centred, w[0].to(dtype).t()).relu_()
                f, active, smallest, found = self.choose(a, int(numbers[0]))
                error, loss, output, at_latents, at_decoder = self.reconstruct(f, decoder, w[2] - y, numbers)
                product = at_latents.mul_(f.sign())
                auxiliary = torch.zeros_like(loss)
                if len(arrays) > 0:
                  dead = arrays[0] * active.logical_not()
                  if bool(dead.any()):
                    g, at_attempt, auxiliary = self.attempt(a, dead.to(dtype), error, decoder, numbers)
                    product.add_(torch.mm(at_attempt, decoder.t()).mul_(g.sign()))
                    at_decoder.add_(torch.mm(g.t(), at_attempt))
                gradients = self.backward(w, centred, product, at_decoder, output, subtracted)
                return (gradients, [active, smallest, found, loss, auxiliary, self.active(f, report)])
              def attempt(self, a: Tensor, dead: Tensor, error: Tensor, decoder: Tensor, numbers: List[float]) -> Tuple[Tensor, Tensor, Tensor]:
                rows = float(a.size(0))
                values, index = torch.topk(a * dead - (1. - dead), int(numbers[1]), 1, True, False)
                g = torch.zeros_like(a).scatter_(1, index, values.relu())
                miss = torch.mm(g, decoder).to(6) + error
                factor = torch.ones_like(error.sum())
                if numbers[3] > 0.:
                  variance = (error - error.mean(0)).square().sum() / rows
                  factor = torch.where(variance > 0, variance.reciprocal(), torch.zeros_like(variance))
                loss = miss.square().sum() / rows * factor
                return (g, (miss * (numbers[2] * 2. / rows) * factor).to(a.dtype), loss)
            """;

    /** Of each row the k largest; {@code numbers[4]} tells whether those of 0 count as active. */
    private static final String OF_EACH_ROW =
            """
              def choose(self, a: Tensor, k: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                values, index = torch.topk(a, k, 1, True, False)
                f = torch.zeros_like(a).scatter_(1, index, values)
                smallest = torch.where(values > 0, values.to(6), torch.full_like(values, inf).to(6)).amin(1)
                some = smallest < inf
                sums = torch.where(some, smallest, torch.zeros_like(smallest)).sum(dtype=7)
                return (f, ACTIVE, sums, some.sum())
            """;

    private static final String POSITIVE = "f.amax(0) > 0";

    private static final String CHOSEN =
            "torch.zeros_like(a[0]).scatter_(0, index.flatten(), torch.ones_like(values).flatten())"
                    + " > 0";

    private static final String OF_THE_BATCH =
            """
              def choose(self, a: Tensor, k: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                flat = a.flatten()
                values, index = torch.topk(flat, min(k * a.size(0), flat.size(0)), 0, True, False)
                f = torch.zeros_like(flat).scatter_(0, index, values).view(a.size(0), a.size(1))
                smallest = torch.where(values > 0, values.to(6), torch.full_like(values, inf).to(6)).amin(0)
                some = smallest < inf
                return (f, f.amax(0) > 0, torch.where(some, smallest, torch.zeros_like(smallest)).to(7), some.sum())
            """;

    private static final String WHOLE =
            """
              def reconstruct(self, f: Tensor, decoder: Tensor, start: Tensor, numbers: List[float]) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
                error = torch.mm(f, decoder).to(6) + start
                output = error * (2. / f.size(0))
                low = output.to(f.dtype)
                return (error, error.square().sum() / f.size(0), output, torch.mm(low, decoder.t()), torch.mm(f.t(), low).to(6))
            """;

    /** Groups are pairs of a group's end and v_g, from {@code numbers[4]} on. */
    private static final String BY_GROUPS =
            """
              def reconstruct(self, f: Tensor, decoder: Tensor, start: Tensor, numbers: List[float]) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
                rows = float(f.size(0))
                groups = (len(numbers) - 4) // 2
                sum = start
                errors = annotate(List[Tensor], [])
                begin = 0
                begins = annotate(List[int], [])
                for g in range(groups):
                  end = int(numbers[4 + 2 * g])
                  sum = sum + torch.mm(f[:, begin:end], decoder[begin:end]).to(6)
                  errors.append(sum)
                  begins.append(begin)
                  begin = end
                loss = torch.zeros_like(start.sum())
                output = torch.zeros_like(start)
                at_latents = torch.zeros_like(f)
                at_decoder = torch.zeros_like(decoder.to(6))
                for i in range(groups):
                  g = groups - 1 - i
                  begin = begins[g]
                  end = int(numbers[4 + 2 * g])
                  weight = numbers[5 + 2 * g] / rows
                  loss = loss + errors[g].square().sum() * weight
                  output = output + errors[g] * (2. * weight)
                  low = output.to(f.dtype)
                  at_latents[:, begin:end] = torch.mm(low, decoder[begin:end].t())
                  at_decoder[begin:end] = torch.mm(f[:, begin:end].t(), low).to(6)
                return (sum, loss, output, at_latents, at_decoder)
            """;

    /** Says how kernels take a step; empty where they do not know the choice. */
    @FunctionalInterface
    private interface Kernels {

        Optional<KernelStep> step(int k, Supplier<Revival> revival);
    }

    private final TopKState state;
    private final String members;
    private final List<Double> groups;
    private final Kernels kernels;

    private TopKFunction(TopKState state, String members, List<Double> groups, Kernels kernels) {
        this.state = state;
        this.members = members;
        this.groups = groups;
        this.kernels = kernels;
    }

    /**
     * Keeps the largest of each row.
     *
     * @param zeroCounts whether being among them counts as active even at 0
     */
    static TopKFunction ofRows(TopKState state, boolean zeroCounts) {
        String choose = OF_EACH_ROW.replace("ACTIVE", zeroCounts ? CHOSEN : POSITIVE);
        return new TopKFunction(
                state,
                choose + WHOLE,
                List.of(),
                (k, revival) -> Optional.of(new LargestOfRow(k, zeroCounts, revival.get())));
    }

    /** Keeps the largest of the whole batch. */
    static TopKFunction ofBatch(TopKState state) {
        return new TopKFunction(
                state,
                OF_THE_BATCH + WHOLE,
                List.of(),
                (k, revival) -> {
                    Prefix whole = new Prefix(state.weights().dictionarySize(), 1);
                    return Optional.of(new LargestOfBatch(k, List.of(whole), revival.get()));
                });
    }

    /**
     * Keeps the largest of the whole batch, and reconstructs by groups.
     *
     * @param prefixes each up to a group, the last of which is of all latents
     */
    static TopKFunction ofGroups(TopKState state, List<Prefix> prefixes) {
        return new TopKFunction(
                state,
                OF_THE_BATCH + BY_GROUPS,
                prefixes.stream().flatMap(it -> Stream.of((double) it.end(), it.weight())).toList(),
                (k, revival) ->
                        prefixes.getLast().weight() > 0
                                ? Optional.of(new LargestOfBatch(k, prefixes, revival.get()))
                                : Optional.empty());
    }

    @Override
    public String text() {
        return FAMILY + members;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        List<Double> numbers = new ArrayList<>();
        numbers.add((double) state.k(context));
        numbers.add((double) revivedLatents());
        numbers.add(state.auxiliary().weight());
        numbers.add(isByVariance() ? 1.0 : 0.0);
        numbers.addAll(groups);
        return numbers;
    }

    private int revivedLatents() {
        return Math.min(state.auxiliary().latents(), state.dead().dictionarySize());
    }

    private boolean isByVariance() {
        return state.auxiliary().compatibility() == Compatibility.DICTIONARY_LEARNING;
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return mayBeDead(batch).stream().toList();
    }

    /** Whether a latent that may be dead is, is known once the batch has been encoded. */
    private Optional<NDArray> mayBeDead(Batch batch) {
        int[] mayBeDead = state.dead().thatMayBeDeadAfter(batch.rows());
        if (mayBeDead.length == 0 || state.auxiliary().weight() == 0) {
            return Optional.empty();
        }
        float[] mask = new float[state.dead().dictionarySize()];
        for (int latent : mayBeDead) {
            mask[latent] = 1;
        }
        return Optional.of(batch.inputs().getManager().create(mask)); // (F)
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return kernels.step(state.k(context), () -> revival(batch));
    }

    private Revival revival(Batch batch) {
        return new Revival(
                mayBeDead(batch), revivedLatents(), state.auxiliary().weight(), isByVariance());
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        long found = results.get(2).getLong();
        if (found > 0 && state.threshold().learnsAt(context.step())) {
            double smallest = results.get(1).getDouble() / found;
            state.threshold().learn(context.step(), OptionalDouble.of(smallest));
        }
        state.dead().count(results.get(0).toBooleanArray(), batch.rows());
        return context.report()
                ? new Losses(
                        results.get(3).getFloat(),
                        results.get(4).getFloat(),
                        results.get(5).getLong() / (double) batch.rows(),
                        state.dead().count())
                : Losses.UNKNOWN;
    }
}
