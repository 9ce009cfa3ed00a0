package org.lexicographer.benchmark.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.ProductWork;
import org.lexicographer.benchmark.work.ProductWork.Method;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;

/**
 * The encode product alone, the most that the processor can do in its time, and whole steps in
 * units of it.
 *
 * @param size the sizes of the product, and the k of the steps
 * @param places where
 */
public record ProductTable(StepSize size, List<Place> places) {

    private static final String STEP = "topK";

    /** Returns the tables: the product, then a step beside it. */
    public List<Table> measure(Bench bench) {
        List<Row> products = places.stream().map(place -> product(bench, place)).toList();
        List<Row> steps = places.stream().map(place -> step(bench, place)).toList();
        return List.of(
                new Table("The encode product alone, 10^9 operations a second", products),
                new Table("A %s step in units of its encode product".formatted(STEP), steps));
    }

    private List<ProductWork> products(Place place) {
        List<Method> methods =
                place.onGpu()
                        ? List.of(Method.LIBTORCH)
                        : List.of(Method.PACKED, Method.LIBTORCH, Method.PEAK);
        return methods.stream().map(method -> new ProductWork(method, size, place)).toList();
    }

    private Row product(Bench bench, Place place) {
        String title = title("encode product", place);
        List<ProductWork> works = products(place);
        return bench.race(title, lineup -> works.forEach(work -> lineup.own(work, "")))
                .rates(title, works.getFirst().gigaflops(), "GFLOP");
    }

    /** How many times as long as the products is a step? */
    private Row step(Bench bench, Place place) {
        String title = title(STEP + " step", place);
        Bench.Race race =
                bench.race(
                        title,
                        lineup -> {
                            lineup.own(StepWork.of(STEP, size, place), " step");
                            products(place).forEach(work -> lineup.own(work, " product"));
                        });
        Map<String, Samples> measured = new LinkedHashMap<>();
        Map<String, Samples> ratios = new LinkedHashMap<>();
        String step = race.names().getFirst();
        for (String name : race.names()) {
            measured.put(name + ", ms", race.rounds().times(name));
            if (!name.equals(step)) {
                ratios.put("step / " + name, race.rounds().timesFaster(name, step));
            }
        }
        return new Row(title, measured, ratios);
    }

    private String title(String what, Place place) {
        return "%s, B=%d, D=%d, F=%d, %s"
                .formatted(
                        what,
                        size.batchSize(),
                        size.activationDim(),
                        size.dictionarySize(),
                        place.title());
    }
}
