package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.chaos.ChaosOptions;
import org.lexicographer.allinone.chaos.Disks;
import org.lexicographer.allinone.chaos.Fault;
import org.lexicographer.allinone.machine.SmallDisk;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;

/** The short form of {@code ./run chaos --faults}: what a run comes to when something breaks. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@ReleaseTest
class FaultyPartsSystemTest {

    private static final Path FOLDER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/faults-test");

    /** Enough text to be at work on while something is broken, and not much more. */
    private static final int SHARD_CHARACTERS = 40_000;

    @Test
    void endsWithTheSameBitsWhateverTheNetworkDoes() {
        assertSameBits(Fault.DELAY, Fault.CUT, Fault.HALF_OPEN, Fault.LOST_ANSWER, Fault.DUPLICATE);
    }

    @Test
    void waitsForTwoBrokersOfThree() {
        assertSameBits(Fault.BROKERS_DOWN);
    }

    @Test
    void endsWithTheSameBitsOnceThereIsRoomAgainOrSaysWhyItFailed() {
        Path place = FOLDER.resolveSibling("disk-test");
        assumeTrue(SmallDisk.isPossible(place), "a disk can be mounted here");
        assertSameBits(Fault.FULL_LOG, Fault.FULL_SCRATCH);
    }

    @Test
    void endsWithTheSameBitsWithoutASegmentThatABrokerHadOrSaysWhyItFailed() {
        assertSameBits(Fault.LOST_SEGMENT);
    }

    private static void assertSameBits(Fault... faults) {
        assertThat(disturbed(faults)).contains("nothing differs");
    }

    /** Returns what is printed of both runs; one that may fail is resumed when it does. */
    private static String disturbed(Fault... faults) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (DataFolder data = DataFolder.take(FOLDER)) {
            Disks.unmount(data);
            data.clear();
            data.prepare();
            ChaosOptions options =
                    new ChaosOptions(
                            0, 1, 1, 1, 1, 0, List.of(faults), Optional.empty(), data.path());
            ChaosDataset dataset =
                    ChaosDataset.of(
                            SharedSystem.HOME.resolve("all-in-one/launcher/target/demo-dataset"),
                            options.rounds() + 1,
                            SHARD_CHARACTERS);
            try (Disks disks = Disks.mount(options.faults(), data);
                    KillableSystem system = Chaos.system(SharedSystem.HOME, options, data, disks)) {
                system.start();
                DemoModel.upload(system.objectStore());
                dataset.upload(system.objectStore());
                Chaos chaos = new Chaos(options, system, disks, dataset, out);

                chaos.runDisturbed(chaos.runUndisturbed());
                String text = printed.toString(StandardCharsets.UTF_8);
                Stream.of(faults).forEach(fault -> assertThat(text).contains("  " + fault.text()));
                return text;
            }
        }
    }
}
