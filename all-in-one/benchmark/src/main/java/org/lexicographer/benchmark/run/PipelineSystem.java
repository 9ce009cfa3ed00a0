package org.lexicographer.benchmark.run;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.sample.DemoDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
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
