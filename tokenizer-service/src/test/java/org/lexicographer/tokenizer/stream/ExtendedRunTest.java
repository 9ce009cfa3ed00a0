package org.lexicographer.tokenizer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.account.LeftOutReason;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.runstore.DatasetAccounts;

/** What the tokenizer finds of a run that goes on after it had ended. */
class ExtendedRunTest {

    private static TokenBlock block(long sequence) {
        return new TokenBlock(sequence, 4, new int[4], new DatasetPosition(sequence, 0, 0));
    }

    private static final class Stored implements TokenBlockLog {

        private final List<TokenBlock> blocks = new ArrayList<>();

        @Override
        public Optional<TokenBlock> last() {
            return blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast());
        }

        @Override
        public void write(TokenBlock block) {
            blocks.add(block);
        }
    }

    @Test
    void theStreamGoesOnAfterTheBlockThatWasKeptUntilThereIsALaterOne() {
        TokenBlock kept = block(6);
        TokenBlockLog log = new ExtendedTokenBlockLog(new Stored(), () -> Optional.of(kept));

        assertThat(log.last()).containsSame(kept);

        TokenBlock next = block(7);
        log.write(next);
        assertThat(log.last()).containsSame(next);
    }

    private record Messages(Deque<DatasetEntry> entries) implements DatasetLog {

        @Override
        public void readFrom(DatasetPosition position) {}

        @Override
        public Optional<DatasetEntry> poll(Duration atMost) {
            return Optional.ofNullable(entries.poll());
        }

        @Override
        public void close() {}
    }

    @Test
    void messagesThatWereTooLateForTheShorterRunStayRefused() {
        DatasetAccounts accounts = new DatasetAccounts(new InMemoryObjectStore("bucket"));
        Deque<DatasetEntry> entries = new ArrayDeque<>();
        for (long offset = 3; offset < 6; offset++) {
            byte[] json =
                    "{\"run\": \"demo\", \"uri\": \"file:/%d.txt\", \"split\": \"training\"}"
                            .formatted(offset)
                            .getBytes(UTF_8);
            entries.add(new DatasetEntry(0, offset, json, DatasetMessage.read(json)));
        }
        accounts.refuse("demo", new LeftOutReason(4, "file:/4.txt", Optional.empty(), "late"));

        try (DatasetLog log = new AcceptedDatasetLog(new Messages(entries), accounts)) {
            assertThat(log.poll(Duration.ZERO)).map(DatasetEntry::offset).contains(3L);
            assertThat(log.poll(Duration.ZERO)).isEmpty();
            assertThat(log.poll(Duration.ZERO)).map(DatasetEntry::offset).contains(5L);
        }
    }
}
