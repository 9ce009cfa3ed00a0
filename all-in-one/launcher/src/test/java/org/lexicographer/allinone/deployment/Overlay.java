package org.lexicographer.allinone.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lexicographer.allinone.demo.Demo;

/** A folder of {@code k8s} as {@code kubectl} renders it. */
enum Overlay {
    BASE("."),
    DEV("overlays/dev"),
    GPU("overlays/gpu"),
    PROD("overlays/prod");

    static final Path KUBERNETES = Path.of(System.getProperty(Demo.HOME)).resolve("k8s");

    private static final Pattern RENDERS_COMPONENTS = Pattern.compile("Kustomize Version: v[5-9]");

    private final String folder;

    Overlay(String folder) {
        this.folder = folder;
    }

    /** A kubectl with kustomize 5 on the path, which renders components and named patches. */
    static Optional<Path> kubectl() {
        for (String folder : System.getenv("PATH").split(":")) {
            Path file = Path.of(folder, "kubectl");
            if (Files.isExecutable(file)
                    && RENDERS_COMPONENTS.matcher(output(file, "version", "--client")).find()) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** Where its kustomization is. */
    Path folder() {
        return KUBERNETES.resolve(folder).normalize();
    }

    /** The resources of a kustomization, as they would be applied. */
    static List<Manifest> render(Path kubectl, Path folder) {
        return Manifest.parse(output(kubectl, "kustomize", folder.toString()));
    }

    private static String output(Path command, String... arguments) {
        List<String> line =
                Stream.concat(Stream.of(command.toString()), Stream.of(arguments)).toList();
        try {
            Path errors = Files.createTempFile("kubectl", ".log");
            try {
                return output(new ProcessBuilder(line), errors);
            } finally {
                Files.delete(errors);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String output(ProcessBuilder command, Path errors) throws IOException {
        Process process = command.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new AssertionError(Files.readString(errors));
        }
        return output;
    }
}
