package org.lexicographer.trainer.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.trainer.pending.PendingWork;
import org.lexicographer.trainer.pending.PendingWorkCheck;
import org.lexicographer.trainer.service.meter.PendingWorkMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up time and again what work is pending, as every replica does, all of which come to the
 * same figures. While broker or store is away, the last figures stay.
 */
@ApplicationScoped
public class PendingWorkWatch implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger(PendingWorkWatch.class);

    private final Supplier<PendingWork> check;
    private final Duration pause;
    private final PendingWorkMeters meters;
    private final BlockTopics topics;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("pending-work").factory());
    private volatile boolean well = true;

    PendingWorkWatch(
            TrainerConfig config,
            ObjectStore objects,
            KafkaConnection kafka,
            RunBoard board,
            MeterRegistry registry) {
        this.topics = new BlockTopics(kafka);
        this.check = new PendingWorkCheck(topics, objects, board::parts)::look;
        this.pause = config.pendingCheck();
        this.meters = new PendingWorkMeters(registry);
    }

    void start(@Observes StartupEvent event) {
        thread.scheduleWithFixedDelay(
                this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            meters.show(check.get());
        } catch (KafkaException | ObjectStoreException e) {
            LOG.debug("pending work not known", e);
        } catch (RuntimeException e) {
            LOG.warn("pending work not known", e);
        } catch (Error e) {
            well = false;
            throw e;
        }
    }

    @Override
    public String name() {
        return "pending-work";
    }

    @Override
    public boolean isWell() {
        return well || thread.isShutdown();
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
        topics.close();
    }
}
