package org.lexicographer.allinone.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk of its own for a folder, which can be made full at any moment: a file system in memory,
 * whose size is cut to what is in it. Linux has such, and lets those mount one who may administer
 * the machine.
 */
public final class SmallDisk implements AutoCloseable {

    /** Somebody may write between the look at what is in it and the cut. */
    private static final int ATTEMPTS = 20;

    private final Path folder;
    private final long bytes;

    private SmallDisk(Path folder, long bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /**
     * Mounts a disk on a folder, which is created when it is missing. What the folder held is out
     * of sight meanwhile.
     *
     * @throws IllegalStateException when this process may not mount, or the system knows no such
     *     file system
     */
    public static SmallDisk mount(Path folder, long bytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for a disk: folder=" + folder, e);
        }
        List<String> answer =
                command("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
        if (!answer.isEmpty()) {
            throw new IllegalStateException(
                    "a small disk needs Linux and the right to mount: folder=%s, answer=%s"
                            .formatted(folder, answer));
        }
        return new SmallDisk(folder, bytes);
    }

    /** Tells whether this process may mount a disk there. */
    public static boolean isPossible(Path folder) {
        try (SmallDisk disk = mount(folder, 1 << 20)) {
            return disk.bytes > 0;
        } catch (IllegalStateException refused) {
            return false;
        }
    }

    /** Leaves no room for another byte. */
    public void fill() {
        List<String> answer = List.of("never tried");
        for (int attempt = 0; attempt < ATTEMPTS && !answer.isEmpty(); attempt++) {
            answer = resize(used());
        }
        if (!answer.isEmpty()) {
            throw new IllegalStateException(
                    "disk cannot be made full: folder=%s, answer=%s".formatted(folder, answer));
        }
    }

    /** Gives the room back. */
    public void makeRoom() {
        List<String> answer = resize(bytes);
        if (!answer.isEmpty()) {
            throw new IllegalStateException(
                    "disk cannot be made larger: folder=%s, answer=%s".formatted(folder, answer));
        }
    }

    private List<String> resize(long size) {
        return command("mount", "-o", "remount,size=" + size, folder.toString());
    }

    private long used() {
        try {
            FileStore disk = Files.getFileStore(folder);
            // A size of nothing would be no limit.
            return Math.max(disk.getTotalSpace() - disk.getUnallocatedSpace(), disk.getBlockSize());
        } catch (IOException e) {
            throw new UncheckedIOException("disk cannot be looked at: folder=" + folder, e);
        }
    }

    /** Takes the disk away with all that is on it, at the latest when nobody has a file open. */
    @Override
    public void close() {
        unmount(folder);
    }

    /** Takes a disk away that an earlier process left; does nothing where there is none. */
    public static void unmount(Path folder) {
        if (isDisk(folder)) {
            command("umount", "-l", folder.toString());
        }
    }

    private static boolean isDisk(Path folder) {
        try {
            return Files.isDirectory(folder)
                    && Files.getFileStore(folder).type().equals("tmpfs")
                    && !Files.getFileStore(folder)
                            .equals(Files.getFileStore(folder.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new UncheckedIOException("disk cannot be looked at: folder=" + folder, e);
        }
    }

    /** Returns what the command complains of; nothing when it did what it was told. */
    private static List<String> command(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            List<String> said =
                    new ArrayList<>(
                            new String(
                                            process.getInputStream().readAllBytes(),
                                            StandardCharsets.UTF_8)
                                    .lines()
                                    .toList());
            int status = process.waitFor();
            said.add("exit status " + status);
            return status == 0 ? List.of() : said;
        } catch (IOException e) {
            return List.of(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("interrupted");
        }
    }
}
