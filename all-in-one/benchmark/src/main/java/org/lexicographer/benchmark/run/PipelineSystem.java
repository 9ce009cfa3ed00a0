package org.lexicographer.benchmark.run;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.sample.DemoDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.benchmark.profile.CpuProfile;
import org.lexicographer.benchmark.profile.Part;
import org.lexicographer.benchmark.profile.PipeCost;
import org.lexicographer.benchmark.profile.ProfiledProcess;
import org.lexicographer.benchmark.profile.TrainerWaiting;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The four services as they ship, a broker and an S3 server, each in a process of its own, with the
 * demo's model and text.
 */
public final class PipelineSystem implements Services {

    private static final String TEXT = "all-in-one/launcher/target/demo-dataset";
    private static final double MILLIS = 1e3;

    private final DataFolder data;
    private final KillableSystem system;
    private final DemoDataset text;
    private final PrintStream err;

    private PipelineSystem(
            DataFolder data, KillableSystem system, DemoDataset text, PrintStream err) {
        this.data = data;
        this.system = system;
        this.text = text;
        this.err = err;
    }

    /**
     * Starts everything, and returns when all services are ready.
     *
     * @param home the checkout, which has been built
     * @param folder what they work on; emptied before and afterwards
     * @param place the device that the services compute on; they use all cores
     * @param err where progress is shown
     * @throws IllegalStateException when something does not start
     */
    public static PipelineSystem start(Path home, Path folder, Place place, PrintStream err) {
        DataFolder data = DataFolder.take(folder);
        data.clear();
        data.prepare();
        LauncherLog.to(data.log("benchmark"));
        DemoDataset text = DemoDataset.of(home.resolve(TEXT));
        PipelineSystem started =
                new PipelineSystem(data, new KillableSystem(home, data, devices(place)), text, err);
        try {
            started.start();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static Map<String, String> devices(Place place) {
        String device = place.onGpu() ? "gpu0" : "cpu";
        return Map.of("activation.device", device, "trainer.device", device, "eval.device", device);
    }

    private void start() {
        err.println("starting a Kafka broker, an S3 server and the four services ...");
        system.start();
        DemoModel.upload(system.objectStore());
        text.upload(system.objectStore());
    }

    @Override
    public void addTrainer() {
        system.add(Service.TRAINER);
        system.awaitReady();
    }

    /** As the interface says, with the demo's text. */
    @Override
    public RunTimes run(RunSpec spec) {
        Course course = new Course(spec);
        RunWatch watch = new RunWatch(system, spec, false);
        double submitted = now();
        new RunClient(system).submit(spec);
        new ShardPublisher(system.bootstrapServers()).publish(text.messages(spec.run()));
        watch.await(ProgressDisplay.of(err, false), course::take);
        return new RunTimes(
                course.trainedPerSecond(),
                course.extractedPerSecond(),
                course.begun() - submitted,
                course.trained() - course.begun(),
                now() - course.trained());
    }

    /** As the interface says; every process is recorded, and all that a server takes is counted. */
    @Override
    public PipeCost cost(RunSpec spec) {
        Map<KillableProcess, ProfiledProcess> recorded = new LinkedHashMap<>();
        system.processes()
                .forEach(process -> recorded.put(process, ProfiledProcess.start(process.pid())));
        TrainerWaiting waiting = new TrainerWaiting();
        RunWatch watch = new RunWatch(system, spec, false);
        new RunClient(system).submit(spec);
        new ShardPublisher(system.bootstrapServers()).publish(text.messages(spec.run()));
        watch.await(
                ProgressDisplay.of(err, false),
                record -> waiting.look(system.url(Service.TRAINER)));
        double cpu = 0;
        List<CpuProfile> profiles = new ArrayList<>();
        for (Map.Entry<KillableProcess, ProfiledProcess> process : recorded.entrySet()) {
            double seconds = process.getValue().cpu().toMillis() / MILLIS;
            cpu += seconds;
            profiles.add(profile(process.getKey(), process.getValue(), seconds));
        }
        return new PipeCost(cpu, CpuProfile.sum(profiles), waiting.share());
    }

    private CpuProfile profile(KillableProcess process, ProfiledProcess recorded, double seconds) {
        CpuProfile found = recorded.stop(data.log(process.name() + ".jfr"));
        if (process.name().equals(Server.Kind.BROKER.text())) {
            return new CpuProfile(Map.of(Part.KAFKA, seconds));
        }
        return process.name().equals(Server.Kind.OBJECT_STORE.text())
                ? new CpuProfile(Map.of(Part.STORE, seconds))
                : found;
    }

    private static double now() {
        return System.currentTimeMillis() / MILLIS;
    }

    @Override
    public void close() {
        system.close();
        data.clear();
        data.close();
    }
}
