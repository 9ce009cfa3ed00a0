package org.lexicographer.activation.stage;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lexicographer.activation.model.ActivationSource;
import org.lexicographer.activation.model.UnusableRunException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.TokenFilter;

/**
 * Turns a run's token blocks into activation blocks at every site that the run observes, with one
 * forward pass per block. Its output is a function of the block and the run spec alone. Threads may
 * share one.
 */
public final class ActivationStage {

    private final RunSpec spec;
    private final ActivationSource model;
    private final SortedMap<Site, Integer> activationDims = new TreeMap<>();
    private final Set<Integer> specialTokens;
    private final FiniteCheck finite;

    /**
     * Checks that the model can do what the run asks for.
     *
     * @throws UnusableRunException when it lacks a site, does not take contexts so long, or names
     *     no special tokens that the run could leave out
     */
    public ActivationStage(RunSpec spec, ActivationSource model) {
        this.spec = requireNonNull(spec, "spec is null");
        this.model = requireNonNull(model, "model is null");
        if (spec.contextLength() > model.contextLimit()) {
            throw new UnusableRunException(
                    "context too long for the model: limit=%d, found=%d"
                            .formatted(model.contextLimit(), spec.contextLength()));
        }
        try {
            spec.observedSites()
                    .forEach(site -> activationDims.put(site, model.activationDim(site)));
        } catch (IllegalArgumentException e) {
            throw new UnusableRunException(e.getMessage(), e);
        }
        this.specialTokens = specialTokens(filter(), model);
        this.finite = new FiniteCheck(spec.activationType());
    }

    private TokenFilter filter() {
        return spec.training().tokens();
    }

    private static Set<Integer> specialTokens(TokenFilter filter, ActivationSource model) {
        if (!filter.excludeSpecialTokens()) {
            return Set.of();
        }
        Set<Integer> ids = model.specialTokens();
        if (ids.isEmpty()) {
            throw new UnusableRunException(
                    "no special tokens to exclude: the model folder names none:"
                            + " expected=bos_token, eos_token or pad_token");
        }
        return ids;
    }

    /**
     * Makes the records of a block's activations: part after part, and each site's as soon as its
     * activations are known, while the forward pass goes on. Rows of tokens that the run does not
     * train on are left out. A block that ends the stream gives one empty block per site.
     *
     * <p>Activations that are not finite, or beyond the range of the run's {@code activationType},
     * are named here, where it is known what they were. They are written nevertheless: a filter of
     * the trainer may leave their rows out, and if none does, the site ends there and the others
     * continue.
     *
     * @param output takes the records, on this thread
     * @throws UnusableRunException when the model does not take the block
     */
    public void extract(TokenBlock block, Consumer<ActivationRecord> output) {
        if (block.endsStream()) {
            activationDims.forEach((site, dim) -> output.accept(end(site, block.sequence(), dim)));
            return;
        }
        TrainedRows rows = TrainedRows.of(block, filter(), specialTokens);
        run(block, (site, values) -> cut(block, site, rows, values).forEach(output));
    }

    private ActivationRecord end(Site site, long sequence, int dim) {
        ActivationBlock end = ActivationBlock.end(sequence, dim, spec.activationType());
        return new ActivationRecord(site, ActivationBlockFormat.encode(end), Optional.empty());
    }

    private Stream<ActivationRecord> cut(
            TokenBlock block, Site site, TrainedRows rows, FloatBuffer activations) {
        int dim = activationDims.get(site);
        FloatBuffer values = rows.of(activations, dim);
        Optional<String> fault =
                finite.firstFault(values)
                        .map(i -> fault(block, site, rows.rowOf(i / dim), values.get(i)));
        WholeBlock whole = new WholeBlock(block.sequence(), dim, rows.excluded(), values);
        return ActivationBlockFormat.encode(whole, spec.activationType()).stream()
                .map(part -> new ActivationRecord(site, part, fault));
    }

    private String fault(TokenBlock block, Site site, int row, float value) {
        return "%ssite=%s, value=%s, activationType=%s, sequence=%d, context=%d, position=%d"
                .formatted(
                        finite.rule(value),
                        site,
                        value,
                        spec.activationType().text(),
                        block.sequence(),
                        row / block.contextLength(),
                        row % block.contextLength());
    }

    private void run(TokenBlock block, ActivationSource.Receiver receiver) {
        if (block.contextLength() != spec.contextLength()) {
            throw new UnusableRunException(
                    "context length mismatch: expected=%d, found=%d, sequence=%d"
                            .formatted(
                                    spec.contextLength(), block.contextLength(), block.sequence()));
        }
        try {
            model.run(block.tokens(), block.contextLength(), activationDims.keySet(), receiver);
        } catch (IllegalArgumentException e) {
            throw new UnusableRunException(
                    "token block not usable: sequence=%d, reason=%s"
                            .formatted(block.sequence(), e.getMessage()),
                    e);
        }
    }

    /** Returns how many bytes a full block's records hold at a site, at most. */
    public long blockBytes(Site site) {
        return spec.trainedBlockRows() * rowBytes(site)
                + (long) recordsPerBlock(site) * ActivationBlockFormat.HEADER_LENGTH;
    }

    /** Returns how many records a full block has at a site, at most. */
    public int recordsPerBlock(Site site) {
        long rowsPerRecord = Math.max(1, ActivationBlockFormat.RECORD_BYTES / rowBytes(site));
        return (int) Math.ceilDiv(spec.trainedBlockRows(), rowsPerRecord);
    }

    private long rowBytes(Site site) {
        return (long) activationDims.get(site) * spec.activationType().bytes();
    }
}
