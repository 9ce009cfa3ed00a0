package org.lexicographer.allinone.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.lexicographer.allinone.startcache.StartCaches;

/**
 * A checkout that has been built: the services as they ship.
 *
 * @param home its folder
 * @param startCaches what its services do with start caches
 */
public record Checkout(Path home, StartCaches startCaches) {

    /** The system property that names the checkout of this process. */
    public static final String HOME = "lexicographer.home";

    /** The main class of releases up to 0.2.0, which did not watch their input by themselves. */
    private static final String FAST_JAR = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";

    /** The agent that those releases have for it. */
    private static final String PARENT_WATCH =
            "all-in-one/launcher/target/launcher-parent-watch.jar";

    public Checkout {
        requireNonNull(home, "home is null");
        requireNonNull(startCaches, "startCaches is null");
    }

    /** Returns the checkout in a folder, whose services use the start caches that fit. */
    public static Checkout of(Path home) {
        return new Checkout(home, StartCaches.used(home));
    }

    /** Returns the checkout that this process was started from. */
    public static Checkout here() {
        return of(Path.of(System.getProperty(HOME, ".")).toAbsolutePath().normalize());
    }

    /** Returns the application of a service. */
    public Path application(Service service) {
        return home.resolve(service.folder()).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /**
     * Returns the options of a service's JVM.
     *
     * @param secondsToLeave after which a service is halted whose input has ended
     * @throws IllegalStateException when the service is not built
     */
    List<String> jvmOptions(Service service, long secondsToLeave) {
        Path application = application(service);
        if (!Files.exists(application)) {
            throw new IllegalStateException("service is not built: application=" + application);
        }
        List<String> options = service.jvmOptions();
        String leaving =
                mainClass(application).equals(FAST_JAR)
                        ? "-javaagent:%s=%d".formatted(home.resolve(PARENT_WATCH), secondsToLeave)
                        : "-Dleaving.with-input=true";
        List<String> cache = startCaches.options(service.folder(), options, application);
        return Stream.of(options, cache, List.of(leaving)).flatMap(List::stream).toList();
    }

    private static String mainClass(Path application) {
        try (JarFile jar = new JarFile(application.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        } catch (IOException e) {
            throw new UncheckedIOException("service cannot be read: jar=" + application, e);
        }
    }
}
