package org.lexicographer.allinone;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.chaos.ChaosOptions;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.chaos.Disks;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.testing.HubServer;
import org.lexicographer.testing.SpanReceiver;

/**
 * The services as they ship, a broker and an S3 server, each in a process of its own. It is started
 * once for all system tests, by the first that asks for it, and stopped after the last. A test that
 * kills or stops a process leaves it running again.
 */
final class SharedSystem implements AutoCloseable {

    static final Path HOME = Path.of(System.getProperty(Demo.HOME));

    /** Stays, so that the logs of a failed test can be read. */
    static final Path FOLDER = HOME.resolve("all-in-one/launcher/target/system-test");

    /** How often the test of kills kills; its dataset, and that of the faults, has a shard more. */
    static final int KILLS = 5;

    /** The five kills of this seed hit all that the trained bits go through, both servers too. */
    private static final long SEED = 32;

    /** Enough text for all that the tests do, and not much more: a run takes its time. */
    private static final int SHARD_CHARACTERS = 40_000;

    private final DataFolder data = DataFolder.take(FOLDER.resolve("data"));
    private final HubServer hub = HubServer.start();
    private final SpanReceiver spans = SpanReceiver.start();
    private final KillableSystem system;
    private final ChaosDataset dataset;
    private ChaosResult undisturbed;

    private SharedSystem() {
        data.clear();
        data.prepare();
        LauncherLog.to(data.log("servers"));
        dataset =
                ChaosDataset.of(
                        HOME.resolve("all-in-one/launcher/target/demo-dataset"),
                        KILLS + 1,
                        SHARD_CHARACTERS);
        system =
                new KillableSystem(
                        HOME,
                        data,
                        Map.of(
                                "hub.endpoint", hub.endpoint().toString(),
                                "hub.redirect-hosts", hub.host(),
                                "traces.endpoint", spans.endpoint().toString()));
        system.start();
        DemoModel.upload(system.objectStore());
        dataset.upload(system.objectStore());
    }

    /** Returns the system, ready. */
    KillableSystem system() {
        system.awaitReady();
        return system;
    }

    /** Returns the hub that the services know. */
    HubServer hub() {
        return hub;
    }

    /** Returns the collector that the services send traces to. */
    SpanReceiver spans() {
        return spans;
    }

    ChaosDataset dataset() {
        return dataset;
    }

    Chaos chaos(PrintStream out) {
        return new Chaos(
                new ChaosOptions(KILLS, SEED, 1, 1, 1, 0, List.of(), Optional.empty(), data.path()),
                system(),
                Disks.mount(List.of(), data),
                dataset,
                out);
    }

    /** Returns what the run of {@code chaos-run.json} comes to when nothing disturbs it. */
    ChaosResult undisturbed(PrintStream out) {
        if (undisturbed == null) {
            undisturbed = chaos(out).runUndisturbed();
        }
        return undisturbed;
    }

    @Override
    public void close() {
        system.close();
        hub.close();
        spans.close();
        data.close();
    }

    /** Gives the system to the methods of a test class. */
    static final class Parameter implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType() == SharedSystem.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
            return test.getRoot()
                    .getStore(Namespace.create(SharedSystem.class))
                    .computeIfAbsent(SharedSystem.class, key -> new SharedSystem());
        }
    }
}
