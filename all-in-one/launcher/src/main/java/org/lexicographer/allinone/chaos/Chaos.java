package org.lexicographer.allinone.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import picocli.CommandLine;

/**
 * Trains the same run twice, once left alone and once with processes killed at random moments, and
 * compares every bit of what comes out.
 *
 * <p>The exit status is 0 when nothing differs, 1 when something does or the run does not end, 2
 * when the command line is wrong.
 */
public final class Chaos {

    private static final int LONGEST_DELAY_MILLIS = 4_000;
    private static final int LONGEST_DOWN_TIME_MILLIS = 1_500;

    /** The setting that says at which stages an activation-service works. */
    private static final String STAGES = "activation.stages";

    private final ChaosOptions options;
    private final KillableSystem system;
    private final ChaosDataset dataset;
    private final PrintStream out;
    private final Map<String, Integer> killed = new TreeMap<>();

    /**
     * Prepares the comparison on a system that runs.
     *
     * @param dataset one shard more than there are kills
     */
    public Chaos(
            ChaosOptions options, KillableSystem system, ChaosDataset dataset, PrintStream out) {
        this.options = options;
        this.system = system;
        this.dataset = dataset;
        this.out = out;
    }

    /** Runs the comparison; the class comment says how it ends. */
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty(Demo.HOME, ".")).toAbsolutePath().normalize();
        Path folder = home.resolve("target/chaos");
        ChaosCommand command = new ChaosCommand(folder, options -> run(home, options));
        System.exit(new CommandLine(command).execute(arguments));
    }

    private static int run(Path home, ChaosOptions options) {
        try (DataFolder data = DataFolder.take(options.folder())) {
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("launcher"));
            KillableSystem system =
                    new KillableSystem(options.previous().orElse(home), data, settings(options));
            Runtime.getRuntime().addShutdownHook(new Thread(system::close, "stop"));
            System.out.println("starting a Kafka broker, an S3 server and the four services ...");
            system.start();
            Chaos chaos = new Chaos(options, system, dataset(home, options), System.out);
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

    /**
     * The first activation-service works at the first stage, which is all of an undisturbed run.
     */
    public static Map<String, String> settings(ChaosOptions options) {
        return options.stages() == 1 ? Map.of() : Map.of(STAGES, "0");
    }

    /** One shard for each kill or replaced service, and one for after the last. */
    private static ChaosDataset dataset(Path home, ChaosOptions options) {
        int shards =
                1 + (options.previous().isPresent() ? Service.values().length : options.kills());
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
                "undisturbed run ended; now %d kills, seed %d%n", options.kills(), options.seed());
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
        awaitEnd(spec);
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

    /** Publishes a shard, kills something while it is worked on, and so on. */
    private void disturb(RunSpec spec) {
        submit(spec);
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int kill = 0; kill < options.kills(); kill++) {
            publish(dataset.message(spec.run(), kill));
            if (kill == options.kills() / 3) {
                takeAway(Server.Kind.OBJECT_STORE);
            } else if (kill == 2 * options.kills() / 3) {
                takeAway(Server.Kind.BROKER);
            }
            pause(Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS)));
            List<KillableProcess> processes = system.processes();
            KillableProcess process = processes.get(random.nextInt(processes.size()));
            out.printf("  kill %d of %d: %s%n", kill + 1, options.kills(), process.name());
            process.kill();
            pause(Duration.ofMillis(random.nextInt(LONGEST_DOWN_TIME_MILLIS)));
            process.start();
            // Half of the kills may hit what is still starting; if all did, no work would be done.
            if (kill % 2 == 1) {
                system.awaitReady();
            }
            killed.merge(process.name(), 1, Integer::sum);
        }
        publish(dataset.message(spec.run(), options.kills()));
        publish(new DatasetEnd(spec.run()));
    }

    /** Kills a server and leaves it away for as long as was asked for. */
    private void takeAway(Server.Kind kind) {
        if (options.outageSeconds() == 0) {
            return;
        }
        KillableProcess server = system.process(kind.text());
        out.printf("  %s away for %d s%n", server.name(), options.outageSeconds());
        server.kill();
        pause(Duration.ofSeconds(options.outageSeconds()));
        server.start();
    }

    void awaitEnd(RunSpec spec) {
        byte[] end =
                new RunEndWatch(system, spec, out).await(ProgressDisplay.of(out, isTerminal()));
        if (!Json.tree(end).path("state").asText().equals("ENDED")) {
            throw new IllegalStateException(
                    "run did not end well: run=%s, end=%s".formatted(spec.run(), Json.tree(end)));
        }
    }

    private boolean isTerminal() {
        return out == System.out && ProgressDisplay.isTerminal();
    }

    private boolean compare(ChaosResult calm, ChaosResult disturbed) {
        out.printf("%nkilled: %s%n%n", killed);
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

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
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
