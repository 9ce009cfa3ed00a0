package org.lexicographer.activation.stage;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lexicographer.activation.model.ActivationSource;
import org.lexicographer.activation.model.UnusableRunException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.block.ResidualBlock;
import org.lexicographer.pipeline.block.ResidualBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.pipeline.run.TokenFilter;

/**
 * One stage of a run: turns blocks into activation blocks at every site that the run observes in
 * the stage's layers, and into what the next stage takes, with one forward pass through these
 * layers per block. Its output is a function of the block and the run spec alone. Threads may share
 * one.
 */
public final class ActivationStage {

    private final RunSpec spec;
    private final int stage;
    private final ActivationSource model;
    private final SortedMap<Site, Integer> activationDims = new TreeMap<>();
    private final Optional<HandedOn> handedOn;
    private final OptionalInt taken;
    private final Set<Integer> specialTokens;
    private final FiniteCheck finite;

    /**
     * What the next stage reads.
     *
     * @param site whose value it is
     * @param topic where it is written
     * @param activationDim the width D of the residual stream
     */
    private record HandedOn(Site site, String topic, int activationDim) {}

    /** Prepares the only stage of a run. */
    public ActivationStage(RunSpec spec, ActivationSource model) {
        this(spec, 0, model);
    }

    /**
     * Checks that the model can do what the run asks for.
     *
     * @param stage which of the {@link RunStages}
     * @param model all of the model, or the layers of the stage
     * @throws UnusableRunException when it lacks a site, does not take contexts so long, or names
     *     no special tokens that the run could leave out
     */
    public ActivationStage(RunSpec spec, int stage, ActivationSource model) {
        this.spec = requireNonNull(spec, "spec is null");
        this.stage = stage;
        this.model = requireNonNull(model, "model is null");
        if (spec.contextLength() > model.contextLimit()) {
            throw new UnusableRunException(
                    "context too long for the model: limit=%d, found=%d"
                            .formatted(model.contextLimit(), spec.contextLength()));
        }
        RunStages stages = RunStages.of(spec);
        try {
            spec.observedSites().forEach(model::activationDim);
            stages.observed(stage)
                    .forEach(site -> activationDims.put(site, model.activationDim(site)));
            this.taken =
                    stage == 0
                            ? OptionalInt.empty()
                            : stages.handedOn(stage - 1).stream()
                                    .mapToInt(model::activationDim)
                                    .findFirst();
            this.handedOn =
                    stages.handedOn(stage)
                            .map(
                                    site ->
                                            new HandedOn(
                                                    site,
                                                    stages.source(stage + 1),
                                                    model.activationDim(site)));
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
     * Makes the records of a block: part after part, and each site's as soon as its activations are
     * known, while the forward pass goes on. Rows of tokens that the run does not train on are left
     * out of activations. A block that ends the stream gives one empty block per topic.
     *
     * <p>Values that are not finite, or activations beyond the range of the run's {@code
     * activationType}, are named here, where it is known what they were. They are written
     * nevertheless: a filter of the trainer may leave their rows out, and if none does, the site
     * ends there and the others continue.
     *
     * @param output takes the records, on this thread
     * @throws UnusableRunException when the model does not take the block
     */
    public void extract(StageInput block, Consumer<StageRecord> output) {
        if (block.endsStream()) {
            activationDims.forEach((site, dim) -> output.accept(end(site, block.sequence(), dim)));
            handedOn.ifPresent(it -> output.accept(end(it, block)));
            return;
        }
        TrainedRows rows = TrainedRows.of(block, filter(), specialTokens);
        Set<Site> sites = new TreeSet<>(activationDims.keySet());
        handedOn.ifPresent(it -> sites.add(it.site()));
        run(
                block,
                sites,
                (site, values) -> {
                    handedOn.filter(it -> it.site().equals(site))
                            .ifPresent(it -> handOn(it, block, rows, values).forEach(output));
                    if (activationDims.containsKey(site)) {
                        cut(block, site, rows, values).forEach(output);
                    }
                });
    }

    private String topic(Site site) {
        return Topics.activationBlocks(spec.run(), site);
    }

    private StageRecord end(Site site, long sequence, int dim) {
        ActivationBlock end = ActivationBlock.end(sequence, dim, spec.activationType());
        return new StageRecord(
                topic(site), site, ActivationBlockFormat.encode(end), Optional.empty());
    }

    private StageRecord end(HandedOn next, StageInput block) {
        ResidualBlock end =
                ResidualBlock.end(block.sequence(), spec.contextLength(), next.activationDim());
        return new StageRecord(
                next.topic(), next.site(), ResidualBlockFormat.encode(end), Optional.empty());
    }

    private Stream<StageRecord> handOn(
            HandedOn next, StageInput block, TrainedRows rows, FloatBuffer stream) {
        FloatBuffer trained = rows.of(stream, next.activationDim());
        FiniteCheck check = new FiniteCheck(ActivationType.FLOAT32);
        Optional<String> fault =
                check.firstFault(trained)
                        .map(
                                i ->
                                        "residual stream is not finite: stage=%d, site=%s, value=%s, %s"
                                                .formatted(
                                                        stage,
                                                        next.site(),
                                                        trained.get(i),
                                                        place(
                                                                block,
                                                                rows.rowOf(
                                                                        i
                                                                                / next
                                                                                        .activationDim()))));
        ResidualBlockFormat.WholeBlock whole =
                new ResidualBlockFormat.WholeBlock(
                        block.sequence(), block.contextLength(), block.tokens(), stream);
        return ResidualBlockFormat.encode(whole).stream()
                .map(part -> new StageRecord(next.topic(), next.site(), part, fault));
    }

    private Stream<StageRecord> cut(
            StageInput block, Site site, TrainedRows rows, FloatBuffer activations) {
        int dim = activationDims.get(site);
        FloatBuffer values = rows.of(activations, dim);
        Optional<String> fault =
                finite.firstFault(values)
                        .map(i -> fault(block, site, rows.rowOf(i / dim), values.get(i)));
        WholeBlock whole = new WholeBlock(block.sequence(), dim, rows.excluded(), values);
        return ActivationBlockFormat.encode(whole, spec.activationType()).stream()
                .map(part -> new StageRecord(topic(site), site, part, fault));
    }

    private String fault(StageInput block, Site site, int row, float value) {
        return "%ssite=%s, value=%s, activationType=%s, %s"
                .formatted(
                        finite.rule(value),
                        site,
                        value,
                        spec.activationType().text(),
                        place(block, row));
    }

    private static String place(StageInput block, int row) {
        return "sequence=%d, context=%d, position=%d"
                .formatted(
                        block.sequence(), row / block.contextLength(), row % block.contextLength());
    }

    private void run(StageInput block, Set<Site> sites, ActivationSource.Receiver receiver) {
        if (block.contextLength() != spec.contextLength()) {
            throw new UnusableRunException(
                    "context length mismatch: expected=%d, found=%d, sequence=%d"
                            .formatted(
                                    spec.contextLength(), block.contextLength(), block.sequence()));
        }
        try {
            switch (block) {
                case StageInput.Tokens tokens ->
                        model.run(tokens.tokens(), tokens.contextLength(), sites, receiver);
                case StageInput.Residuals residuals ->
                        model.runFrom(
                                residuals.stream(), residuals.contextLength(), sites, receiver);
            }
        } catch (IllegalArgumentException e) {
            throw new UnusableRunException(
                    "%s not usable: sequence=%d, reason=%s"
                            .formatted(
                                    stage == 0 ? "token block" : "residual block",
                                    block.sequence(),
                                    e.getMessage()),
                    e);
        }
    }

    /** Says why a block of the stage before does not fit run and model; empty when it does. */
    public Optional<String> misfit(StageInput.Residuals block) {
        if (block.endsStream()) {
            return Optional.empty();
        }
        if (block.contextLength() != spec.contextLength()) {
            return Optional.of(
                    "context length mismatch: expected=%d, found=%d"
                            .formatted(spec.contextLength(), block.contextLength()));
        }
        int width = block.stream().limit() / block.tokens().length;
        return taken.isEmpty() || taken.getAsInt() == width
                ? Optional.empty()
                : Optional.of(
                        "residual stream width mismatch: expected=%d, found=%d"
                                .formatted(taken.getAsInt(), width));
    }

    /** Returns what a full block takes, at most, in each topic that the stage writes. */
    public Map<String, BlockSize> blockSizes() {
        Map<String, BlockSize> sizes = new TreeMap<>();
        activationDims
                .keySet()
                .forEach(
                        site ->
                                sizes.put(
                                        topic(site),
                                        new BlockSize(blockBytes(site), recordsPerBlock(site))));
        handedOn.ifPresent(it -> sizes.put(it.topic(), residualSize(it.activationDim())));
        return sizes;
    }

    private BlockSize residualSize(int activationDim) {
        long rows = spec.blockRows();
        int records = (int) Math.ceilDiv(rows, ResidualBlockFormat.rowsPerRecord(activationDim));
        return new BlockSize(
                rows * (activationDim + 1) * Float.BYTES
                        + (long) records * ResidualBlockFormat.HEADER_LENGTH,
                records);
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
