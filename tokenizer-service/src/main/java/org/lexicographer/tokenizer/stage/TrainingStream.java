package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.EvaluationSpec.Source;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

/**
 * The one token stream of a run: documents in, numbered token blocks out to the log. Where the run
 * spec says so, the first contexts of the stream are held out, and stored before the first block.
 */
final class TrainingStream {

    private final OptionalLong trainingBlocks;
    private final boolean firstAreHeldOut;
    private final TokenBlockLog blocks;
    private final HeldOutContexts heldOut;
    private final ProgressLog progress;
    private final Datasets datasets;
    private final TokenBlockAssembler assembler;
    private boolean ended;

    /**
     * Continues after the last block that is stored.
     *
     * @param datasets where the contexts come from; what has become of them is stored before the
     *     last block
     */
    TrainingStream(
            RunSpec spec,
            Optional<TokenBlock> last,
            TokenBlockLog blocks,
            HeldOutContexts heldOut,
            ProgressLog progress,
            Datasets datasets) {
        this.trainingBlocks = trainingBlocks(spec);
        this.firstAreHeldOut = spec.evaluation().source() == Source.STREAM && last.isEmpty();
        this.blocks = requireNonNull(blocks, "blocks is null");
        this.heldOut = requireNonNull(heldOut, "heldOut is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.datasets = requireNonNull(datasets, "datasets is null");
        DatasetPosition from = last.map(TokenBlock::next).orElse(DatasetPosition.START);
        this.ended = last.map(TokenBlock::endsStream).orElse(false);
        long written = last.map(TokenBlock::sequence).orElse(-1L) + (ended ? 0 : 1);
        this.assembler =
                new TokenBlockAssembler(
                        spec.contextLength(), spec.tokenBlock().contexts(), written, from);
    }

    /** Unknown where only the trainers can tell how many rows of a block are left. */
    private static OptionalLong trainingBlocks(RunSpec spec) {
        return spec.training().tokens().dependsOnContent()
                ? OptionalLong.empty()
                : OptionalLong.of(spec.trainingBlocks());
    }

    /** Returns the number of blocks with contexts that are stored. */
    long blocks() {
        return assembler.sequence();
    }

    /** Tells whether the block that ends the stream is stored. */
    boolean hasEnded() {
        return ended;
    }

    /** Adds the next context, unless the stream has ended. */
    void add(PackedContext context) {
        if (ended) {
            return;
        }
        if (firstAreHeldOut && !heldOut.isFull()) {
            heldOut.add(context);
            progress.heldOut(heldOut.contexts());
        } else {
            assembler.add(context).ifPresent(this::write);
        }
    }

    private void write(TokenBlock block) {
        if (isWhole()) {
            datasets.storeAccounts();
        }
        blocks.write(datasets.mark(block));
        progress.wrote(block.contexts());
        endIfWhole();
    }

    /** Ends the stream if it has the blocks that all training steps take. */
    void endIfWhole() {
        if (!ended && isWhole()) {
            end();
        }
    }

    /** Tells whether the blocks that were assembled are all that training steps take. */
    private boolean isWhole() {
        return assembler.sequence() >= trainingBlocks.orElse(Long.MAX_VALUE);
    }

    /** Ends the stream with what is there; the last block may be a short one. */
    void endWithDataset() {
        if (!ended) {
            assembler.rest().ifPresent(this::write);
        }
        if (!ended) {
            end();
        }
    }

    private void end() {
        blocks.write(datasets.mark(assembler.end()));
        ended = true;
    }
}
