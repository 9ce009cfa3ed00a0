package org.lexicographer.allinone.system;

import java.util.List;
import org.lexicographer.allinone.process.Service;

/** Where the parts of a running system can be reached. */
public final class Addresses {

    private Addresses() {}

    /** Returns one line per address. */
    public static List<String> lines(RunningSystem system) {
        return List.of(
                line("pages", system.url(Service.EVALUATION)),
                line("dictionaries", system.url(Service.EVALUATION) + "dictionaries"),
                line("eval-service", system.url(Service.EVALUATION) + "openapi"),
                line("trainer-service", system.url(Service.TRAINER) + "openapi"),
                line("tokenizer-service", system.url(Service.TOKENIZER) + "openapi"),
                line("activation-service", system.url(Service.ACTIVATION) + "openapi"),
                line("Kafka", system.bootstrapServers()),
                line("S3", system.endpoint() + "  bucket " + RunningSystem.BUCKET));
    }

    /** Returns one line per address of what is known about a run. */
    public static List<String> lines(RunningSystem system, String run) {
        return List.of(
                line("the run", system.url(Service.TRAINER) + "runs/" + run),
                line(
                        "evaluations",
                        system.url(Service.EVALUATION) + "runs/" + run + "/evaluations"));
    }

    /** Returns the address of the page that shows a run. */
    public static String page(RunningSystem system, String run) {
        return system.url(Service.EVALUATION) + "pages/runs/" + run;
    }

    private static String line(String what, String where) {
        return "  %-20s %s".formatted(what, where);
    }
}
