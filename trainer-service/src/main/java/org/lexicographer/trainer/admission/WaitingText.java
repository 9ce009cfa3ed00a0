package org.lexicographer.trainer.admission;

import java.util.Comparator;
import java.util.Map;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.Plan.Waiting;

/** What people are told of runs for which there is not enough memory. */
final class WaitingText {

    private WaitingText() {}

    /** Says what a run waits for. */
    static String of(Waiting waiting) {
        return switch (waiting.lack()) {
            case TURN -> forItsTurn(waiting);
            case REPLICAS -> forReplicas(waiting, "more");
            case LARGER_REPLICA -> forReplicas(waiting, "larger");
        };
    }

    private static String forItsTurn(Waiting waiting) {
        String alone =
                waiting.run().alone()
                        ? "waits to be tried alone, as it was killed when memory was short"
                        : "waits for memory";
        return "%s: needs %s, free %s of %s on %d replicas"
                .formatted(
                        alone,
                        needs(waiting),
                        waiting.free().textBeside(waiting.budget()),
                        waiting.budget().text(),
                        waiting.replicas());
    }

    private static String forReplicas(Waiting waiting, String kind) {
        Map.Entry<Site, JobNeed> largest =
                waiting.run().jobs().entrySet().stream()
                        .max(
                                Comparator.comparingLong(
                                        (Map.Entry<Site, JobNeed> job) ->
                                                job.getValue().in(waiting.budget()).total()))
                        .orElseThrow();
        return ("waits for more memory than there is, start %s replicas of"
                        + " trainer-service: needs %s, at %s alone %s, and %d replicas have %s"
                        + " together")
                .formatted(
                        kind,
                        needs(waiting),
                        largest.getKey(),
                        largest.getValue().in(waiting.budget()).text(),
                        waiting.replicas(),
                        waiting.budget().text());
    }

    private static String needs(Waiting waiting) {
        return waiting.run().needs(waiting.budget()).textBeside(waiting.budget());
    }

    /** Says why a job is given up. */
    static String killed(ShortMemory.Mark mark, MemoryAmount need) {
        return ("the process was killed %d times in a row with no other run beside this one, before"
                        + " a step was taken and saved: memory in use at last %d of %d bytes, reckoned"
                        + " need %s; give trainer-service more memory, or make the run smaller")
                .formatted(mark.kills(), mark.used(), mark.limit(), need.text());
    }
}
