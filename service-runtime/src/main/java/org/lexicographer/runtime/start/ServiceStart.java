package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import io.quarkus.arc.All;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.runtime.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a service up while HTTP is open already: takes the {@linkplain StartStep steps}, waits for
 * a broker or store that is away, and opens the channels at last. A step that fails for another
 * reason ends the process, as a wrong setting should.
 */
@ApplicationScoped
public class ServiceStart {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceStart.class);

    private final List<StartStep> steps;
    private final Channels channels;
    private final Duration patience;
    private final Duration pause;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("service-start").unstarted(this::run);
    private volatile Optional<Missing> missing;

    /**
     * What the service waits for.
     *
     * @param what its name
     * @param reason what was found instead
     */
    public record Missing(String what, String reason) {}

    ServiceStart(@All List<StartStep> steps, Channels channels, StartConfig config) {
        this.steps = steps.stream().sorted(Comparator.comparingInt(StartStep::order)).toList();
        this.channels = requireNonNull(channels, "channels is null");
        this.patience = config.patience();
        this.pause = config.pause();
        this.missing = Optional.of(new Missing(this.steps.getFirst().name(), "not asked yet"));
    }

    /** Returns what the service still waits for, or empty when it has started. */
    public Optional<Missing> missing() {
        return missing;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event)
            throws InterruptedException {
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        try {
            for (StartStep step : steps) {
                takeInTheEnd(step);
            }
            channels.open();
            steps.forEach(StartStep::opened);
            missing = Optional.empty();
            LOG.info("service started: steps={}", steps.size());
        } catch (InterruptedException e) {
            LOG.info("service left before it had started: missing={}", missing);
        } catch (RuntimeException e) {
            LOG.error("service cannot start: reason={}", Reason.of(e), e);
            Quarkus.asyncExit(1);
        } finally {
            ended.countDown();
        }
    }

    private void takeInTheEnd(StartStep step) throws InterruptedException {
        missing = Optional.of(new Missing(step.name(), "not asked yet"));
        while (!taken(step)) {
            Thread.sleep(pause);
        }
    }

    private boolean taken(StartStep step) throws InterruptedException {
        try {
            step.take();
            return true;
        } catch (KafkaException | ObjectStoreException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("asked to leave");
            }
            tell(new Missing(step.name(), Reason.of(e)));
            return false;
        }
    }

    /** An outage that lasts is told once, not at every try. */
    private void tell(Missing found) {
        if (!missing.equals(Optional.of(found))) {
            LOG.warn("waits for what is missing: what={}, reason={}", found.what(), found.reason());
        }
        missing = Optional.of(found);
    }
}
