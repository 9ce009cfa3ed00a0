package org.lexicographer.activation.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.lexicographer.activation.stage.StageInput;
import org.lexicographer.activation.stage.StageRecord;
import org.lexicographer.activation.stream.BlockQueue;
import org.lexicographer.activation.stream.QueuedBlock;
import org.lexicographer.activation.stream.RejectedRecordException;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.log.LogFields;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.pipeline.trace.Tracing.Span;

/**
 * Takes blocks from the queue, runs the model and writes what comes of them. The next forward pass
 * runs while the records of the last few blocks are on their way to the broker, and so does the
 * rest of a pass while those of its first sites are.
 */
final class Extractor {

    private static final Duration WAIT = Duration.ofMillis(100);

    /** How many blocks may be on their way to the broker at a time. */
    private static final int BLOCKS_IN_FLIGHT = 3;

    private final RunSpec spec;
    private final StageWork work;
    private final BlockWriter writer;
    private final ReaderLag lag;
    private final JobProgress progress;
    private final ExtractionMeter meter;
    private final Tracing tracing;
    private final Semaphore inFlight = new Semaphore(BLOCKS_IN_FLIGHT);
    private volatile boolean failed;

    Extractor(
            RunSpec spec,
            StageWork work,
            BlockWriter writer,
            ReaderLag lag,
            JobProgress progress,
            JobContext context) {
        this.spec = spec;
        this.work = work;
        this.writer = writer;
        this.lag = lag;
        this.progress = progress;
        this.meter = context.meter();
        this.tracing = context.output().tracing();
    }

    /**
     * Extracts the next block of the queue, if one comes within a short while. After a block that
     * failed none follows: the numbers in a partition would have a gap.
     *
     * @throws RejectedRecordException when it cannot be read
     * @throws org.lexicographer.activation.model.UnusableRunException when the model does not take
     *     it
     */
    void next(BlockQueue queue) throws InterruptedException {
        if (!inFlight.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        boolean sent = false;
        try {
            Optional<QueuedBlock> block = queue.take(WAIT, this::mayBeTaken);
            if (block.isPresent()) {
                extractOrFail(block.get());
                sent = true;
            }
        } finally {
            if (!sent) {
                inFlight.release();
            }
        }
    }

    /**
     * Whoever had the partition before may have left half of a block to a reader, who commits
     * nothing until it has the rest, however far behind it seems to be.
     */
    private boolean mayBeTaken(QueuedBlock block) {
        return !failed
                && (block.first()
                        || lag.isAwaited(block.partition(), block.sequence())
                        || lag.isOpen(block.partition()));
    }

    /** Nobody is to wait for a block that failed. */
    private void extractOrFail(QueuedBlock queued) {
        try (LogFields _ = LogFields.ofRun(spec.run()).at(work.number()).block(queued.sequence())) {
            extract(queued);
        } catch (RuntimeException | Error e) {
            failed = true;
            queued.stored().completeExceptionally(e);
            throw e;
        }
    }

    private void extract(QueuedBlock queued) {
        StageInput block = decode(queued);
        lag.written(queued.partition());
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        Span span = span(queued);
        long start = System.nanoTime();
        try {
            work.stage().extract(block, record -> stored.add(write(queued, record, span)));
        } catch (RuntimeException | Error e) {
            span.close();
            throw e;
        }
        if (!block.endsStream()) {
            meter.forward(
                    spec.run(), work.number(), block.tokens().length, System.nanoTime() - start);
        }
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new))
                .whenComplete(
                        (nothing, failure) -> {
                            span.close();
                            if (failure == null) {
                                lag.stored(queued.partition());
                                progress.stored(block);
                                queued.stored().complete(null);
                            } else {
                                failed = true;
                                queued.stored().completeExceptionally(failure);
                                progress.failed(failure);
                            }
                            inFlight.release();
                        });
    }

    private StageInput decode(QueuedBlock queued) {
        try {
            StageInput block =
                    work.number() == 0
                            ? StageInput.Tokens.read(queued.values().getFirst())
                            : StageInput.Residuals.read(queued.values());
            if (block.sequence() != queued.sequence()) {
                throw RejectedRecordException.of(
                        work.source(),
                        queued,
                        "block under another key: expected=%d, found=%d"
                                .formatted(queued.sequence(), block.sequence()));
            }
            if (block instanceof StageInput.Residuals residuals) {
                checkFits(residuals, queued);
            }
            return block;
        } catch (CorruptBlockException e) {
            throw RejectedRecordException.of(work.source(), queued, e.getMessage());
        }
    }

    /** One that does not fit is made again, as one that is damaged is. */
    private void checkFits(StageInput.Residuals block, QueuedBlock queued) {
        work.stage()
                .misfit(block)
                .ifPresent(
                        reason -> {
                            throw RejectedRecordException.of(work.source(), queued, reason);
                        });
    }

    /** A block that is not traced stays so. */
    private Span span(QueuedBlock queued) {
        List<TraceParent> parents =
                TraceParent.of(queued.records().getFirst().headers()).stream().toList();
        return (parents.isEmpty() ? Tracing.NONE : tracing)
                .begin(
                        "activation-blocks extract",
                        parents,
                        Map.of(
                                "run", spec.run(),
                                "stage", work.number(),
                                "sequence", queued.sequence()));
    }

    private CompletableFuture<Void> write(QueuedBlock queued, StageRecord record, Span span) {
        record.fault().ifPresent(fault -> progress.notFinite(record.site(), fault));
        return writer.write(
                record.topic(),
                queued.sequence(),
                spec.tokenBlock().partitions(),
                record.bytes(),
                span.place());
    }
}
