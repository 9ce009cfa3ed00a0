package org.lexicographer.trainer.service;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.kernel.Workers;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.Patient;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runtime.LeavingConfig;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.runtime.start.StartStep;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.admission.ReplicaMemory;
import org.lexicographer.trainer.job.TrainerOutput;
import org.lexicographer.trainer.job.TrainerReplica;
import org.lexicographer.trainer.memory.DeviceLimit;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.memory.MemoryBudget;
import org.lexicographer.trainer.memory.ProcessMemory;
import org.lexicographer.trainer.sizing.ModelNeeds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets this replica take part once broker and store are there, and leave in good order. */
@ApplicationScoped
public class TrainerLifecycle implements StartStep, Worker {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerLifecycle.class);

    private final TrainerConfig config;
    private final LeavingConfig leaving;
    private final ObjectStore objects;
    private final TrainerOutput output;
    private final KafkaConnection kafka;
    private final String codeVersion;
    private final SiteCheck sites;
    private Optional<Equipment> equipment = Optional.empty();
    private volatile Optional<TrainerReplica> replica = Optional.empty();
    private volatile long progressBefore;
    private volatile boolean left;

    TrainerLifecycle(
            TrainerConfig config,
            LeavingConfig leaving,
            @Patient ObjectStore objects,
            TrainerOutput output,
            KafkaConnection kafka,
            LocalFilesConfig localFiles,
            Hub hub,
            @ConfigProperty(name = "quarkus.application.version") String codeVersion) {
        this.config = config;
        this.leaving = leaving;
        this.objects = objects;
        this.output = output;
        this.kafka = kafka;
        this.codeVersion = codeVersion;
        this.sites =
                new SiteCheck(
                        objects, localFiles.allowed(), new HubSources(new HubStore(objects, hub)));
    }

    /**
     * What this process trains with.
     *
     * @param device the device of recipes
     * @param memory of the process and the device
     */
    private record Equipment(Device device, ReplicaMemory memory) {

        static Equipment of(TrainerConfig config) {
            Device device = config.device().map(Device::fromName).orElseGet(Equipment::best);
            return new Equipment(device, memory(config, device));
        }

        private static Device best() {
            return Optional.of(Engine.getInstance())
                    .filter(engine -> engine.getGpuCount() > 0)
                    .map(engine -> Device.gpu())
                    .orElseGet(Device::cpu);
        }

        private static ReplicaMemory memory(TrainerConfig config, Device device) {
            long limit =
                    config.memory().map(MemorySize::asLongValue).orElseGet(ProcessMemory::limit);
            MemoryAmount ofProcess = MemoryBudget.of(limit, Runtime.getRuntime().maxMemory());
            long ofDevice =
                    DeviceLimit.of(device, config.deviceMemory().map(MemorySize::asLongValue));
            MemoryAmount budget =
                    device.isGpu()
                            ? ofProcess.withDevice(MemoryBudget.ofDevice(ofDevice))
                            : ofProcess;
            return new ReplicaMemory(budget, limit, ProcessMemory::used, config.memoryAttempts());
        }
    }

    /** Engines are asked for devices once the service takes part, or somebody wants to know. */
    private synchronized Equipment equipment() {
        if (equipment.isEmpty()) {
            equipment = Optional.of(Equipment.of(config));
        }
        return equipment.get();
    }

    /** Returns what this process promises to jobs. */
    public MemoryAmount budget() {
        return equipment().memory().budget();
    }

    @Override
    public String name() {
        return "trainer-ownership";
    }

    @Override
    public int order() {
        return OWN;
    }

    /** Makes the replica, before the first message of a channel is taken. */
    @Override
    public synchronized void take() {
        if (replica.isEmpty()) {
            replica = Optional.of(create());
        }
        progressBefore = replica().progressOffset();
    }

    /** Joins the other replicas: there may be jobs that wait, and that have something to say. */
    @Override
    public void opened() {
        replica().start();
    }

    private TrainerReplica create() {
        config.threads()
                .ifPresent(
                        threads -> System.setProperty(Workers.THREADS, Integer.toString(threads)));
        Device device = equipment().device();
        ReplicaMemory memory = equipment().memory();
        LOG.info(
                "trainer takes part: device={}, limit={}, heap={}, budget={}",
                device,
                memory.limit(),
                Runtime.getRuntime().maxMemory(),
                memory.budget());
        int threads = Workers.shared().threads();
        return new TrainerReplica(
                kafka,
                objects,
                output,
                new TrainerReplica.Settings(
                        device,
                        config.workFolder(),
                        codeVersion,
                        config.restartPause(),
                        leaving.jobs()),
                memory,
                new ModelNeeds(sites::read, threads));
    }

    /**
     * Returns this process's replica.
     *
     * @throws IllegalStateException before the service has started
     */
    public TrainerReplica replica() {
        return replica.orElseThrow(
                () -> new IllegalStateException("replica does not take part yet"));
    }

    /** Returns which jobs have memory; empty before the service has started. */
    Optional<Admission> admission() {
        return replica.map(TrainerReplica::admission);
    }

    /** Returns the offset after the last progress message that was there before this process. */
    public long progressBefore() {
        return progressBefore;
    }

    /** Tells whether the thread that owns jobs is at work, has not begun, or has been stopped. */
    @Override
    public boolean isWell() {
        return left || replica.map(TrainerReplica::isAlive).orElse(true);
    }

    void stop(@Observes ShutdownEvent stopped) {
        left = true;
        replica.ifPresent(TrainerReplica::close);
    }
}
