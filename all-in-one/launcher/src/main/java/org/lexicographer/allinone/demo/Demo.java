package org.lexicographer.allinone.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.demo.DemoOptions.Existing;
import org.lexicographer.allinone.prepare.Background;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.ResultRow;
import org.lexicographer.allinone.run.ResultsTable;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.run.RunFailedException;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.sample.DemoDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.Addresses;
import org.lexicographer.allinone.system.AllInOne;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.account.RunAccount;
import org.lexicographer.pipeline.run.RunSpec;
import picocli.CommandLine;

/**
 * Starts everything on this machine, trains and evaluates the demo's dictionaries, prints the table
 * and serves until it is interrupted.
 *
 * <p>The exit status is 0 when the run ended well, 1 when it did not, 2 when the command line is
 * wrong.
 */
public final class Demo {

    /** The system property that names the checkout. */
    public static final String HOME = Checkout.HOME;

    private final Path home;
    private final DemoOptions options;
    private final DataFolder data;
    private final AllInOne system;
    private final Background startCaches;
    private final PrintStream out;
    private volatile boolean stopping;

    private Demo(Checkout checkout, DemoOptions options, DataFolder data, PrintStream out) {
        this.home = checkout.home();
        this.options = requireNonNull(options, "options is null");
        this.data = requireNonNull(data, "data is null");
        this.out = requireNonNull(out, "out is null");
        this.system = new AllInOne(checkout, data);
        this.startCaches = new Background(home, data.log("start-caches"));
    }

    /** Runs the demo; the class comment says how it ends. */
    public static void main(String[] arguments) {
        Checkout checkout = Checkout.here();
        DemoCommand command = new DemoCommand(checkout.home(), options -> run(checkout, options));
        System.exit(new CommandLine(command).execute(arguments));
    }

    private static int run(Checkout checkout, DemoOptions options) {
        try {
            Demo demo = new Demo(checkout, options, DataFolder.take(options.data()), System.out);
            Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "stop"));
            return demo.runOrSayWhyNot();
        } catch (IllegalStateException | UncheckedIOException e) {
            return failed(e, List.of());
        }
    }

    private int runOrSayWhyNot() {
        try {
            return run();
        } catch (RunFailedException e) {
            return failed(e, e.reasons());
        } catch (RuntimeException e) {
            return stopping ? 1 : failed(e, List.of());
        }
    }

    private static int failed(RuntimeException e, List<String> reasons) {
        System.err.println("error: " + e.getMessage());
        reasons.forEach(reason -> System.err.println("  " + reason));
        return 1;
    }

    private int run() {
        boolean resumed = prepareData();
        data.prepare();
        LauncherLog.to(data.log("servers"));
        long start = System.nanoTime();
        out.println("starting a Kafka broker, an S3 server and the four services ...");
        system.start();
        out.printf("all ready after %s%n", seconds(start));
        RunSpec spec = options.steps().isPresent() ? spec(options.steps().getAsInt()) : spec();
        submit(spec);
        out.println(
                resumed ? "run " + spec.run() + " continues" : "run " + spec.run() + " started");
        return follow(spec, start);
    }

    /** Tells whether there is something to continue with. */
    private boolean prepareData() {
        if (!data.hasState()) {
            return false;
        }
        if (options.existing() == Existing.REPLACE) {
            out.println("removing the demo in " + data.path());
            data.clear();
            return false;
        }
        if (options.existing() == Existing.UNSAID) {
            out.printf(
                    "There is a demo in %s, and it continues. Start anew with --fresh.%n",
                    data.path());
        }
        return true;
    }

    /** Returns the demo's run spec. */
    public static RunSpec spec() {
        return RunSpec.read(json());
    }

    /** Returns the demo's run spec with fewer steps, or more, and its schedule in proportion. */
    public static RunSpec spec(int steps) {
        ObjectNode spec = json();
        ObjectNode training = (ObjectNode) spec.path("training");
        double share = (double) steps / training.path("steps").intValue();
        training.put("steps", steps).put("checkpointSteps", Math.ceilDiv(steps, 2));
        for (JsonNode recipe : spec.path("recipes")) {
            ObjectNode schedule = (ObjectNode) recipe.path("schedule");
            schedule.properties().stream()
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(
                            key ->
                                    schedule.put(
                                            key, (int) (share * schedule.path(key).intValue())));
        }
        return RunSpec.read(spec);
    }

    private static ObjectNode json() {
        try (InputStream json = Demo.class.getResourceAsStream("/demo-run.json")) {
            return (ObjectNode) Json.tree(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("demo run spec cannot be read", e);
        }
    }

    private void submit(RunSpec spec) {
        DemoDataset dataset =
                DemoDataset.of(home.resolve("all-in-one/launcher/target/demo-dataset"));
        DemoModel.upload(system.objectStore());
        dataset.upload(system.objectStore());
        RunClient client = new RunClient(system);
        if (!client.isKnown(spec.run())) {
            client.submit(spec);
        }
        new ShardPublisher(system.bootstrapServers()).publish(dataset.messages(spec.run()));
    }

    private int follow(RunSpec spec, long start) {
        RunWatch watch = new RunWatch(system, spec, out.charset().equals(StandardCharsets.UTF_8));
        List<ResultRow> rows = watch.await(ProgressDisplay.of(out, ProgressDisplay.isTerminal()));
        out.printf(
                "%n%,d tokens held out for evaluation:%n%n",
                rows.stream().mapToLong(ResultRow::tokens).max().orElse(0));
        ResultsTable.lines(rows).forEach(out::println);
        RunAccount account = new RunClient(system).account(spec.run());
        ResultsTable.leftOut(account).forEach(line -> out.printf("%n%s", line));
        out.printf("%nended after %s%n", seconds(start));
        watch.rejected().forEach(reason -> System.err.println("error: rejected: " + reason));
        int status = watch.rejected().isEmpty() ? 0 : 1;
        return options.exit() ? status : serve(spec, status);
    }

    private static String seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s";
    }

    private int serve(RunSpec spec, int status) {
        out.println();
        Addresses.lines(system, spec.run()).forEach(out::println);
        Addresses.lines(system).forEach(out::println);
        out.printf("%nServing until Ctrl-C. Data and logs: %s%n", data.path());
        out.printf("Look at the run in a browser: %s%n", Addresses.page(system, spec.run()));
        startCaches.start();
        system.awaitEnd();
        return status;
    }

    /** While this works, services end one by one: errors of the main thread are expected then. */
    private void stop() {
        stopping = true;
        startCaches.close();
        system.close();
        data.close();
    }
}
