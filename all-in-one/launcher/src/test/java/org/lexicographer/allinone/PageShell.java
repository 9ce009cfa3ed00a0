package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.RunningSystem;

/**
 * Runs the commands of a page against a system whose ports are others, in a folder of the tests.
 *
 * @param system the system
 */
record PageShell(RunningSystem system) {

    /** Both keys of the embedded S3 server. */
    private static final String STORE_KEY = "lexicographer";

    /** Runs commands and returns what they print. */
    String run(String commands) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-eu", "-c", here(commands))
                        .directory(SharedSystem.HOME.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("OBJECT_STORE_ACCESS_KEY", STORE_KEY);
        builder.environment().put("OBJECT_STORE_SECRET_KEY", STORE_KEY);
        Process shell = builder.start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as("commands %s: %s", commands, printed).isZero();
        return printed;
    }

    private String here(String commands) {
        return inFolder(commands)
                .replace("http://localhost:8081/", system.url(Service.TOKENIZER))
                .replace("http://localhost:8083/", system.url(Service.TRAINER))
                .replace("http://localhost:8084/", system.url(Service.EVALUATION))
                .replace("http://localhost:9000", system.endpoint());
    }

    /** Returns commands with the tests' folder in place of the page's. */
    static String inFolder(String commands) {
        return commands.replace("/tmp/mine", SharedSystem.FOLDER.resolve("mine").toString());
    }
}
