package org.lexicographer.allinone.prepare;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.Service;

/** The programs of a checkout that start faster with a cache: the launcher and the services. */
final class Programs {

    /** {@code ./run} knows this name, and {@link #jar}'s place. */
    static final String LAUNCHER = "launcher";

    /** Options that do not decide whether a cache fits. */
    private static final List<String> OTHERS = List.of("-D", "-XX:AOT", "-Xlog:aot");

    /**
     * A program as its start cache knows it.
     *
     * @param name the name of its cache
     * @param options the options of its JVM
     * @param jar what is started
     */
    record Program(String name, List<String> options, Path jar) {}

    private Programs() {}

    static List<Program> of(Checkout checkout) {
        List<Program> programs = new ArrayList<>();
        programs.add(new Program(LAUNCHER, ownOptions(), jar(checkout.home())));
        for (Service service : Service.values()) {
            programs.add(
                    new Program(
                            service.folder(), service.jvmOptions(), checkout.application(service)));
        }
        return programs;
    }

    static Path jar(Path home) {
        return home.resolve("all-in-one/launcher/target/launcher.jar");
    }

    /** Returns the options of this JVM, which {@code ./run} has started as it does the launcher. */
    static List<String> ownOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> OTHERS.stream().noneMatch(option::startsWith))
                .toList();
    }
}
