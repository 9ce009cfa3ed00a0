package org.lexicographer.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;

class LearningScheduleTest {

    /** Of a cosine in double precision. */
    private static final double ROUNDING = 1e-12;

    @Test
    void learningRateRisesFromZeroAndStays() {
        LearningSchedule schedule = schedule(Schedule.linear(4, Optional.empty(), 0));

        assertThat(schedule.learningRateFactor(0)).isZero();
        assertThat(schedule.learningRateFactor(3)).isEqualTo(0.75);
        assertThat(schedule.learningRateFactor(4)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(99)).isEqualTo(1);
    }

    @Test
    void learningRateFallsToZeroAtTheLastStep() {
        LearningSchedule schedule = schedule(Schedule.linear(4, Optional.of(80), 0));

        assertThat(schedule.learningRateFactor(79)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(80)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(90)).isEqualTo(0.5);
        assertThat(schedule.learningRateFactor(100)).isZero();
        assertThat(schedule.learningRateFactor(101)).isZero();
    }

    @Test
    void learningRateFallsAsHalfACosine() {
        LearningSchedule schedule =
                schedule(new Schedule(4, Optional.of(80), Schedule.Decay.COSINE, 0));

        assertThat(schedule.learningRateFactor(79)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(80)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(85))
                .isCloseTo((1 + Math.sqrt(0.5)) / 2, within(ROUNDING));
        assertThat(schedule.learningRateFactor(90)).isCloseTo(0.5, within(ROUNDING));
        assertThat(schedule.learningRateFactor(100)).isZero();
    }

    @Test
    void learningRateStartsAgainAfterEachResampling() {
        LearningSchedule schedule =
                new LearningSchedule(
                        Schedule.linear(4, Optional.empty(), 0),
                        Optional.of(new Resampling(10, Resampling.Scheme.POST)),
                        100);

        assertThat(schedule.learningRateFactor(9)).isEqualTo(1);
        assertThat(schedule.learningRateFactor(10)).isZero();
        assertThat(schedule.learningRateFactor(21)).isEqualTo(0.25);
    }

    @Test
    void penaltyRisesOnItsOwn() {
        LearningSchedule schedule = schedule(Schedule.linear(4, Optional.empty(), 8));

        assertThat(schedule.sparsityFactor(0)).isZero();
        assertThat(schedule.sparsityFactor(4)).isEqualTo(0.5);
        assertThat(schedule.sparsityFactor(8)).isEqualTo(1);
    }

    @Test
    void nothingRisesWithoutWarmUp() {
        LearningSchedule schedule = schedule(Schedule.linear(0, Optional.empty(), 0));

        assertThat(schedule.learningRateFactor(0)).isEqualTo(1);
        assertThat(schedule.sparsityFactor(0)).isEqualTo(1);
    }

    private static LearningSchedule schedule(Schedule schedule) {
        return new LearningSchedule(schedule, Optional.empty(), 100);
    }
}
