package org.lexicographer.benchmark.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.contender.WholeProgram;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;

/**
 * The whole of the demo, from the start of its processes to its table, beside the same by
 * dictionary_learning: the same model, text and recipe, evaluated alike. Each is run once, as a
 * user does.
 *
 * @param own the command that runs the demo
 * @param script the peer's script
 * @param argument what the script is told
 * @param steps how many steps each dictionary is trained for
 */
public record DemoTable(List<String> own, String script, String argument, int steps) {

    private static final String PEER = "dictionary_learning";

    /** Copies the list. */
    public DemoTable {
        own = List.copyOf(own);
    }

    /** Returns the table of one row. */
    public List<Table> measure(Bench bench) {
        bench.err().printf("measuring the whole demo, %d steps ...%n", steps);
        double seconds = WholeProgram.secondsToTable(own, Map.of(), bench.err());
        Contenders contenders = bench.contenders();
        Optional<Double> peer =
                contenders
                        .script(script, argument)
                        .map(
                                command ->
                                        WholeProgram.secondsToTable(
                                                command, Contenders.QUIET, bench.err()));
        Map<String, Samples> measured = new LinkedHashMap<>();
        Map<String, Samples> ratios = new LinkedHashMap<>();
        measured.put("lexicographer", Samples.of(List.of(seconds)));
        peer.ifPresent(
                theirs -> {
                    measured.put(PEER, Samples.of(List.of(theirs)));
                    ratios.put("times faster than " + PEER, Samples.of(List.of(theirs / seconds)));
                });
        Row row = new Row("the demo, %d steps".formatted(steps), measured, ratios);
        return List.of(new Table("From the start to the printed table, seconds", List.of(row)));
    }
}
