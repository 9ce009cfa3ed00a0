package org.lexicographer.tokenizer.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.runstore.DatasetAccounts;

/**
 * A dataset log without the messages that were refused and are counted as such: a run that goes on
 * after it had ended comes upon those that were too late for it then.
 *
 * @param log all messages
 * @param accounts knows what was refused
 */
public record AcceptedDatasetLog(DatasetLog log, DatasetAccounts accounts) implements DatasetLog {

    public AcceptedDatasetLog {
        requireNonNull(log, "log is null");
        requireNonNull(accounts, "accounts is null");
    }

    @Override
    public void readFrom(DatasetPosition position) {
        log.readFrom(position);
    }

    @Override
    public Optional<DatasetEntry> poll(Duration atMost) {
        return log.poll(atMost)
                .filter(entry -> !accounts.isRefused(entry.message().run(), entry.offset()));
    }

    @Override
    public void close() {
        log.close();
    }
}
