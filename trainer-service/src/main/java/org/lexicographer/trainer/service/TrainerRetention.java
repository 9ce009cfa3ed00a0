package org.lexicographer.trainer.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.runtime.retention.RetentionConfig;
import org.lexicographer.runtime.retention.RetentionSchedule;
import org.lexicographer.trainer.storage.CheckpointRetention;
import org.lexicographer.trainer.storage.HubRetention;

/** Removes what this service has stored and is to keep for a while only. */
@ApplicationScoped
public class TrainerRetention implements Worker {

    private final RetentionSchedule schedule;

    TrainerRetention(
            TrainerConfig trainer,
            RetentionConfig config,
            ObjectStore objects,
            Hub hub,
            MeterRegistry registry) {
        this.schedule =
                new RetentionSchedule(
                        sweeps(trainer, config.check(), objects, new HubStore(objects, hub)),
                        config.check(),
                        registry);
    }

    private static List<Supplier<List<Removal>>> sweeps(
            TrainerConfig trainer, Duration check, ObjectStore objects, HubStore hub) {
        InstantSource clock = InstantSource.system();
        Stream<Supplier<List<Removal>>> checkpoints =
                trainer.checkpointRetention().stream()
                        .map(kept -> new CheckpointRetention(objects, kept, clock))
                        .map(retention -> retention::sweep);
        Stream<Supplier<List<Removal>>> fetched =
                trainer.hubRetention().stream()
                        .map(kept -> new HubRetention(objects, hub, kept, check, clock))
                        .map(retention -> retention::sweep);
        return Stream.concat(checkpoints, fetched).toList();
    }

    void start(@Observes StartupEvent event) {
        schedule.start();
    }

    @Override
    public String name() {
        return schedule.name();
    }

    @Override
    public boolean isWell() {
        return schedule.isWell();
    }

    void stop(@Observes ShutdownEvent event) {
        schedule.close();
    }
}
