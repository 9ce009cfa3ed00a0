package org.lexicographer.allinone.process;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.allinone.machine.MachineMemory;

/**
 * The four services, with what they are given on one machine. The tokenizer, which works in native
 * code, leaves out the second compiler, which takes a third of its processor time until it is
 * ready.
 */
public enum Service {
    /** Dataset shards in, token blocks out. */
    TOKENIZER("tokenizer-service", 8081, 512, 1, List.of("-XX:TieredStopAtLevel=1")),
    /** Token blocks in, activation blocks out. */
    ACTIVATION("activation-service", 8082, 768, 2, vectorModule()),
    /** Activation blocks in, dictionaries out. */
    TRAINER("trainer-service", 8083, 3072, 1, vectorModule()),
    /** Dictionaries in, evaluations out. */
    EVALUATION("eval-service", 8084, 768, 2, vectorModule());

    /**
     * The second compiler waits for code that is ten times as hot as usual: it took half of the
     * processor time until all is ready. Loops, such as those of kernels, it takes as ever.
     */
    static final List<String> PATIENT_COMPILER =
            List.of("-XX:Tier4InvocationThreshold=50000", "-XX:Tier4CompileThreshold=100000");

    private static final List<String> COMMON_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final long MEBI = 1 << 20;
    private static final int TRAINER_SHARE = 4;

    private final String folder;
    private final int usualPort;
    private final int heapMebibytes;
    private final int mathThreads;
    private final List<String> ownOptions;

    /** Kernels use the Vector API, which is still an incubator module. */
    private static List<String> vectorModule() {
        return List.of("--add-modules", "jdk.incubator.vector");
    }

    Service(
            String folder,
            int usualPort,
            int heapMebibytes,
            int mathThreads,
            List<String> ownOptions) {
        this.folder = folder;
        this.usualPort = usualPort;
        this.heapMebibytes = heapMebibytes;
        this.mathThreads = mathThreads;
        this.ownOptions = ownOptions;
    }

    /** Returns the service's name, which is also its folder's. */
    public String folder() {
        return folder;
    }

    /** Returns the port that the service listens on by default. */
    public int usualPort() {
        return usualPort;
    }

    /** Returns how many threads one matrix product of the service is spread over. */
    int mathThreads() {
        return Math.min(mathThreads, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Returns how the service yields to the others: each to those that take what it makes, which
     * then wait for it less and hold less of it.
     */
    Priority priority() {
        return switch (this) {
            case TOKENIZER -> Priority.LOWER;
            case ACTIVATION -> Priority.LOW;
            case TRAINER, EVALUATION -> Priority.USUAL;
        };
    }

    /** Returns the options of the service's JVM, but those that say where things are. */
    public List<String> jvmOptions() {
        List<String> options = new ArrayList<>(PATIENT_COMPILER);
        options.addAll(COMMON_OPTIONS);
        options.add("-Xmx%dm".formatted(mostHeapMebibytes(MachineMemory.bytes())));
        options.addAll(ownOptions);
        return options;
    }

    /**
     * Returns the most heap of the service in MiB. Jobs are promised what a trainer may take, and a
     * run whose jobs do not fit waits: a large machine's may take a quarter of it.
     */
    long mostHeapMebibytes(long machineBytes) {
        return this == TRAINER
                ? Math.max(heapMebibytes, machineBytes / MEBI / TRAINER_SHARE)
                : heapMebibytes;
    }
}
