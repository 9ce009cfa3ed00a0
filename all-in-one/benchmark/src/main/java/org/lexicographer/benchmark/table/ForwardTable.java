package org.lexicographer.benchmark.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Texts;

/**
 * The bodies of language models beside transformers'.
 *
 * @param models the models
 * @param folder where their folders are written
 * @param contexts contexts of a forward pass
 * @param contextLength tokens of each
 * @param places where
 */
public record ForwardTable(
        List<MeasuredModel> models,
        Path folder,
        int contexts,
        int contextLength,
        List<Place> places) {

    private static final String PEER = "forward.py";

    /** Returns the table: each model's body alone, then with its activations published. */
    public List<Table> measure(Bench bench) {
        List<Row> rows = new ArrayList<>();
        for (MeasuredModel model : models) {
            Texts texts = model.texts(folder, contexts, contextLength);
            List<String> sites = model.sites(model.layers());
            for (Place place : places) {
                rows.add(row(bench, model, "body", new ForwardWork(texts, List.of(), place)));
                rows.add(
                        row(
                                bench,
                                model,
                                "%d sites published".formatted(sites.size()),
                                new ForwardWork(texts, sites, place)));
            }
        }
        return List.of(new Table("A forward pass (the peer computes the body alone)", rows));
    }

    private static Row row(Bench bench, MeasuredModel model, String what, ForwardWork work) {
        Texts texts = work.texts();
        String title =
                "%s, %d contexts of %d, %s, %s"
                        .formatted(
                                model,
                                texts.contexts(),
                                texts.contextLength(),
                                what,
                                work.place().title());
        return bench.race(
                        title,
                        lineup -> {
                            lineup.own(work, "");
                            lineup.peer(PEER, work, "");
                            if (work.place().onGpu()) {
                                lineup.own(work.inHalf(), ", bfloat16");
                                lineup.peer(PEER, work.inHalf(), ", bfloat16");
                            }
                        })
                .rates(title, texts.tokens(), "tokens");
    }
}
