package org.lexicographer.benchmark.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A virtual environment with the peers' packages, made when it is first wanted. */
public final class PythonEnvironment {

    private static final String INSTALLED = "installed.txt";

    private final Path folder;
    private final Path requirements;

    /**
     * Makes nothing yet.
     *
     * @param folder where the environment is, or is made
     * @param requirements the packages, in pip's format
     */
    public PythonEnvironment(Path folder, Path requirements) {
        this.folder = folder;
        this.requirements = requirements;
    }

    /**
     * Returns the interpreter, with all packages installed.
     *
     * @throws ContenderException when there is no Python, or a package is not to be had
     */
    public Path python() {
        Path python = folder.resolve("bin/python");
        Path installed = folder.resolve(INSTALLED);
        try {
            if (Files.exists(installed) && Files.mismatch(installed, requirements) < 0) {
                return python;
            }
            run(List.of("python3", "-m", "venv", folder.toString()));
            run(
                    List.of(
                            python.toString(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--requirement",
                            requirements.toString()));
            Files.copy(requirements, installed, StandardCopyOption.REPLACE_EXISTING);
            return python;
        } catch (IOException e) {
            throw new ContenderException("no Python environment: " + e.getMessage(), e);
        }
    }

    private static void run(List<String> command) throws IOException {
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new ContenderException(
                        "command failed: status=%d, command=%s"
                                .formatted(status, String.join(" ", command)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContenderException("interrupted", e);
        }
    }
}
