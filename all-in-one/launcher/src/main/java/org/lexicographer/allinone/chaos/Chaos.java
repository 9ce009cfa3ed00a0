package org.lexicographer.allinone.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.Victim;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.ChaosSystem;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpecJson;

/**
 * Trains the same run twice, once left alone and once with processes killed at random moments, and
 * compares every bit of what comes out.
 *
 * <p>The exit status is 0 when nothing differs, 1 when something does or the run does not end, 2
 * when the command line is wrong.
 */
public final class Chaos {

    private static final int WRONG_USAGE = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int LONGEST_DELAY_MILLIS = 4_000;
    private static final int LONGEST_DOWN_TIME_MILLIS = 1_500;

    private final ChaosOptions options;
    private final ChaosSystem system;
    private final ChaosDataset dataset;
    private final PrintStream out;
    private final Map<String, Integer> killed = new TreeMap<>();

    public Chaos(Path home, ChaosOptions options, ChaosSystem system, PrintStream out) {
        this.options = options;
        this.system = system;
        this.out = out;
        dataset =
                ChaosDataset.of(
                        home.resolve("all-in-one/launcher/target/demo-dataset"),
                        options.kills() + 1);
    }

    /** Runs the comparison; the class comment says how it ends. */
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty(Demo.HOME, ".")).toAbsolutePath().normalize();
        if (List.of(arguments).contains("--help")) {
            System.out.print(ChaosOptions.USAGE);
            return;
        }
        System.exit(run(home, Arrays.asList(arguments)));
    }

    private static int run(Path home, List<String> arguments) {
        ChaosOptions options;
        try {
            options = ChaosOptions.parse(home.resolve("target/chaos"), arguments);
        } catch (IllegalArgumentException e) {
            System.err.print(
                    "error: " + e.getMessage() + System.lineSeparator() + ChaosOptions.USAGE);
            return WRONG_USAGE;
        }
        try (DataFolder data = DataFolder.take(options.folder())) {
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("launcher"));
            ChaosSystem system = new ChaosSystem(home, data);
            Runtime.getRuntime().addShutdownHook(new Thread(system::close, "stop"));
            return new Chaos(home, options, system, System.out).run() ? 0 : 1;
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
    }

    /** Runs both and prints what came of them; tells whether nothing differs. */
    public boolean run() {
        out.println("starting a Kafka broker, an S3 server and the four services ...");
        system.start();
        ObjectStore store = system.objectStore();
        DemoModel.upload(store);
        dataset.upload(store);
        RunSpec calm = spec("calm");
        RunSpec disturbed = spec("disturbed");
        leaveAlone(calm);
        awaitEnd(calm);
        out.printf(
                "undisturbed run ended; now %d kills, seed %d%n", options.kills(), options.seed());
        addReplicas();
        disturb(disturbed);
        awaitEnd(disturbed);
        return compare(ChaosResult.of(store, calm), ChaosResult.of(store, disturbed));
    }

    private static RunSpec spec(String run) {
        try (InputStream json = Chaos.class.getResourceAsStream("/chaos-run.json")) {
            RunSpec spec = RunSpecJson.read(json.readAllBytes());
            return new RunSpec(
                    run,
                    spec.languageModel(),
                    spec.contextLength(),
                    spec.tokenBlock(),
                    spec.activationType(),
                    spec.textField(),
                    spec.evaluation(),
                    spec.training(),
                    spec.sites(),
                    spec.recipes());
        } catch (IOException e) {
            throw new UncheckedIOException("chaos run spec cannot be read", e);
        }
    }

    private void submit(RunSpec spec) {
        new RestClient().post(system.trainerUrl() + "runs", RunSpecJson.write(spec));
    }

    private void publish(DatasetMessage message) {
        new ShardPublisher(system.bootstrapServers()).publish(List.of(message));
    }

    private void leaveAlone(RunSpec spec) {
        submit(spec);
        for (int shard = 0; shard < dataset.size(); shard++) {
            publish(dataset.message(spec.run(), shard));
        }
        publish(new DatasetEnd(spec.run()));
    }

    private void addReplicas() {
        for (int i = 1; i < options.activationReplicas(); i++) {
            system.add(Service.ACTIVATION);
        }
        for (int i = 1; i < options.trainerReplicas(); i++) {
            system.add(Service.TRAINER);
        }
        system.awaitReady();
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
            ChaosSystem.pause(Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS)));
            List<Victim> victims = system.victims();
            Victim victim = victims.get(random.nextInt(victims.size()));
            out.printf("  kill %d of %d: %s%n", kill + 1, options.kills(), victim.name());
            victim.kill();
            ChaosSystem.pause(Duration.ofMillis(random.nextInt(LONGEST_DOWN_TIME_MILLIS)));
            victim.start();
            // Half of the kills may hit what is still starting; were it all, nothing would be done.
            if (kill % 2 == 1) {
                system.awaitReady();
            }
            killed.merge(victim.name(), 1, Integer::sum);
        }
        publish(dataset.message(spec.run(), options.kills()));
        publish(new DatasetEnd(spec.run()));
    }

    /** Kills a server and leaves it away for as long as was asked for. */
    private void takeAway(Server.Kind kind) {
        if (options.outageSeconds() == 0) {
            return;
        }
        Victim server = system.victim(kind.text());
        out.printf("  %s away for %d s%n", server.name(), options.outageSeconds());
        server.kill();
        ChaosSystem.pause(Duration.ofSeconds(options.outageSeconds()));
        server.start();
    }

    private void awaitEnd(RunSpec spec) {
        ObjectStore store = system.objectStore();
        String key = ObjectKeys.runEnd(spec.run());
        ChaosSystem.await("the run's end", PATIENCE, () -> store.stat(key).isPresent());
        String state = Json.tree(store.bytes(key)).path("state").textValue();
        if (!state.equals("ENDED")) {
            throw new IllegalStateException(
                    "run did not end well: run=%s, end=%s"
                            .formatted(spec.run(), Json.tree(store.bytes(key))));
        }
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

    private static String verdict(boolean same) {
        return same ? "same" : "DIFFERENT";
    }

    private static String text(List<ChaosResult.Blocks> taken) {
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
