package org.lexicographer.benchmark.table;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.EvaluationWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Texts;

/**
 * The evaluation of one dictionary of the demo's model, of the demo's four, and of twelve on six
 * sites, beside dictionary_learning's.
 *
 * @param folder where the model's folder is written
 * @param contexts contexts of the text; the twelve are evaluated on a quarter of it
 * @param dictionarySize latents of each dictionary
 * @param place where
 */
public record EvaluationTable(Path folder, int contexts, int dictionarySize, Place place) {

    private static final String PEER = "evaluation.py";
    private static final int CONTEXT_LENGTH = 256;
    private static final int RECIPES = 2;
    private static final List<String> DEMO = MeasuredModel.demo.sites(4);
    private static final List<String> SIX =
            Stream.concat(DEMO.stream(), Stream.of("layers.1.resid.post", "layers.2.resid.post"))
                    .toList();

    /** Returns the table: from nothing, then with the losses without a dictionary known. */
    public List<Table> measure(Bench bench) {
        Texts texts = MeasuredModel.demo.texts(folder, contexts, CONTEXT_LENGTH);
        Texts few = new Texts(texts.folder(), Math.ceilDiv(contexts, 4), CONTEXT_LENGTH);
        List<String> one = List.of(DEMO.get(1));
        List<EvaluationWork> works =
                List.of(
                        new EvaluationWork(texts, one, dictionarySize, false, place),
                        new EvaluationWork(texts, one, dictionarySize, true, place),
                        new EvaluationWork(texts, DEMO, dictionarySize, false, place),
                        new EvaluationWork(few, twelve(), dictionarySize, false, place));
        List<Row> rows = works.stream().map(work -> row(bench, work)).toList();
        return List.of(new Table("An evaluation on text of the demo's model", rows));
    }

    private static List<String> twelve() {
        return IntStream.range(0, RECIPES).boxed().flatMap(recipe -> SIX.stream()).toList();
    }

    private static Row row(Bench bench, EvaluationWork work) {
        int count = work.sites().size();
        String title =
                "%d %s, F=%d, %,d tokens, losses without one %s, %s"
                        .formatted(
                                count,
                                count == 1 ? "dictionary" : "dictionaries",
                                work.dictionarySize(),
                                work.texts().tokens(),
                                work.known() ? "known" : "not known",
                                work.place().title());
        return bench.race(
                        title,
                        lineup -> {
                            lineup.own(work, "");
                            if (!work.known()) {
                                lineup.peer(PEER, work, "");
                            }
                        })
                .milliseconds(title);
    }
}
