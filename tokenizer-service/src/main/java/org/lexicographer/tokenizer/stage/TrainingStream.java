package org.lexicographer.tokenizer.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.lexicographer.languagemodel.tokenizer.ContextPacker;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.languagemodel.tokenizer.Packing;
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
    private final Runnable beforeLastBlock;
    private final DatasetPosition from;
    private final ContextPacker packer;
    private final TokenBlockAssembler assembler;
    private boolean ended;

    /**
     * Continues after the last block that is stored.
     *
     * @param packing how documents are packed
     * @param beforeLastBlock stores what must be there for whoever sees the last block
     */
    TrainingStream(
            RunSpec spec,
            Packing packing,
            Optional<TokenBlock> last,
            TokenBlockLog blocks,
            HeldOutContexts heldOut,
            ProgressLog progress,
            Runnable beforeLastBlock) {
        this.trainingBlocks = trainingBlocks(spec);
        this.firstAreHeldOut = spec.evaluation().source() == Source.STREAM && last.isEmpty();
        this.blocks = requireNonNull(blocks, "blocks is null");
        this.heldOut = requireNonNull(heldOut, "heldOut is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.beforeLastBlock = requireNonNull(beforeLastBlock, "beforeLastBlock is null");
        this.from = last.map(TokenBlock::next).orElse(DatasetPosition.START);
        this.packer = new ContextPacker(packing, from);
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

    /** Returns the position that the stream started from. */
    DatasetPosition from() {
        return from;
    }

    /** Returns the number of blocks with contexts that are stored. */
    long blocks() {
        return assembler.sequence();
    }

    /** Tells whether the block that ends the stream is stored. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * Adds a document, or the next part of it, and tells whether more are wanted.
     *
     * @param tally counts the tokens that are dropped
     */
    boolean add(long shardOffset, EncodedPart part, ShardTally tally) {
        long dropped = packer.add(shardOffset, part, this::add);
        if (!ended) {
            tally.drop(dropped);
        }
        return !ended;
    }

    private void add(PackedContext context) {
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
            beforeLastBlock.run();
        }
        blocks.write(block);
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
        blocks.write(assembler.end());
        ended = true;
    }
}
