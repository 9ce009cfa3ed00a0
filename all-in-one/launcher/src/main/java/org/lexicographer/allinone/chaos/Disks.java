package org.lexicographer.allinone.chaos;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.allinone.machine.MachineMemory;
import org.lexicographer.allinone.machine.SmallDisk;
import org.lexicographer.allinone.process.DataFolder;

/** The disks that are to be full for a while, each mounted on the folder that it is for. */
public final class Disks implements AutoCloseable {

    /** What a file system in memory may take by default. Only what is written takes any. */
    private static final long BYTES = MachineMemory.bytes() / 2;

    private final Map<Fault, SmallDisk> disks = new EnumMap<>(Fault.class);
    private final Path scratch;

    private Disks(DataFolder data) {
        scratch = scratch(data);
    }

    private static Path scratch(DataFolder data) {
        return data.path().resolve("scratch");
    }

    /** Takes away what an earlier process has left mounted in the folder. */
    public static void unmount(DataFolder data) {
        SmallDisk.unmount(data.kafka());
        SmallDisk.unmount(scratch(data));
    }

    /**
     * Mounts the disks that some faults need.
     *
     * @throws IllegalStateException when this process may not mount one
     */
    public static Disks mount(List<Fault> faults, DataFolder data) {
        Disks disks = new Disks(data);
        try {
            disks.mountFor(Fault.FULL_LOG, faults, data.kafka());
            disks.mountFor(Fault.FULL_SCRATCH, faults, disks.scratch);
            return disks;
        } catch (RuntimeException e) {
            disks.close();
            throw e;
        }
    }

    private void mountFor(Fault fault, List<Fault> faults, Path folder) {
        if (faults.contains(fault)) {
            disks.put(fault, SmallDisk.mount(folder, BYTES));
        }
    }

    /** Returns what services are told, so that they use the disk that is theirs. */
    public Map<String, String> settings() {
        return disks.containsKey(Fault.FULL_SCRATCH)
                ? Map.of("java.io.tmpdir", scratch.toString())
                : Map.of();
    }

    SmallDisk disk(Fault fault) {
        return disks.get(fault);
    }

    @Override
    public void close() {
        disks.values().forEach(SmallDisk::close);
    }
}
