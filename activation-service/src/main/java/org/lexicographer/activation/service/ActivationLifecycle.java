package org.lexicographer.activation.service;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import org.lexicographer.activation.job.ActivationJobs;
import org.lexicographer.activation.job.ActivationOutput;
import org.lexicographer.activation.job.JobContext;
import org.lexicographer.activation.model.DjlModel;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
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
    private final MeterRegistry registry;
    private final ActivationConfig config;
    private final LocalFilesConfig localFiles;
    private final LeavingConfig leaving;
    private final KafkaConnection kafka;
    private ActivationJobs jobs;
    private volatile boolean left;

    ActivationLifecycle(
            ObjectStore objects,
            @Patient ObjectStore patient,
            ActivationOutput output,
            MeterRegistry registry,
            ActivationConfig config,
            LocalFilesConfig localFiles,
            LeavingConfig leaving,
            KafkaConnection kafka) {
        this.objects = objects;
        this.patient = patient;
        this.output = output;
        this.registry = registry;
        this.config = config;
        this.localFiles = localFiles;
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
        ActivationMetrics metrics = new ActivationMetrics(registry);
        jobs =
                new ActivationJobs(
                        new JobContext(
                                config.replica(),
                                kafka,
                                patient,
                                models(),
                                output,
                                metrics,
                                leaving.jobs()),
                        objects);
    }

    private LanguageModels<LoadedModel> models() {
        ModelFolders folders =
                new ModelFolders(patient, config.modelFolder(), localFiles.allowed());
        folders.removeLeftovers();
        return new LanguageModels<>(
                folders::find,
                new LanguageModels.Loading<>(this::load, LoadedModel::close),
                Duration.ZERO,
                InstantSource.system());
    }

    private LoadedModel load(ModelFolder folder) {
        Device device = device();
        LOG.info("language model is loaded: folder={}, device={}", folder.path(), device);
        return DjlModel.load(folder, device);
    }

    private Device device() {
        return config.device()
                .map(Device::fromName)
                .orElseGet(
                        () -> Engine.getInstance().getGpuCount() > 0 ? Device.gpu() : Device.cpu());
    }

    /** Returns this process's jobs. */
    public ActivationJobs jobs() {
        return jobs;
    }

    void start(@Observes StartupEvent started) {
        LOG.info("replica started: replica={}, jobs={}", config.replica(), jobs.active().size());
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
