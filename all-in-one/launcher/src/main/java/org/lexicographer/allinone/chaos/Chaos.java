package org.lexicographer.allinone.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.pipeline.stored.RunEnd;
import picocli.CommandLine;

/**
 * Trains the same run twice, once left alone and once with processes killed at random moments, and
 * compares every bit of what comes out.
 *
 * <p>The exit status is 0 when nothing differs, 1 when something does or the run does not end, 2
 * when the command line is wrong.
 */
public final class Chaos {

    /** A run that fails once more has failed for good. */
    private static final int MOST_RESUMES = 5;

    /** The setting that says at which stages an activation-service works. */
    private static final String STAGES = "activation.stages";

    private final ChaosOptions options;
    private final KillableSystem system;
    private final ChaosDataset dataset;
    private final PrintStream out;
    private final Disturbance disturbance;

    /**
     * Prepares the comparison on a system that runs.
     *
     * @param disks those that the faults need
     * @param dataset one shard more than there are rounds
     */
    public Chaos(
            ChaosOptions options,
            KillableSystem system,
            Disks disks,
            ChaosDataset dataset,
            PrintStream out) {
        this.options = options;
        this.system = system;
        this.dataset = dataset;
        this.out = out;
        disturbance = new Disturbance(options, system, new Faults(system, disks, out), out);
    }

    /** Runs the comparison; the class comment says how it ends. */
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty(Demo.HOME, ".")).toAbsolutePath().normalize();
        Path folder = home.resolve("target/chaos");
        ChaosCommand command = new ChaosCommand(folder, options -> run(home, options));
        System.exit(new CommandLine(command).execute(arguments));
    }

    private static int run(Path home, ChaosOptions options) {
        try {
            DataFolder data = DataFolder.take(options.folder());
            Disks.unmount(data);
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("launcher"));
            Disks disks = Disks.mount(options.faults(), data);
            KillableSystem system = system(home, options, data, disks);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(system, disks, data), "stop"));
            System.out.println("starting a Kafka broker, an S3 server and the four services ...");
            system.start();
            Chaos chaos = new Chaos(options, system, disks, dataset(home, options), System.out);
            boolean same =
                    options.previous().isPresent()
                            ? new Upgrade(chaos, system, home).run()
                            : chaos.run();
            return same ? 0 : 1;
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
    }

    /** The folder is another's to take only when nobody writes into it any more. */
    private static void stop(KillableSystem system, Disks disks, DataFolder data) {
        system.close();
        disks.close();
        data.close();
    }

    /** Returns a system with all that the options need, which does not run yet. */
    public static KillableSystem system(
            Path home, ChaosOptions options, DataFolder data, Disks disks) {
        Map<String, String> settings = new TreeMap<>(settings(options));
        settings.putAll(disks.settings());
        return new KillableSystem(
                options.previous().orElse(home), data, settings, options.layout());
    }

    /**
     * The first activation-service works at the first stage, which is all of an undisturbed run.
     */
    private static Map<String, String> settings(ChaosOptions options) {
        return options.stages() == 1 ? Map.of() : Map.of(STAGES, "0");
    }

    /** One shard for each round or replaced service, and one for after the last. */
    private static ChaosDataset dataset(Path home, ChaosOptions options) {
        int shards =
                1 + (options.previous().isPresent() ? Service.values().length : options.rounds());
        return ChaosDataset.of(home.resolve("all-in-one/launcher/target/demo-dataset"), shards);
    }

    /** Puts model and dataset into the store. */
    void upload() {
        DemoModel.upload(system.objectStore());
        dataset.upload(system.objectStore());
    }

    private boolean run() {
        upload();
        ChaosResult undisturbed = runUndisturbed();
        out.printf(
                "undisturbed run ended; now %d kills%s, seed %d%n",
                options.kills(), withFaults(options.faults()), options.seed());
        return runDisturbed(undisturbed);
    }

    /** Trains the run and leaves it alone. Model and dataset are in the store. */
    public ChaosResult runUndisturbed() {
        RunSpec spec = spec("calm", 1);
        submit(spec);
        for (int shard = 0; shard < dataset.size(); shard++) {
            publish(dataset.message(spec.run(), shard));
        }
        publish(new DatasetEnd(spec.run()));
        awaitEnd(spec);
        return ChaosResult.of(system.objectStore(), spec);
    }

    /** Trains the run under kills, prints what came of it; tells whether nothing differs. */
    public boolean runDisturbed(ChaosResult undisturbed) {
        RunSpec spec = spec("disturbed", options.stages());
        addReplicas();
        disturb(spec);
        if (!endsAtLast(spec)) {
            out.printf("%n%d kills: the run is FAILED and says why%n", options.kills());
            return true;
        }
        return compare(undisturbed, ChaosResult.of(system.objectStore(), spec));
    }

    static RunSpec spec(String run) {
        return spec(run, 1);
    }

    private static RunSpec spec(String run, int stages) {
        return RunSpec.read(json(run, stages));
    }

    /** As it is written in its file, without what later versions would add of defaults. */
    private static ObjectNode json(String run, int stages) {
        try (InputStream json = Chaos.class.getResourceAsStream("/chaos-run.json")) {
            ObjectNode spec = ((ObjectNode) Json.tree(json.readAllBytes())).put("run", run);
            if (stages > 1) {
                spec.withObject("/languageModel").put("stages", stages);
            }
            return spec;
        } catch (IOException e) {
            throw new UncheckedIOException("chaos run spec cannot be read", e);
        }
    }

    void submit(RunSpec spec) {
        ObjectNode json = json(spec.run(), RunStages.of(spec).count());
        new RestClient().post(system.url(Service.TRAINER) + "runs", Json.write(json));
    }

    void publish(DatasetMessage message) {
        new ShardPublisher(system.bootstrapServers()).publish(List.of(message));
    }

    /** Publishes one shard of the dataset. */
    void publishShard(RunSpec spec, int shard) {
        publish(dataset.message(spec.run(), shard));
    }

    PrintStream out() {
        return out;
    }

    void addReplicas() {
        for (int stage = 0; stage < options.stages(); stage++) {
            int present = stage == 0 ? 1 : 0;
            for (int i = present; i < options.activationReplicas(); i++) {
                system.add(Service.ACTIVATION, atStage(stage));
            }
        }
        for (int i = 1; i < options.trainerReplicas(); i++) {
            system.add(Service.TRAINER);
        }
        system.awaitReady();
    }

    private Map<String, String> atStage(int stage) {
        return options.stages() == 1 ? Map.of() : Map.of(STAGES, Integer.toString(stage));
    }

    private static String withFaults(List<Fault> faults) {
        return faults.isEmpty() ? "" : " and " + faults;
    }

    /** Publishes a shard, breaks something while it is worked on, and so on. */
    private void disturb(RunSpec spec) {
        submit(spec);
        for (int round = 0; round < options.rounds(); round++) {
            publish(dataset.message(spec.run(), round));
            disturbance.round(round);
            resumeIfFailed(spec);
        }
        publish(dataset.message(spec.run(), options.rounds()));
        publish(new DatasetEnd(spec.run()));
    }

    /** What comes next is to hit a run at work. */
    private void resumeIfFailed(RunSpec spec) {
        ObjectStore store = system.objectStore();
        String key = ObjectKeys.runEnd(spec.run());
        if (store.stat(key).isPresent()) {
            tellFailure(spec, RunEnd.read(store.bytes(key)));
            resume(spec);
        }
    }

    void awaitEnd(RunSpec spec) {
        RunEnd end = end(spec);
        if (end.state() != State.ENDED) {
            throw failed(spec, end);
        }
    }

    private RunEnd end(RunSpec spec) {
        return RunEnd.read(
                new RunEndWatch(system, spec, out).await(ProgressDisplay.of(out, isTerminal())));
    }

    private static IllegalStateException failed(RunSpec spec, RunEnd end) {
        return new IllegalStateException(
                "run did not end well: run=%s, end=%s"
                        .formatted(spec.run(), Json.tree(end.toJson())));
    }

    /**
     * Waits until the run ends, and resumes it when it fails for a reason that is given, where
     * faults may do that. Tells whether it has ended; else it stays FAILED, and says why.
     */
    private boolean endsAtLast(RunSpec spec) {
        for (int resumes = 0; ; resumes++) {
            RunEnd end = end(spec);
            if (end.state() == State.ENDED) {
                end.message().ifPresent(said -> out.printf("  run ENDED: %s%n", said));
                return true;
            }
            tellFailure(spec, end);
            if (resumes == MOST_RESUMES) {
                return false;
            }
            resume(spec);
        }
    }

    private void tellFailure(RunSpec spec, RunEnd end) {
        boolean mayFail = options.faults().stream().anyMatch(Fault::mayFail);
        if (end.state() != State.FAILED || !mayFail || end.message().isEmpty()) {
            throw failed(spec, end);
        }
        out.printf("  run FAILED: %s%n", end.message().get());
    }

    /** A service that still holds on to the run refuses; it is asked again. */
    private void resume(RunSpec spec) {
        String url = system.url(Service.TRAINER) + "runs/" + spec.run() + "/resume";
        system.await(
                "run to be resumed: run=" + spec.run(),
                () -> {
                    try {
                        new RestClient().post(url, new byte[0]);
                        return true;
                    } catch (IllegalStateException | UncheckedIOException notYet) {
                        // Unless the answer was lost, and not the request.
                        String end = ObjectKeys.runEnd(spec.run());
                        return system.objectStore().stat(end).isEmpty();
                    }
                });
    }

    private boolean isTerminal() {
        return out == System.out && ProgressDisplay.isTerminal();
    }

    private boolean compare(ChaosResult calm, ChaosResult disturbed) {
        out.printf("%nkilled: %s%n", disturbance.killed());
        if (!options.faults().isEmpty()) {
            out.printf("faults: %s%n", disturbance.made());
        }
        out.println();
        out.println("SHA-256 of the final weights, undisturbed and disturbed:");
        calm.dictionaries()
                .forEach(
                        (dictionary, sha) -> {
                            String other = disturbed.dictionaries().get(dictionary);
                            out.printf("  %s  %s%n", dictionary, verdict(sha.equals(other)));
                            out.printf("    %s%n    %s%n", sha, other);
                        });
        out.printf("%ntoken blocks and contexts trained on, undisturbed and disturbed:%n");
        calm.blocks()
                .forEach(
                        (site, taken) -> {
                            List<ChaosResult.Blocks> other = disturbed.blocks().get(site);
                            out.printf("  %s  %s%n", site, verdict(taken.equals(other)));
                            out.printf("    %s%n    %s%n", text(taken), text(other));
                        });
        boolean same = calm.equals(disturbed) && disturbed.tookEveryBlockOnce();
        out.printf("%n%d kills: %s%n", options.kills(), same ? "nothing differs" : "DIFFERENT");
        return same;
    }

    static String verdict(boolean same) {
        return same ? "same" : "DIFFERENT";
    }

    static String text(List<ChaosResult.Blocks> taken) {
        return taken.stream()
                .map(
                        blocks ->
                                "blocks %d to %d, %d contexts, each once"
                                        .formatted(
                                                blocks.first(), blocks.last(), blocks.contexts()))
                .toList()
                .toString();
    }
}
