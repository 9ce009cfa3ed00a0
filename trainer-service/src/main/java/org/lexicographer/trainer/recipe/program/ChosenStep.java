package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.kernel.program.TorchCall;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.AdamKernels;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.BatchChoice;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Decoder;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Gradients;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Lists;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.Reconstructed;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.RowCounts;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.UnitRows;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfBatch;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfRow;
import org.lexicographer.trainer.recipe.loss.KernelStep.Revival;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.update.DecoderNorm;

/**
 * Steps of the top-k family by kernels: PyTorch encodes; after that only chosen latents cost
 * anything.
 */
final class ChosenStep {

    /**
     * {@code revive} adds the gradients of dead latents, whose own are 0: they are few, so that
     * whole arrays of only these are small. It takes the error of all latents from dL/dx^ of the
     * last prefix, as rounded for products.
     */
    private static final String TEXT =
            """
              def encode(self, w: List[Tensor], x: Tensor, subtracted: bool) -> List[Tensor]:
                centred = self.centred(w, x, subtracted)
                return [centred, self.encoded(w, centred), w[1].to(15)]
              def room(self, w: List[Tensor], x: Tensor, k: int, prefixes: int, each: int) -> List[Tensor]:
                rows, width, latents = x.size(0), x.size(1), w[0].size(0)
                at = x.device
                return [torch.empty([rows * k], dtype=3, device=at), torch.empty([rows * k], dtype=15, device=at), torch.empty([rows * k], dtype=6, device=at),
                  torch.zeros([latents, (rows + 31) // 32], dtype=3, device=at),
                  torch.empty([rows], dtype=6, device=at), torch.empty([rows], dtype=3, device=at),
                  torch.empty([prefixes, rows, width], dtype=15, device=at), torch.empty([rows], dtype=6, device=at), torch.empty([(rows + each - 1) // each, width], dtype=6, device=at),
                  torch.empty_like(w[0]), torch.empty_like(w[1]), torch.empty_like(w[3]), torch.empty_like(w[3]), torch.empty_like(w[3], dtype=11)]
              def room_of_batch(self, w: List[Tensor], x: Tensor) -> List[Tensor]:
                rows, at = x.size(0), x.device
                return [torch.zeros([32768], dtype=3, device=at), torch.empty([2], dtype=3, device=at), torch.empty([rows], dtype=3, device=at),
                  torch.empty([rows], dtype=3, device=at), torch.empty([rows + 1], dtype=3, device=at), torch.empty([1], dtype=6, device=at)]
              def revive(self, w: List[Tensor], batch: List[Tensor], g: List[Tensor], index: Tensor, numbers: List[float]) -> Tensor:
                centred, decoder, output = batch[0], torch.index_select(batch[2], 0, index), torch.select(batch[3], 0, batch[3].size(0) - 1)
                rows = float(output.size(0))
                latents = torch.index_select(batch[1], 1, index)
                kept = int(numbers[0])
                if kept < index.size(0):
                  values, at = torch.topk(latents, kept, 1, True, False)
                  latents = torch.zeros_like(latents).scatter_(1, at, values)
                error = output.to(6) * numbers[4]
                miss = torch.mm(latents, decoder).to(6) + error
                factor = torch.ones_like(error.sum())
                if numbers[2] > 0.:
                  variance = (error - error.mean(0)).square().sum() / rows
                  factor = torch.where(variance > 0, variance.reciprocal(), torch.zeros_like(variance))
                attempt = (miss * (numbers[1] * 2. / rows) * factor).to(15)
                slopes = torch.mm(attempt, decoder.t()).mul_(latents.sign())
                at_encoder = torch.mm(slopes.t(), centred).to(6)
                at_decoder = torch.mm(latents.t(), attempt).to(6)
                columns = torch.index_select(w[1], 0, index)
                columns = columns / (columns.square().sum(1, True).sqrt() + numbers[3])
                at_decoder = at_decoder - columns * (columns * at_decoder).sum(1, True)
                g[0].index_copy_(0, index, at_encoder)
                g[1].index_copy_(0, index, at_decoder)
                g[2].index_copy_(0, index, slopes.sum(0, dtype=6))
                g[3].index_copy_(0, index, at_encoder.square().sum(1) + at_decoder.square().sum(1))
                return miss.square().sum() / rows * factor
              def finish(self, w: List[Tensor], b: List[Tensor], m: List[Tensor], v: List[Tensor], batch: List[Tensor], g: List[Tensor], seen: List[Tensor], dead: List[Tensor], numbers: List[float], subtracted: bool, count: int, settings: List[float], report: bool) -> List[Tensor]:
                columns, squares, smallest, positive, active = seen[0], seen[1], seen[2], seen[3], seen[4]
                loss = squares.sum() / squares.size(0)
                revival = torch.zeros_like(loss)
                if len(dead) > 0:
                  index = torch.nonzero(dead[0] * active.logical_not())[:, 0]
                  if index.size(0) > 0:
                    revival = self.revive(w, batch, g, index, numbers)
                sums = g[2]
                bias = self.bias(w, columns, sums, subtracted)
                factor = self.clip(g[3].sum(), [bias, sums], settings[2])
                magnitudes = self.magnitudes([g[0], g[1], bias, sums], report)
                if bool(torch.isfinite(magnitudes).all()) if report else True:
                  self.move_biases(b, m, v, [bias, sums], factor, count, settings)
                return [magnitudes, factor, smallest.sum(dtype=7), (smallest > 0).sum(), loss, revival, positive.sum()]
            """;

    private final KernelContext shared;
    private final ChosenKernels kernels;
    private final TorchProgram program;

    ChosenStep(KernelContext shared) {
        this.shared = shared;
        this.kernels = new ChosenKernels(shared.kernels());
        this.program = shared.compile("chosen", TEXT);
    }

    /**
     * What a step's kernels write.
     *
     * @param smallest the smallest chosen latents above 0, or 0, (B) or (1)
     * @param positive how many chosen latents are above 0, (B) or (1), int32
     */
    private record Room(
            Lists lists,
            NDArray smallest,
            NDArray positive,
            Reconstructed reconstructed,
            Gradients gradients) {

        static Room of(List<NDArray> arrays, RowCounts rows) {
            return new Room(
                    new Lists(arrays.get(0), arrays.get(1), arrays.get(2), arrays.get(3), rows),
                    arrays.get(4),
                    arrays.get(5),
                    new Reconstructed(arrays.get(6), arrays.get(7), arrays.get(8)),
                    new Gradients(
                            arrays.get(9),
                            arrays.get(10),
                            arrays.get(11),
                            arrays.get(12),
                            arrays.get(13)));
        }

        /** Returns what losses and counters are made of. */
        List<NDArray> seen() {
            return List.of(
                    reconstructed.columns(),
                    reconstructed.squares(),
                    smallest,
                    positive,
                    gradients.active());
        }
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the family's program does.
     */
    List<NDArray> ofRows(LargestOfRow step, Batch batch, StepContext context, double learningRate) {
        List<NDArray> encoded = encode(batch);
        RowCounts rows = new RowCounts((int) batch.rows(), step.k(), Optional.empty());
        Room room = room(batch, rows, 1);
        kernels.chooseOfRows(
                encoded.get(1), step.zeroCounts(), room.lists(), room.smallest(), room.positive());
        Chosen chosen = new Chosen(encoded, room, Optional.empty(), 1, step.revival());
        return finish(chosen, batch, context, learningRate);
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the family's program does.
     */
    List<NDArray> ofBatch(
            LargestOfBatch step, Batch batch, StepContext context, double learningRate) {
        List<NDArray> encoded = encode(batch);
        List<NDArray> choice =
                shared.call(program, "room_of_batch", batch).array(batch.inputs()).run();
        NDArray offsets = choice.get(4); // (B + 1)
        NDArray smallest = choice.get(5); // (1)
        RowCounts rows = new RowCounts((int) batch.rows(), step.k(), Optional.of(offsets));
        Room room = room(batch, rows, step.prefixes().size());
        kernels.chooseOfBatch(
                encoded.get(1),
                room.lists(),
                new BatchChoice(choice.get(0), choice.get(1), choice.get(2), choice.get(3)),
                smallest);
        NDArray chosen = offsets.get(new NDIndex("{}:", batch.rows())); // (1)
        Room seen =
                new Room(room.lists(), smallest, chosen, room.reconstructed(), room.gradients());
        Optional<NDArray> prefixes = step.isWhole() ? Optional.empty() : prefixes(step, batch);
        double weight = step.prefixes().getLast().weight();
        return finish(
                new Chosen(encoded, seen, prefixes, weight, step.revival()),
                batch,
                context,
                learningRate);
    }

    /** Returns of each prefix its end, v_g and 2 v_g / B (G, 3). */
    private static Optional<NDArray> prefixes(LargestOfBatch step, Batch batch) {
        float[] numbers = new float[3 * step.prefixes().size()];
        for (int i = 0; i < step.prefixes().size(); i++) {
            Prefix prefix = step.prefixes().get(i);
            numbers[3 * i] = prefix.end();
            numbers[3 * i + 1] = (float) prefix.weight();
            numbers[3 * i + 2] = (float) (2 * prefix.weight() / batch.rows());
        }
        Shape shape = new Shape(step.prefixes().size(), 3);
        return Optional.of(batch.inputs().getManager().create(numbers, shape)); // (G, 3)
    }

    private List<NDArray> encode(Batch batch) {
        return shared.call(program, "encode", batch)
                .array(batch.inputs())
                .flag(shared.weights().subtracted())
                .run();
    }

    private Room room(Batch batch, RowCounts rows, int prefixes) {
        List<NDArray> arrays =
                shared.call(program, "room", batch)
                        .array(batch.inputs())
                        .count(rows.k())
                        .count(prefixes)
                        .count(ChosenKernels.rowsOfColumns())
                        .run();
        return Room.of(arrays, rows);
    }

    /**
     * A batch of which latents are chosen.
     *
     * @param encoded x - [b] (B, D), a (B, F) and W_d (F, D), bfloat16
     * @param prefixes as kernels take them (G, 3); empty where the loss is of all latents
     * @param weight v_g of all latents
     * @param revival what dead latents add
     */
    private record Chosen(
            List<NDArray> encoded,
            Room room,
            Optional<NDArray> prefixes,
            double weight,
            Revival revival) {

        /** Returns what was encoded, and dL/dx^. */
        List<NDArray> batch() {
            List<NDArray> batch = new ArrayList<>(encoded);
            batch.add(room.reconstructed().outputs());
            return batch;
        }
    }

    private List<NDArray> finish(
            Chosen chosen, Batch batch, StepContext context, double learningRate) {
        differentiate(chosen, batch);
        Room room = chosen.room();
        Gradients gradients = room.gradients();
        Revival revival = chosen.revival();
        TorchCall call =
                shared.addBiases(shared.call(program, "finish", batch))
                        .arrays(chosen.batch())
                        .arrays(
                                List.of(
                                        gradients.encoder(),
                                        gradients.decoder(),
                                        gradients.sums(),
                                        gradients.norms()))
                        .arrays(room.seen())
                        .arrays(revival.mayBeDead().stream().toList())
                        .numbers(numbers(chosen, batch.rows()));
        List<NDArray> results = shared.addSettings(call, context, learningRate).run();
        NDArray magnitudes = results.getFirst(); // (4)
        if (shared.mayMove(magnitudes, context)) {
            move(gradients, results.get(1), context, learningRate);
        }
        return List.of(
                magnitudes,
                gradients.active(),
                results.get(2),
                results.get(3),
                results.get(4),
                results.get(5),
                results.get(6));
    }

    private List<Double> numbers(Chosen chosen, long rows) {
        Revival revival = chosen.revival();
        return List.of(
                (double) revival.latents(),
                revival.weight(),
                revival.byVariance() ? 1.0 : 0.0,
                (double) shared.update().decoderNorm().projectionGuard(),
                rows / (2.0 * chosen.weight()));
    }

    private void move(
            Gradients gradients, NDArray factor, StepContext context, double learningRate) {
        AdamKernels adam = shared.adam(context, learningRate);
        AffineWeights weights = shared.weights();
        adam.move(weights.encoderWeight(), gradients.encoder(), factor);
        adam.moveUnit(
                weights.decoderWeight(),
                gradients.decoder(),
                factor,
                shared.update().decoderNorm());
    }

    private void differentiate(Chosen chosen, Batch batch) {
        Room room = chosen.room();
        AffineWeights weights = shared.weights();
        DecoderNorm norm = shared.update().decoderNorm();
        NDArray columns = weights.decoderWeight().value(); // (F, D)
        NDArray targets = batch.targets(); // (B, D)
        Decoder decoder = new Decoder(chosen.encoded().get(2), weights.decoderBias().value());
        Reconstructed seen = room.reconstructed();
        chosen.prefixes()
                .ifPresentOrElse(
                        it -> kernels.reconstruct(room.lists(), decoder, targets, it, seen),
                        () ->
                                kernels.reconstruct(
                                        room.lists(), decoder, targets, 2f / batch.rows(), seen));
        kernels.differentiate(
                room.lists(),
                chosen.encoded().getFirst(),
                new Errors(seen, chosen.prefixes()),
                new UnitRows(columns, norm.projectionGuard()),
                room.gradients());
    }
}
