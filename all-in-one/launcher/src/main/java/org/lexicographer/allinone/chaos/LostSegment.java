package org.lexicographer.allinone.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Takes the last segment of a topic of blocks from brokers that do not run: records that they had
 * said to have.
 */
final class LostSegment {

    private static final String BLOCKS = "(token|residual|activation)-blocks\\..*";
    private static final String RECORDS = ".log";

    private LostSegment() {}

    /**
     * Takes the last segment of a partition that has one with records.
     *
     * @param logFolders the folder of each broker's partitions
     * @return the partition and how many bytes are gone; empty where no topic of blocks has any
     */
    static Optional<String> take(List<Path> logFolders, SplittableRandom random) {
        List<String> partitions =
                logFolders.stream().flatMap(LostSegment::withRecords).distinct().sorted().toList();
        if (partitions.isEmpty()) {
            return Optional.empty();
        }
        String partition = partitions.get(random.nextInt(partitions.size()));
        long bytes = 0;
        for (Path folder : logFolders) {
            bytes += take(folder.resolve(partition));
        }
        return Optional.of("%s, %d bytes".formatted(partition, bytes));
    }

    private static Stream<String> withRecords(Path folder) {
        return list(folder).stream()
                .filter(partition -> partition.getFileName().toString().matches(BLOCKS))
                .filter(partition -> lastSegment(partition).filter(LostSegment::holds).isPresent())
                .map(partition -> partition.getFileName().toString());
    }

    private static Optional<Path> lastSegment(Path partition) {
        return list(partition).stream()
                .filter(file -> file.getFileName().toString().endsWith(RECORDS))
                .max(Comparator.naturalOrder());
    }

    private static boolean holds(Path segment) {
        return size(segment) > 0;
    }

    private static long size(Path segment) {
        try {
            return Files.size(segment);
        } catch (IOException e) {
            throw new UncheckedIOException("segment cannot be looked at: file=" + segment, e);
        }
    }

    /** The broker makes what belongs to a segment beside its records again. */
    private static long take(Path partition) {
        Optional<Path> segment = lastSegment(partition);
        if (segment.isEmpty()) {
            return 0;
        }
        Path file = segment.get();
        String name = file.getFileName().toString();
        String base = name.substring(0, name.length() - RECORDS.length());
        try (FileChannel records = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long bytes = records.size();
            records.truncate(0);
            Files.deleteIfExists(partition.resolve(base + ".index"));
            Files.deleteIfExists(partition.resolve(base + ".timeindex"));
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("segment cannot be taken: file=" + file, e);
        }
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("folder cannot be listed: folder=" + folder, e);
        }
    }
}
