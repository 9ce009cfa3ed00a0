package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;

/**
 * What a container may take, and what the settings of the service in it promise to others.
 *
 * @param limit the container's memory, bytes
 * @param promised the largest heap, what of language models is kept in memory, and what a process
 *     takes without work (docs/memory.md), bytes
 */
record ContainerMemory(long limit, long promised) {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final String MODEL_MEMORY = "LANGUAGE_MODEL_MEMORY";

    /** The upper end of what docs/memory.md says of a process without a job. */
    private static final long BASE = 550_000_000L;

    private static final Pattern HEAP_PERCENT = Pattern.compile("MaxRAMPercentage=(\\d+)");
    private static final Pattern SIZE =
            Pattern.compile("(\\d+)([KMG])i?", Pattern.CASE_INSENSITIVE);

    static ContainerMemory of(Service service, String limit, Map<String, String> environment)
            throws IOException {
        long bytes = bytes(limit);
        long model =
                environment.containsKey(MODEL_MEMORY) ? bytes(environment.get(MODEL_MEMORY)) : 0;
        return new ContainerMemory(
                bytes, bytes * heapPercent(service) / 100 + model + base(service));
    }

    /** Of the base a tokenizer-service has little: no libtorch, no kernels. */
    private static long base(Service service) {
        return service == Service.TOKENIZER ? 0 : BASE;
    }

    /** The part of a container's memory that the heap may take, as the service's image says. */
    static int heapPercent(Service service) throws IOException {
        String image =
                Manifest.file(HOME.resolve("docker-compose.yml"))
                        .getFirst()
                        .at("services", service.folder(), "build", "args", "JVM_OPTIONS")
                        .text();
        Matcher percent = HEAP_PERCENT.matcher(image);
        assertThat(percent.find()).as(image).isTrue();
        return Integer.parseInt(percent.group(1));
    }

    /** A size with a unit, as compose, Kubernetes and settings write it. */
    static long bytes(String size) {
        Matcher found = SIZE.matcher(size);
        assertThat(found.matches()).as(size).isTrue();
        int power =
                switch (Character.toUpperCase(found.group(2).charAt(0))) {
                    case 'K' -> 10;
                    case 'M' -> 20;
                    default -> 30;
                };
        return Long.parseLong(found.group(1)) << power;
    }
}
