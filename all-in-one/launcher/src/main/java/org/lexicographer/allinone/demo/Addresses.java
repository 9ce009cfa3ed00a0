package org.lexicographer.allinone.demo;

import java.util.List;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.run.RunSpec;

/** Where the parts of a running system can be reached. */
public final class Addresses {

    private Addresses() {}

    /** Returns one line per address. */
    static List<String> lines(RunningSystem system, RunSpec spec) {
        String evaluation = system.url(Service.EVALUATION);
        String trainer = system.url(Service.TRAINER);
        return List.of(
                line("evaluations", evaluation + "runs/" + spec.run() + "/evaluations"),
                line("dictionaries", evaluation + "dictionaries"),
                line("the run", trainer + "runs/" + spec.run()),
                line("eval-service", evaluation + "openapi"),
                line("trainer-service", trainer + "openapi"),
                line("tokenizer-service", system.url(Service.TOKENIZER) + "openapi"),
                line("activation-service", system.url(Service.ACTIVATION) + "openapi"),
                line("Kafka", system.bootstrapServers()),
                line("S3", system.endpoint() + "  bucket " + RunningSystem.BUCKET));
    }

    private static String line(String what, String where) {
        return "  %-20s %s".formatted(what, where);
    }
}
