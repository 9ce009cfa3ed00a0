package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.trainer.buffer.NormFilter;
import org.lexicographer.trainer.buffer.ShuffleBuffer;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.BufferState;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.stream.SiteActivations;
import org.lexicographer.trainer.stream.SiteActivations.Misfit;

/**
 * Makes batches of a stream of blocks: fills the shuffle buffer, serves rows from it until half of
 * it is empty, and fills it again. Says to the recipes how wide rows are before their first row is
 * taken, and which sites have rows that cannot be used.
 */
final class BatchFeed implements AutoCloseable {

    private final RunSpec spec;
    private final JobSites sites;
    private final Optional<NormFilter> normFilter;
    private final RecipeTrainings recipes;
    private Phase phase = new Unopened();
    private SiteColumns columns = new SiteColumns(List.of(), List.of());
    private SequenceLog taken = SequenceLog.EMPTY;
    private LeftOutRows leftOut = LeftOutRows.NONE;

    private sealed interface Phase {}

    /** No block has come, so that it is not known how wide rows are. */
    private record Unopened() implements Phase {}

    /** The stream has ended with its first block. */
    private record Empty() implements Phase {}

    /** There is a buffer. */
    private sealed interface Open extends Phase {

        ShuffleBuffer rows();
    }

    /** Rows enter, and none leave. */
    private record Filling(ShuffleBuffer rows) implements Open {}

    /** Rows leave, until half of them are gone. */
    private record Serving(ShuffleBuffer rows) implements Open {}

    /** The stream has ended: rows leave, and none will enter. */
    private record Draining(ShuffleBuffer rows) implements Open {}

    BatchFeed(RunSpec spec, JobSites sites, RecipeTrainings recipes) {
        this.spec = spec;
        this.sites = sites;
        this.recipes = recipes;
        this.normFilter = spec.training().tokens().maxNormMultiple().map(NormFilter::new);
    }

    /**
     * Takes the blocks that are to be taken before the next batch; tells whether all were there.
     */
    boolean fill(ActivationStream stream) {
        if (phase instanceof Serving(ShuffleBuffer rows) && rows.isHalfEmpty()) {
            rows.beginFilling();
            phase = new Filling(rows);
        }
        while (takesBlocks()) {
            Optional<SiteActivations> block = stream.next();
            if (block.isEmpty()) {
                return false;
            }
            take(block.get());
        }
        if (phase instanceof Filling(ShuffleBuffer rows)) {
            shuffle(rows);
            phase = new Serving(rows);
        }
        return true;
    }

    /** Returns the share of the buffer that holds rows not served yet; 0 without a buffer. */
    double bufferFill() {
        if (phase instanceof Open open) {
            int waiting = open.rows().remaining();
            return (double) waiting / (waiting + open.rows().space());
        }
        return 0;
    }

    private boolean takesBlocks() {
        return switch (phase) {
            case Unopened() -> true;
            case Filling(ShuffleBuffer rows) -> rows.space() >= spec.trainedBlockRows();
            case Serving serving -> false;
            case Draining draining -> false;
            case Empty() -> false;
        };
    }

    private void take(SiteActivations block) {
        if (block.endsStream()) {
            end();
        } else {
            add(block);
        }
    }

    private void end() {
        if (phase instanceof Open open) {
            shuffle(open.rows());
            phase = new Draining(open.rows());
        } else {
            phase = new Empty();
        }
    }

    private void add(SiteActivations block) {
        ShuffleBuffer rows = phase instanceof Open open ? open.rows() : open(block.dims());
        if (!block.dims().equals(columns.dims())) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%s, found=%s, sites=%s, sequence=%d"
                            .formatted(
                                    columns.dims(), block.dims(), sites.all(), block.sequence()));
        }
        boolean[] kept = kept(block);
        int highNorm = addKept(rows, block, kept);
        failMisfits(block, highNorm == block.rows() ? all(block) : kept);
        leftOut = leftOut.plus(block.excluded(), highNorm);
        taken = taken.with(block.sequence(), block.rows() + block.excluded());
    }

    private ShuffleBuffer open(List<Integer> dims) {
        columns = new SiteColumns(dims, List.of());
        int capacity = bufferRows();
        TrainingSpec training = spec.training();
        ShuffleBuffer rows =
                new ShuffleBuffer(
                        capacity, columns.width(), training.bufferType(), training.seed());
        phase = new Filling(rows);
        recipes.open(dims);
        return rows;
    }

    /** What is too large is too large at each start. */
    private int bufferRows() {
        long rows = spec.bufferRows();
        long batch = (long) spec.training().batchSize() * columns.width();
        if (rows > Integer.MAX_VALUE || batch > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "buffer or batch too large: expected at most=%d, rows of the buffer=%d, numbers of a batch=%d, batchSize=%d, width=%d"
                            .formatted(
                                    Integer.MAX_VALUE,
                                    rows,
                                    batch,
                                    spec.training().batchSize(),
                                    columns.width()));
        }
        return (int) rows;
    }

    private boolean[] kept(SiteActivations block) {
        return normFilter.map(filter -> filter.kept(block)).orElseGet(() -> all(block));
    }

    private static boolean[] all(SiteActivations block) {
        boolean[] all = new boolean[block.rows()];
        Arrays.fill(all, true);
        return all;
    }

    /** Adds the rows that are kept; returns how many are left out. */
    private int addKept(ShuffleBuffer rows, SiteActivations block, boolean[] kept) {
        int dropped = 0;
        for (int row = 0; row < block.rows(); row++) {
            if (kept[row]) {
                rows.add(block.values(), row * columns.width());
            } else {
                dropped++;
            }
        }
        return dropped;
    }

    /**
     * Stops the recipes at a site whose activations are not finite, or not once they rest in the
     * buffer; the other sites' rows are sound. A filter leaves out rows that are not finite, but
     * not all rows without a word.
     *
     * @param looked the rows that are looked at
     */
    private void failMisfits(SiteActivations block, boolean[] looked) {
        ActivationType type = spec.training().bufferType();
        for (int place = 0; place < sites.all().size(); place++) {
            Optional<Misfit> found = block.firstMisfit(place, type, looked);
            if (found.isPresent()) {
                recipes.fail(place, misfit(found.get(), block, place));
            }
        }
    }

    private String misfit(Misfit found, SiteActivations block, int place) {
        String where =
                "site=%s, block=%d, %s, activationType=%s"
                        .formatted(
                                sites.all().get(place),
                                block.sequence(),
                                found,
                                spec.activationType().text());
        ActivationType type = spec.training().bufferType();
        return Float.isFinite(found.value())
                ? "activation beyond the range of the buffer's type, float32 holds it: largest=%s, "
                                .formatted(type.largest())
                        + where
                        + ", bufferType="
                        + type.text()
                : "activation not finite: " + where;
    }

    private void shuffle(ShuffleBuffer rows) {
        rows.endFilling();
        if (!columns.areScaled() && rows.remaining() > 0) {
            columns = columns.scaledBy(rows, spec.training().normalizeActivations());
            for (int place = 0; place < sites.all().size(); place++) {
                if (!columns.isUsable(place)) {
                    recipes.fail(place, deadSite(place, rows));
                }
            }
            recipes.initialize(this::normalization);
        }
    }

    private String deadSite(int place, ShuffleBuffer rows) {
        int start = columns.start(place);
        double norm = rows.meanSquaredNorm(start, start + columns.dims().get(place));
        return "activations cannot be normalised: expected=a mean squared norm above 0, found=%s,"
                        .formatted(norm)
                + " site=%s, rows=%d".formatted(sites.all().get(place), rows.remaining());
    }

    /** Tells whether enough rows wait for a batch; if not after a filling, none comes any more. */
    boolean hasBatch() {
        return phase instanceof Open open && open.rows().remaining() >= spec.training().batchSize();
    }

    /** Takes a batch, one column for each site; its arrays belong to the scope. */
    List<Column> take(NDManager scope) {
        float[] batch = new float[spec.training().batchSize() * columns.width()];
        buffer().take(spec.training().batchSize(), batch);
        return columns.cut(scope, batch);
    }

    /**
     * Returns the buffer.
     *
     * @throws IllegalStateException when no block has come
     */
    private ShuffleBuffer buffer() {
        if (phase instanceof Open open) {
            return open.rows();
        }
        throw new IllegalStateException("no block was taken yet: phase=" + phase);
    }

    /** Tells whether a block was taken, so that there is a state to save. */
    boolean isOpen() {
        return phase instanceof Open;
    }

    /** Returns which blocks were taken. */
    SequenceLog taken() {
        return taken;
    }

    /** Returns how many rows of these blocks did not enter the buffer. */
    LeftOutRows leftOut() {
        return leftOut;
    }

    /** Returns how many rows are left of a stream that has ended; 0 before it has. */
    int leftAtEnd() {
        return phase instanceof Draining(ShuffleBuffer rows) ? rows.remaining() : 0;
    }

    /**
     * Returns what a recipe's activations are divided by; empty before the first filling, and where
     * they cannot be divided.
     */
    Optional<Normalization> normalization(RecipeSpec recipe) {
        int target = sites.target(recipe);
        if (!columns.areScaled() || !columns.isUsable(0) || !columns.isUsable(target)) {
            return Optional.empty();
        }
        List<Double> scales = columns.scales();
        return Optional.of(new Normalization(scales.getFirst(), scales.get(target)));
    }

    /** Returns how the sites lie in the rows. */
    SiteColumns columns() {
        return columns;
    }

    /** Returns the rows that wait, to be saved. */
    UploadSource waitingRows() {
        return buffer().remainingRows();
    }

    /** Returns what a checkpoint says of the rows that wait and were saved. */
    BufferState state(StoredObject saved) {
        return new BufferState(
                buffer().remaining(), buffer().fillings(), phase instanceof Filling, saved);
    }

    boolean hasStreamEnded() {
        return phase instanceof Draining || phase instanceof Empty;
    }

    /** Puts a new feed into the state that a checkpoint describes. */
    void restore(Checkpoint checkpoint, DataInputStream waiting) throws IOException {
        ShuffleBuffer rows = open(checkpoint.dims());
        BufferState saved = checkpoint.buffer();
        rows.restore(waiting::readFully, saved.rows(), saved.fillings());
        columns = new SiteColumns(checkpoint.dims(), checkpoint.normalization());
        recipes.initialized(this::normalization);
        taken = checkpoint.taken();
        leftOut = checkpoint.leftOut();
        if (checkpoint.streamEnded()) {
            phase = new Draining(rows);
        } else if (!saved.filling()) {
            phase = new Serving(rows);
        }
    }

    @Override
    public void close() {
        if (phase instanceof Open open) {
            open.rows().close();
        }
    }
}
