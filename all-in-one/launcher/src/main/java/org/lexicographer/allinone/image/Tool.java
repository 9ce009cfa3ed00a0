package org.lexicographer.allinone.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs the programs of others. */
interface Tool {

    /**
     * What a program said.
     *
     * @param succeeded whether its exit status was 0
     * @param said all that it printed
     */
    record Answer(boolean succeeded, String said) {}

    /** Runs a command and returns what it said. */
    Answer ask(List<String> command);

    /** Runs a command whose output the user sees, and returns its exit status. */
    int run(List<String> command);

    /** Runs the programs of this machine in a folder. */
    static Tool in(Path folder) {
        return new Tool() {
            @Override
            public Answer ask(List<String> command) {
                try {
                    Process process = builder(command).redirectErrorStream(true).start();
                    process.getOutputStream().close();
                    byte[] said = process.getInputStream().readAllBytes();
                    boolean succeeded = process.onExit().join().exitValue() == 0;
                    return new Answer(succeeded, new String(said, StandardCharsets.UTF_8).strip());
                } catch (IOException notThere) {
                    return new Answer(false, "not on the PATH");
                }
            }

            @Override
            public int run(List<String> command) {
                try {
                    return builder(command).inheritIO().start().onExit().join().exitValue();
                } catch (IOException e) {
                    throw new IllegalStateException(
                            "cannot be started: program=" + command.getFirst(), e);
                }
            }

            private ProcessBuilder builder(List<String> command) {
                return new ProcessBuilder(command).directory(folder.toFile());
            }
        };
    }
}
