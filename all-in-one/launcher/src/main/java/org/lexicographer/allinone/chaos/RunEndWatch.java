package org.lexicographer.allinone.chaos;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.lexicographer.allinone.client.TopicTail;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.ProgressText;
import org.lexicographer.allinone.run.RunStatus;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;

/** Shows how far a run is until the store says how it has ended. */
final class RunEndWatch {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    /** A run that shows nothing new for so long does not end: no machine is that slow. */
    private static final Duration STANDSTILL = Duration.ofMinutes(30);

    private final RunningSystem system;
    private final RunSpec spec;
    private final RunStatus status;
    private final ProgressText text;

    RunEndWatch(RunningSystem system, RunSpec spec, PrintStream out) {
        this.system = system;
        this.spec = spec;
        this.status = new RunStatus(spec.run());
        this.text = new ProgressText(spec, out.charset().equals(StandardCharsets.UTF_8));
    }

    /**
     * Returns what the store says of the run's end.
     *
     * @throws IllegalStateException when a process of the system ends, or the run stands still
     */
    byte[] await(ProgressDisplay display) {
        ObjectStore store = system.objectStore();
        String key = ObjectKeys.runEnd(spec.run());
        long start = System.nanoTime();
        long lastChange = start;
        List<String> last = List.of();
        try (TopicTail tail =
                TopicTail.of(system.bootstrapServers(), List.of(Topics.RUN_PROGRESS))) {
            while (store.stat(key).isEmpty()) {
                tail.poll(BETWEEN_LOOKS).forEach(status::take);
                system.check();
                List<String> details = text.details(status);
                long now = System.nanoTime();
                display.show(
                        text.summaryWithoutEnd(status, Duration.ofNanos(now - start)), details);
                lastChange = details.equals(last) ? lastChange : now;
                last = details;
                refuseStandstill(Duration.ofNanos(now - lastChange), details);
            }
        } finally {
            display.end();
        }
        return store.bytes(key);
    }

    private void refuseStandstill(Duration silence, List<String> details) {
        if (silence.compareTo(STANDSTILL) > 0) {
            throw new IllegalStateException(
                    "run stands still: run=%s, minutes=%d, seen last=%s"
                            .formatted(spec.run(), silence.toMinutes(), details));
        }
    }
}
