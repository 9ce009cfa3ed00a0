package org.lexicographer.activation.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.lexicographer.activation.job.ActivationJobs;
import org.lexicographer.activation.job.ActivationOutput;
import org.lexicographer.activation.job.JobContext;
import org.lexicographer.activation.stage.WorkedStages;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.service.Patient;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runtime.LeavingConfig;
import org.lexicographer.runtime.health.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts this replica's jobs with the process and lets them leave in good order. */
@ApplicationScoped
public class ActivationLifecycle implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationLifecycle.class);

    private final ObjectStore objects;
    private final ObjectStore patient;
    private final ActivationOutput output;
    private final ActivationMetrics metrics;
    private final ActivationConfig config;
    private final ActivationModels models;
    private final LeavingConfig leaving;
    private final KafkaConnection kafka;
    private ActivationJobs jobs;
    private volatile boolean left;

    ActivationLifecycle(
            ObjectStore objects,
            @Patient ObjectStore patient,
            ActivationOutput output,
            ActivationMetrics metrics,
            ActivationConfig config,
            ActivationModels models,
            LeavingConfig leaving,
            KafkaConnection kafka) {
        this.objects = objects;
        this.patient = patient;
        this.output = output;
        this.metrics = metrics;
        this.config = config;
        this.models = models;
        this.leaving = leaving;
        this.kafka = kafka;
    }

    /** Runs before the first message of a channel is taken. */
    @PostConstruct
    void prepare() {
        System.setProperty("ai.djl.offline", "true");
        config.threads()
                .ifPresent(
                        threads ->
                                System.setProperty(
                                        "ai.djl.pytorch.num_threads", Integer.toString(threads)));
        jobs =
                new ActivationJobs(
                        new JobContext(
                                config.replica(),
                                WorkedStages.parse(config.stages()),
                                kafka,
                                patient,
                                models.open(),
                                output,
                                metrics,
                                leaving.jobs()),
                        objects);
    }

    /** Returns this process's jobs. */
    public ActivationJobs jobs() {
        return jobs;
    }

    void start(@Observes StartupEvent started) {
        LOG.info(
                "replica started: replica={}, stages={}, jobs={}",
                config.replica(),
                config.stages(),
                jobs.active().size());
    }

    @Override
    public String name() {
        return "run-end-watch";
    }

    /** Tells whether the ends of runs are watched for, or the service leaves. */
    @Override
    public boolean isWell() {
        return left || jobs.isWatching();
    }

    void stop(@Observes ShutdownEvent stopping) {
        left = true;
        jobs.close();
    }
}
