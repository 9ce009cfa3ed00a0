package org.lexicographer.allinone.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.startcache.StartCaches;
import org.lexicographer.allinone.system.AllInOne;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Starts everything once, as the demo does, trains and evaluates two small dictionaries and ends.
 * Meanwhile the JVMs of the services record what their start caches are made of, and so does this
 * one if it is told to.
 */
final class Rehearsal {

    /** About as much text as the run's steps take. */
    private static final int SHARDS = 4;

    private Rehearsal() {}

    /** Rehearses: the checkout, the folder of the caches, the folder to work in. */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        StartCaches caches = new StartCaches.Made(Path.of(arguments[1]));
        try (DataFolder data = DataFolder.take(Path.of(arguments[2]))) {
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("servers"));
            try (AllInOne system = new AllInOne(new Checkout(home, caches), data)) {
                system.start();
                train(system, home);
            }
            data.clear();
        }
        System.exit(0);
    }

    private static void train(AllInOne system, Path home) {
        ChaosDataset text =
                ChaosDataset.of(home.resolve("all-in-one/launcher/target/demo-dataset"), SHARDS);
        DemoModel.upload(system.objectStore());
        text.upload(system.objectStore());
        RunSpec spec = spec();
        new RunClient(system).submit(spec);
        List<DatasetMessage> messages = new ArrayList<>();
        IntStream.range(0, SHARDS).forEach(n -> messages.add(text.message(spec.run(), n)));
        messages.add(new DatasetEnd(spec.run()));
        new ShardPublisher(system.bootstrapServers()).publish(messages);
        new RunWatch(system, spec, false).await(ProgressDisplay.of(System.out, false));
    }

    static RunSpec spec() {
        try (InputStream json = Rehearsal.class.getResourceAsStream("/rehearsal-run.json")) {
            return RunSpec.read(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("rehearsal's run spec cannot be read", e);
        }
    }
}
