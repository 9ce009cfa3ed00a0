package org.lexicographer.benchmark.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CpuProfileTest {

    private static final Duration BURNT = Duration.ofSeconds(1);

    /** Samples are 10 ms apart, and a loaded machine drops some of them. */
    private static final double LEAST_SECONDS = 0.3;

    private static final Compression ZIPPED = Compression.gzip().build();

    @TempDir Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void timeOfAThreadIsThatOfWhoseCodeItRuns() {
        // Given
        ProfiledProcess process = ProfiledProcess.start(ProcessHandle.current().pid());

        // When
        long sum = 0;
        byte[] bytes = new byte[1 << 20];
        while (process.cpu().compareTo(BURNT) < 0) {
            sum += MemoryRecords.withRecords(ZIPPED, new SimpleRecord(bytes)).sizeInBytes();
        }
        CpuProfile profile = process.stop(folder.resolve("profile.jfr"));

        // Then
        assertThat(sum).isPositive();
        assertThat(profile.seconds().get(Part.KAFKA)).isGreaterThan(LEAST_SECONDS);
        assertThat(profile.seconds().get(Part.STORE)).isZero();
    }

    @Test
    void sharesAreOfAllProcessorTime() {
        CpuProfile services = new CpuProfile(Map.of(Part.KAFKA, 1.0, Part.WORK, 80.0));
        CpuProfile broker = new CpuProfile(Map.of(Part.KAFKA, 2.0));
        PipeCost cost =
                new PipeCost(
                        100, CpuProfile.sum(List.of(services, broker)).plus(Part.COPIES, 1), 0);

        assertThat(cost.share(Part.KAFKA)).isEqualTo(0.03);
        assertThat(cost.pipe()).isEqualTo(0.04);
    }
}
