package org.lexicographer.pipeline.log;

import java.util.Map;
import org.lexicographer.pipeline.Site;
import org.slf4j.MDC;

/**
 * What a thread works on: each of its log lines has these fields until they are closed, so that the
 * lines of a run are found in all services, whatever they say. For use by one thread.
 */
public final class LogFields implements AutoCloseable {

    private static final String RUN = "run";
    private static final String SITE = "site";
    private static final String STAGE = "stage";
    private static final String SEQUENCE = "sequence";

    private final Map<String, String> before = MDC.getCopyOfContextMap();

    private LogFields() {}

    /** Begins with the run; what the thread had before comes back in the end. */
    public static LogFields ofRun(String run) {
        LogFields fields = new LogFields();
        MDC.put(RUN, run);
        return fields;
    }

    /** Adds the site of the run. */
    public LogFields at(Site site) {
        MDC.put(SITE, site.toString());
        return this;
    }

    /** Adds the stage of the run's forward pass, from 0. */
    public LogFields at(int stage) {
        MDC.put(STAGE, Integer.toString(stage));
        return this;
    }

    /** Adds, or replaces, the number of the block. */
    public LogFields block(long sequence) {
        MDC.put(SEQUENCE, Long.toString(sequence));
        return this;
    }

    @Override
    public void close() {
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
