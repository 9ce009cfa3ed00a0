package org.lexicographer.benchmark.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;

/**
 * Training steps beside those of dictionary_learning's trainers.
 *
 * @param recipes the types that are timed one by one
 * @param size their sizes; its active latents are the k of the top-k family
 * @param active the active latents that the other recipes are timed with
 * @param places where
 * @param many several dictionaries in training at once; their size says it all
 */
public record StepTable(
        List<String> recipes,
        StepSize size,
        List<Integer> active,
        List<Place> places,
        List<StepWork> many) {

    private static final String PEER = "step.py";

    /** Returns the tables: each recipe by itself, then many dictionaries at once. */
    public List<Table> measure(Bench bench) {
        List<Row> single = new ArrayList<>();
        for (Place place : places) {
            for (String recipe : recipes) {
                sizes(recipe)
                        .map(sized -> StepWork.of(recipe, sized, place))
                        .forEach(work -> single.add(row(bench, title(work), work)));
            }
        }
        List<Row> together = new ArrayList<>();
        many.forEach(work -> together.add(row(bench, manyTitle(work), work)));
        List<Table> tables = new ArrayList<>();
        tables.add(new Table("A training step", single));
        if (!together.isEmpty()) {
            tables.add(new Table("A step of each of several dictionaries", together));
        }
        return tables;
    }

    private Stream<StepSize> sizes(String recipe) {
        return StepWork.isTopK(recipe) ? Stream.of(size) : active.stream().map(size::withActive);
    }

    private static String title(StepWork work) {
        return "%s, %s, %s"
                .formatted(work.recipes().getFirst(), work.size().title(), work.place().title());
    }

    private static String manyTitle(StepWork work) {
        return "%d sites x (%s), %s, %s"
                .formatted(
                        work.sites(),
                        String.join(", ", work.recipes()),
                        work.size().title(),
                        work.place().title());
    }

    private static Row row(Bench bench, String title, StepWork work) {
        return bench.race(
                        title,
                        lineup -> {
                            lineup.own(work, "");
                            lineup.peer(PEER, work, "");
                            if (work.place().onGpu()) {
                                lineup.own(work.inHalf(), ", bfloat16");
                                lineup.peer(PEER, work.inHalf(), ", bfloat16 autocast");
                            }
                        })
                .milliseconds(title);
    }
}
