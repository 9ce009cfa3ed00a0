package org.lexicographer.tokenizer.stage;

import java.util.Optional;
import org.lexicographer.tokenizer.progress.RunReports;
import org.lexicographer.tokenizer.progress.TokenizerMeters;
import org.lexicographer.tokenizer.stream.DatasetEntry;

/**
 * Reports what of one shard cannot be used: the first lines one by one, so that a shard of another
 * format does not flood the operator, and the number of all others at the end.
 */
final class ShardRejections {

    static final int SINGLE_LINES = 100;

    private final RunReports reports;
    private final TokenizerMeters meters;
    private final DatasetEntry entry;
    private final String uri;
    private long lines;

    ShardRejections(RunReports reports, TokenizerMeters meters, DatasetEntry entry, String uri) {
        this.reports = reports;
        this.meters = meters;
        this.entry = entry;
        this.uri = uri;
    }

    void line(long line, String reason) {
        lines++;
        meters.rejectedLine();
        if (lines <= SINGLE_LINES) {
            report(Optional.of(line), reason);
        }
    }

    void rest(Optional<Long> line, String reason) {
        meters.rejectedShard();
        report(line, reason);
    }

    void end() {
        if (lines > SINGLE_LINES) {
            report(
                    Optional.empty(),
                    "more lines not usable: lines=%d, reported=%d".formatted(lines, SINGLE_LINES));
        }
    }

    private void report(Optional<Long> line, String reason) {
        reports.rejected(entry.rejection(reason).because(uri, line));
    }
}
