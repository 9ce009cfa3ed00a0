package org.lexicographer.allinone.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.process.Checkout;
import picocli.CommandLine;

class PrepareTest {

    @Test
    void helpIsWhatTheDocumentationHas() throws Exception {
        StringWriter printed = new StringWriter();
        Prepare prepare = new Prepare(Checkout.here(), System.out);

        int status = new CommandLine(prepare).setOut(new PrintWriter(printed)).execute("--help");

        assertThat(status).isZero();
        assertThat(printed).hasToString(Files.readString(Path.of("../../docs/help/prepare.txt")));
    }

    @Test
    void theRehearsalsRunIsValid() {
        assertThat(Rehearsal.spec().sites()).hasSize(2);
    }
}
