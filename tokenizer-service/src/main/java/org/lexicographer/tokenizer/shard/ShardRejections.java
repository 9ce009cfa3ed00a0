package org.lexicographer.tokenizer.shard;

import java.util.Optional;
import java.util.function.Consumer;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.tokenizer.progress.DatasetMeter;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.stream.DatasetEntry;

/**
 * Reports what of one shard cannot be used: the first lines one by one, so that a shard of another
 * format does not flood the operator, and the number of all others at the end.
 *
 * <p>Outlives the attempts of a job: what an earlier attempt reported is neither counted nor
 * reported again when the shard is read once more. After a crash it may be; the record is then the
 * same, with the same key, offset and line.
 */
public final class ShardRejections {

    public static final int SINGLE_LINES = 100;
    private static final int LONGEST_REASON = 2000;

    private final TokenizerOutput output;
    private final DatasetMeter meter;
    private final DatasetEntry entry;
    private final String uri;
    private final Consumer<ShardRejections> reported;
    private long lines;
    private long lastLine;
    private boolean restReported;
    private boolean ended;

    /** Starts with nothing rejected; {@code reported} takes this whenever something was. */
    ShardRejections(
            TokenizerOutput output,
            DatasetMeter meter,
            DatasetEntry entry,
            String uri,
            Consumer<ShardRejections> reported) {
        this.output = output;
        this.meter = meter;
        this.entry = entry;
        this.uri = uri;
        this.reported = reported;
    }

    /** Rejects a line; lines come in order. */
    void line(long line, String reason) {
        if (line <= lastLine) {
            return;
        }
        if (lines < SINGLE_LINES) {
            report(Optional.of(line), reason);
        }
        lastLine = line;
        lines++;
        meter.rejectedLine();
    }

    /** Rejects the shard, or all of it from a line on. */
    void rest(Optional<Long> line, String reason) {
        if (!restReported) {
            report(line, reason);
            restReported = true;
            meter.rejectedShard();
        }
    }

    /** Counts the lines that were not reported one by one. */
    void end() {
        if (lines > SINGLE_LINES && !ended) {
            report(
                    Optional.empty(),
                    "more lines not usable: lines=%d, reported=%d".formatted(lines, SINGLE_LINES));
            ended = true;
        }
    }

    private void report(Optional<Long> line, String reason) {
        output.reject(
                entry.rejection(Quotes.shortened(reason, LONGEST_REASON))
                        .because(Quotes.shortened(uri, LONGEST_REASON), line));
        reported.accept(this);
    }
}
