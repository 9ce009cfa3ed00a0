package org.lexicographer.trainer.service;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.trainer.job.TrainerOutput;
import org.lexicographer.trainer.job.TrainerReplica;

/** Starts this replica with the process and lets it leave in good order. */
@ApplicationScoped
public class TrainerLifecycle {

    private static final Logger LOG = System.getLogger(TrainerLifecycle.class.getName());

    private final TrainerConfig config;
    private final ObjectStore objects;
    private final TrainerOutput output;
    private final String bootstrapServers;
    private final String codeVersion;
    private TrainerReplica replica;
    private long progressBefore;

    TrainerLifecycle(
            TrainerConfig config,
            ObjectStore objects,
            TrainerOutput output,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            @ConfigProperty(name = "quarkus.application.version") String codeVersion) {
        this.config = config;
        this.objects = objects;
        this.output = output;
        this.bootstrapServers = bootstrapServers;
        this.codeVersion = codeVersion;
    }

    @PostConstruct
    void join() {
        System.setProperty(
                "ai.djl.pytorch.num_threads", Integer.toString(config.numericsThreads()));
        ControlTopics.ensure(bootstrapServers);
        objects.ensureBucket();
        Device device = config.device().map(Device::fromName).orElseGet(TrainerLifecycle::best);
        LOG.log(Level.INFO, "trains on {0}", device);
        replica =
                new TrainerReplica(
                        bootstrapServers,
                        objects,
                        output,
                        device,
                        config.workFolder(),
                        codeVersion,
                        config.restartPause());
        progressBefore = replica.progressOffset();
    }

    private static Device best() {
        return Optional.of(Engine.getInstance())
                .filter(engine -> engine.getGpuCount() > 0)
                .map(engine -> Device.gpu())
                .orElseGet(Device::cpu);
    }

    /** Returns this process's replica. */
    public TrainerReplica replica() {
        return replica;
    }

    /** Returns the offset behind the last progress message that was there before this process. */
    public long progressBefore() {
        return progressBefore;
    }

    void start(@Observes StartupEvent started) {
        LOG.log(Level.INFO, "trainer takes part: {0}", replica.isAlive());
    }

    void stop(@Observes ShutdownEvent stopped) {
        replica.close();
    }
}
