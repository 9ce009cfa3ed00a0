package org.lexicographer.allinone.load;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.load.LoadOptions.Kind;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;
import picocli.CommandLine;

/** Puts load on the services; the command's help says which, and how it ends. */
public final class Load {

    private static final String DATASET = "all-in-one/launcher/target/demo-dataset";

    /** About as much text as the steps of the small run take. */
    private static final int SHARDS = 4;

    /** Few, where there are many runs. */
    private static final int STEPS_OF_MANY = 4;

    private final LoadOptions options;
    private final PrintStream out;
    private Map<String, Integer> lastShown = Map.of();

    private Load(LoadOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Runs the command. */
    public static void main(String[] arguments) {
        Path home = Checkout.here().home();
        LoadCommand command =
                new LoadCommand(
                        home.resolve("target/load"),
                        options -> new Load(options, System.out).run(home));
        System.exit(new CommandLine(command).execute(arguments));
    }

    private int run(Path home) {
        try {
            boolean well = options.url().isPresent() ? read() : runWithSystem(home);
            return well ? 0 : 1;
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
    }

    private boolean read() {
        return options.kinds().stream()
                .map(kind -> read(kind, options.url().orElseThrow()))
                .reduce(true, Boolean::logicalAnd);
    }

    private boolean runWithSystem(Path home) {
        DataFolder data = DataFolder.take(options.folder());
        data.clear();
        data.prepare();
        LauncherLog.to(data.log("launcher"));
        KillableSystem system = new KillableSystem(home, data);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(system, data), "stop"));
        out.println("starting a Kafka broker, an S3 server and the four services ...");
        system.start();
        addReplicas(system);
        DemoModel.upload(system.objectStore());
        if (options.wantsDictionaries()) {
            train(system, ChaosDataset.of(home.resolve(DATASET), SHARDS));
        }
        boolean well = true;
        for (Kind kind : options.kinds()) {
            well &=
                    switch (kind) {
                        case evaluations, known, pages ->
                                read(kind, system.url(Service.EVALUATION));
                        case runs -> runs(system, home);
                        case shards -> shards(system);
                    };
        }
        return well;
    }

    /** The folder is another's to take only when nobody writes into it any more. */
    private static void stop(KillableSystem system, DataFolder data) {
        system.close();
        data.close();
    }

    /** Makes dictionaries to ask about. */
    private void train(KillableSystem system, ChaosDataset text) {
        out.println("training a small run to ask about ...");
        RunSpec spec = LoadRun.spec();
        text.upload(system.objectStore());
        new RunClient(system).submit(spec);
        List<DatasetMessage> messages = new ArrayList<>();
        IntStream.range(0, SHARDS).forEach(n -> messages.add(text.message(spec.run(), n)));
        messages.add(new DatasetEnd(spec.run()));
        new ShardPublisher(system.bootstrapServers()).publish(messages);
        ReadLoad asked = new ReadLoad(system.url(Service.EVALUATION), Optional.of(spec.run()));
        system.await("evaluations and statistics", asked::isAllThere);
    }

    private boolean read(Kind kind, String url) {
        ReadLoad asked = new ReadLoad(url, options.run());
        ReadLoad.Turn turn =
                switch (kind) {
                    case known -> asked.known();
                    case pages -> asked.pages();
                    default -> asked.evaluations();
                };
        try (HttpLoad load = new HttpLoad();
                HeapWatch heap = new HeapWatch(Service.EVALUATION.folder(), url)) {
            sendFor(options.warmUpSeconds(), load, turn);
            Answered answered = sendFor(options.seconds(), load, turn);
            out.printf(
                    "%n%s: %d connections, %d addresses, %d processors%n  %s%n  %s%n",
                    kind,
                    options.connections(),
                    turn.requests().size(),
                    Runtime.getRuntime().availableProcessors(),
                    answered.line(),
                    heap.line());
            return answered.errors() == 0;
        }
    }

    private Answered sendFor(int seconds, HttpLoad load, ReadLoad.Turn turn) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        return turn.send(load, options.connections(), () -> System.nanoTime() < end);
    }

    private boolean runs(KillableSystem system, Path home) {
        RunsLoad runs = new RunsLoad(system, options.runs(), STEPS_OF_MANY);
        try (HttpLoad load = new HttpLoad();
                HeapWatch heap = trainer(system)) {
            Answered submitted = runs.submit(load);
            out.printf("%nruns: %d at once%n  submitted: %s%n", options.runs(), submitted.line());
            out.printf("  listed: %s%n", runs.states());
            boolean lost = runs.states().containsKey("LOST");
            boolean well = options.work() ? work(system, home, runs) : cancel(runs, load);
            out.printf("  %s%n", heap.line());
            return submitted.errors() == 0 && !lost && well;
        }
    }

    private void addReplicas(KillableSystem system) {
        for (int i = 1; i < options.replicas(); i++) {
            system.add(Service.ACTIVATION);
            system.add(Service.TRAINER);
        }
        system.awaitReady();
    }

    private static HeapWatch trainer(KillableSystem system) {
        return new HeapWatch(Service.TRAINER.folder(), system.url(Service.TRAINER));
    }

    private boolean cancel(RunsLoad runs, HttpLoad load) {
        Answered cancelled = runs.cancel(load);
        Map<String, Integer> states = runs.states();
        out.printf("  cancelled: %s%n  listed: %s%n", cancelled.line(), states);
        return states.equals(Map.of("CANCELLED", options.runs()));
    }

    private boolean work(KillableSystem system, Path home, RunsLoad runs) {
        long start = System.nanoTime();
        ChaosDataset text = ChaosDataset.of(home.resolve(DATASET), 1);
        text.upload(system.objectStore());
        runs.publish(new ShardPublisher(system.bootstrapServers()), text);
        system.await("all runs to end", () -> haveEnded(shown(runs.states(), start)));
        return lastShown.equals(Map.of("ENDED", options.runs()));
    }

    /** Says how many runs are in which state when that has changed. */
    private Map<String, Integer> shown(Map<String, Integer> states, long start) {
        if (!states.equals(lastShown)) {
            lastShown = states;
            out.printf("  after %d s: %s%n", secondsSince(start), states);
        }
        return states;
    }

    private static boolean haveEnded(Map<String, Integer> states) {
        return !states.containsKey("RUNNING") && !states.containsKey("WAITING");
    }

    private static long secondsSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    private boolean shards(KillableSystem system) {
        ShardsLoad shards = new ShardsLoad(system, options.shards());
        try (HeapWatch heap =
                new HeapWatch(Service.TOKENIZER.folder(), system.url(Service.TOKENIZER))) {
            long start = System.nanoTime();
            shards.publish();
            out.printf(
                    "%nshards: %d published after %d s%n", options.shards(), secondsSince(start));
            system.await(
                    "all shards to be read", () -> shards.account().shards() >= options.shards());
            DatasetAccount account = shards.account();
            out.printf(
                    "  after %d s: shards %d, documents %d, left out: %s%n  %s%n",
                    secondsSince(start),
                    account.shards(),
                    account.documents(),
                    account.isWhole() ? "nothing" : account.text(),
                    heap.line());
            return shards.isAllOf(account);
        }
    }
}
