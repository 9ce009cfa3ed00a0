package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.chaos.ChaosOptions;
import org.lexicographer.allinone.chaos.Disks;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;

/**
 * The short form of {@code ./run chaos --stages 2}: two activation-services, each of which works at
 * one stage and has half of the model's layers, give the dictionaries of one that has all layers.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@ReleaseTest
class StagesSystemTest {

    private static final Path FOLDER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/stages-test");

    private static final int KILLS = 4;

    /** The four kills of this seed hit the activation-services of both stages, and both servers. */
    private static final long SEED = 24;

    /** Enough text to be killed at, and not much more. */
    private static final int SHARD_CHARACTERS = 40_000;

    @Test
    void endsWithTheSameBitsInTwoStagesWhateverIsKilled() {
        // Given
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (DataFolder data = DataFolder.take(FOLDER)) {
            data.clear();
            data.prepare();
            ChaosOptions options =
                    new ChaosOptions(
                            KILLS, SEED, 2, 1, 1, 0, List.of(), Optional.empty(), data.path());
            ChaosDataset dataset =
                    ChaosDataset.of(
                            SharedSystem.HOME.resolve("all-in-one/launcher/target/demo-dataset"),
                            KILLS + 1,
                            SHARD_CHARACTERS);
            try (Disks disks = Disks.mount(options.faults(), data);
                    KillableSystem system = Chaos.system(SharedSystem.HOME, options, data, disks)) {
                system.start();
                DemoModel.upload(system.objectStore());
                dataset.upload(system.objectStore());
                Chaos chaos = new Chaos(options, system, disks, dataset, out);

                // When
                boolean same = chaos.runDisturbed(chaos.runUndisturbed());

                // Then
                String text = printed.toString(StandardCharsets.UTF_8);
                assertThat(same).as(text).isTrue();
                assertThat(text)
                        .contains(KILLS + " kills: nothing differs")
                        .contains("kill 4 of 4")
                        .containsPattern("killed: .*activation-service-1=\\d")
                        .containsPattern("killed: .*activation-service-2=\\d");
            }
        }
    }
}
