package org.lexicographer.benchmark.report;

import java.util.List;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.Json;

/**
 * All that one benchmark measured.
 *
 * @param what the benchmark's name
 * @param machine what it ran on
 * @param tables what came out
 */
public record Report(String what, Machine machine, List<Table> tables) {

    /** Copies the list. */
    public Report {
        tables = List.copyOf(tables);
    }

    /** Returns everything as JSON, with each sample. */
    public byte[] json() {
        return Json.writePretty(this);
    }

    /** Returns the tables in Markdown, and what they were measured on. */
    public String markdown() {
        return "%s%n%s, %d cores, %s, Java %s%n"
                .formatted(
                        tables.stream().map(Table::markdown).collect(Collectors.joining("\n")),
                        machine.processor(),
                        machine.cores(),
                        machine.system(),
                        machine.java());
    }
}
