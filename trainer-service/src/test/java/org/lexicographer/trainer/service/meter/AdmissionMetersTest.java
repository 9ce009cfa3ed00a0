package org.lexicographer.trainer.service.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.admission.Memories;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.Plan;
import org.lexicographer.trainer.ownership.RunDemand;

class AdmissionMetersTest {

    private static final RunSpec SPEC = RunSpecs.of("run", 12);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Optional<Admission>> admission =
            new AtomicReference<>(Optional.empty());

    @Test
    void showsWhatIsPromisedToJobsAndHowManyAreTooLarge() {
        // Given
        new AdmissionMeters(registry, admission::get);
        assertThat(tooLarge()).isZero();

        // When
        try (Admission own = admission()) {
            admission.set(Optional.of(own));
            own.begin(SPEC, RunSpecs.SITE);
            own.demands(Set.of(), Set.of());
            own.planned(waiting("other", Plan.Lack.LARGER_REPLICA));

            // Then
            assertThat(tooLarge()).isEqualTo(1);
            assertThat(memory("promised", "native")).isEqualTo(20);
            assertThat(memory("budget", "native")).isEqualTo(30);
            assertThat(memory("budget", "heap")).isEqualTo(30);
            assertThat(memory("budget", "device")).isZero();

            // When only its turn is waited for
            own.planned(waiting("other", Plan.Lack.TURN));
            assertThat(tooLarge()).isZero();

            // When another replica leads
            own.planned(waiting("other", Plan.Lack.LARGER_REPLICA));
            own.follows();
            assertThat(tooLarge()).isZero();
        }
    }

    @Test
    void showsWhatIsPromisedOfAGpu() {
        new AdmissionMeters(registry, admission::get);
        try (Admission own =
                new Admission(
                        new InMemoryObjectStore("lexicographer"),
                        Memories.withGpu(30, 80),
                        Memories.eachOnGpu(20, 50),
                        said -> {})) {
            admission.set(Optional.of(own));
            own.begin(SPEC, RunSpecs.SITE);

            assertThat(memory("budget", "device")).isEqualTo(80);
            assertThat(memory("promised", "device")).isEqualTo(50);
            assertThat(memory("promised", "native")).isEqualTo(20);
        }
    }

    @Test
    void takesThePlaceOfThoseOfAnEarlierApplicationInTheProcess() {
        // Given
        new AdmissionMeters(
                registry,
                () -> {
                    throw new IllegalStateException("stopped");
                });

        // When
        try (Admission own = admission()) {
            admission.set(Optional.of(own));
            new AdmissionMeters(registry, admission::get);

            // Then
            assertThat(memory("budget", "native")).isEqualTo(30);
        }
    }

    private static Admission admission() {
        return new Admission(
                new InMemoryObjectStore("lexicographer"),
                Memories.withRoomFor(30),
                Memories.each(20),
                said -> {});
    }

    private static Plan waiting(String run, Plan.Lack lack) {
        RunDemand demand = new RunDemand(run, 1, false, Map.of(RunSpecs.SITE, JobNeed.NONE));
        return new Plan(
                Map.of(),
                List.of(new Plan.Waiting(demand, MemoryAmount.NONE, MemoryAmount.NONE, 1, lack)));
    }

    private double tooLarge() {
        return registry.get("lexicographer.jobs.too.large").gauge().value();
    }

    private double memory(String name, String area) {
        return registry.get("lexicographer.memory." + name).tag("area", area).gauge().value();
    }
}
