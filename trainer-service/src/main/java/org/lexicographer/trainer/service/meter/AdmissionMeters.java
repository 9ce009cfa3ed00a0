package org.lexicographer.trainer.service.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.lexicographer.runtime.meter.MeterName;
import org.lexicographer.trainer.admission.Admission;

/** What this replica promises to jobs, and which jobs no replica can hold. */
final class AdmissionMeters {

    private static final Tags HEAP = Tags.of("area", "heap");
    private static final Tags NATIVE = Tags.of("area", "native");
    private static final Tags DEVICE = Tags.of("area", "device");

    private static final MeterName TOO_LARGE =
            new MeterName(
                    "jobs.too.large",
                    "Jobs of runs that wait for a larger replica than there is; known by the"
                            + " replica that leads the group, 0 elsewhere.");
    private static final MeterName BUDGET =
            new MeterName("memory.budget", "bytes", "The memory that the replica has for jobs.");
    private static final MeterName PROMISED =
            new MeterName("memory.promised", "bytes", "How much of it is promised to its jobs.");

    private final MeterRegistry registry;
    private final Supplier<Optional<Admission>> admission;

    /** Shows what an admission says, once there is one. */
    AdmissionMeters(MeterRegistry registry, Supplier<Optional<Admission>> admission) {
        this.registry = registry;
        this.admission = admission;
        show(TOO_LARGE, Tags.empty(), Admission::tooLarge);
        show(BUDGET, HEAP, it -> it.budget().onHeap());
        show(BUDGET, NATIVE, it -> it.budget().offHeap());
        show(BUDGET, DEVICE, it -> it.budget().onDevice());
        show(PROMISED, HEAP, it -> it.taken().onHeap());
        show(PROMISED, NATIVE, it -> it.taken().offHeap());
        show(PROMISED, DEVICE, it -> it.taken().onDevice());
    }

    private void show(MeterName name, Tags tags, ToDoubleFunction<Admission> figure) {
        name.gauge(registry, tags, () -> admission.get().map(figure::applyAsDouble).orElse(0.0));
    }
}
