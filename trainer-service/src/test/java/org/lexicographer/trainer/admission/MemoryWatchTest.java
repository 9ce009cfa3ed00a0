package org.lexicographer.trainer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.admission.ShortMemory.Mark;
import org.lexicographer.trainer.admission.ShortMemory.Since;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

class MemoryWatchTest {

    private static final int ATTEMPTS = 3;
    private static final long LIMIT = 1000;
    private static final JobId JOB = new JobId("run", Site.parse("layers.0.mlp.out"));
    private static final JobId SISTER = new JobId("run", Site.parse("layers.1.mlp.out"));
    private static final JobId NEIGHBOUR = new JobId("other", Site.parse("layers.0.mlp.out"));

    private final ShortMemory marks =
            new ShortMemory(new InMemoryObjectStore("lexicographer"), ATTEMPTS);
    private OptionalLong used = OptionalLong.of(0);
    private final MemoryWatch watch =
            new MemoryWatch(
                    new ReplicaMemory(MemoryAmount.NONE, LIMIT, () -> used, ATTEMPTS), marks);

    private void look(long bytes) {
        used = OptionalLong.of(bytes);
        watch.look();
    }

    @Test
    void aJobIsMarkedOnceLittleMemoryIsLeft() {
        watch.begin(JOB, false);
        look(899);
        assertThat(marks.find(JOB)).isEmpty();
        look(901);
        assertThat(marks.find(JOB)).contains(new Mark(Since.SHORT, true, 0, 901, LIMIT));
    }

    @Test
    void whatIsNotKnownMarksNothing() {
        watch.begin(JOB, false);
        used = OptionalLong.empty();
        watch.look();
        assertThat(marks.find(JOB)).isEmpty();
    }

    @Test
    void sitesOfOneRunAreAloneTogetherAndTwoRunsAreNot() {
        watch.begin(JOB, false);
        watch.begin(SISTER, false);
        look(950);
        assertThat(marks.find(SISTER).orElseThrow().alone()).isTrue();

        watch.end(JOB);
        watch.begin(JOB, false);
        watch.begin(NEIGHBOUR, false);
        look(950);
        assertThat(marks.find(NEIGHBOUR).orElseThrow().alone()).isFalse();
        assertThat(marks.find(JOB).orElseThrow().alone()).isFalse();
    }

    @Test
    void aJobThatEndsOrGetsFurtherTakesItsMarkBack() {
        watch.begin(JOB, false);
        watch.begin(SISTER, false);
        look(950);
        watch.passed(JOB);
        watch.end(SISTER);
        assertThat(marks.find(JOB)).isEmpty();
        assertThat(marks.find(SISTER)).isEmpty();
        look(960);
        assertThat(marks.find(JOB).orElseThrow().used()).isEqualTo(960);
    }

    @Test
    void aJobThatIsKilledAloneAgainAndAgainIsHopeless() {
        for (int kill = 1; kill <= ATTEMPTS; kill++) {
            watch.begin(JOB, kill > 1);
            look(950);
            // Here the process ends without a word.
            Mark found = marks.find(JOB).orElseThrow();
            assertThat(found.kills()).isEqualTo(kill);
            assertThat(marks.isHopeless(found)).isEqualTo(kill == ATTEMPTS);
            marks.tried(JOB, found);
        }
    }

    @Test
    void aKillBesideAnotherRunDoesNotCount() {
        watch.begin(JOB, false);
        watch.begin(NEIGHBOUR, false);
        look(950);
        Mark found = marks.find(JOB).orElseThrow();
        assertThat(found.kills()).isZero();
        marks.tried(JOB, found);
        assertThat(marks.find(JOB).orElseThrow().killedAlone()).isZero();
    }

    @Test
    void aTrialThatEndsWithoutAnAnswerCountsForNothingAndIsTriedAgain() {
        marks.isShort(JOB, true, 950, LIMIT);
        marks.tried(JOB, marks.find(JOB).orElseThrow());
        watch.begin(JOB, true);
        assertThat(watch.isTrial(JOB)).isTrue();
        watch.end(JOB);
        assertThat(marks.find(JOB)).contains(new Mark(Since.PUT_OFF, true, 1, 950, LIMIT));
        assertThat(marks.find(JOB).orElseThrow().kills()).isEqualTo(1);
    }

    @Test
    void aTrialThatPassesClearsAll() {
        marks.isShort(JOB, true, 950, LIMIT);
        marks.tried(JOB, marks.find(JOB).orElseThrow());
        watch.begin(JOB, true);
        watch.passed(JOB);
        assertThat(watch.isTrial(JOB)).isFalse();
        assertThat(marks.find(JOB)).isEmpty();
    }
}
