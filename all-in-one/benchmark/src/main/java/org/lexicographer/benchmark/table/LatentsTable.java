package org.lexicographer.benchmark.table;

import java.nio.file.Path;
import java.util.List;
import org.lexicographer.benchmark.model.DrawnDictionary;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.LatentsWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.pipeline.Site;

/**
 * Statistics of the latents of four dictionaries of the demo's model, and those of one on little
 * text beside SAEDashboard's.
 *
 * @param folder where the model's folder is written
 * @param contexts contexts of the text of the four
 * @param dictionarySize latents of each of the four
 * @param compared contexts and latents of the one beside the peer
 * @param place where
 */
public record LatentsTable(
        Path folder, int contexts, int dictionarySize, Compared compared, Place place) {

    private static final String PEER = "latents.py";
    private static final int CONTEXT_LENGTH = 256;

    /**
     * What a peer can do in a minute.
     *
     * @param contexts contexts of the text
     * @param dictionarySize latents
     */
    public record Compared(int contexts, int dictionarySize) {}

    /** Returns the table. */
    public List<Table> measure(Bench bench) {
        List<String> sites = MeasuredModel.demo.sites(4);
        return List.of(
                new Table(
                        "Statistics of latents on text of the demo's model",
                        List.of(
                                row(bench, sites, contexts, dictionarySize, false),
                                row(
                                        bench,
                                        sites.subList(1, 2),
                                        compared.contexts(),
                                        compared.dictionarySize(),
                                        true))));
    }

    private Row row(
            Bench bench, List<String> sites, int contextsRead, int latents, boolean withPeer) {
        Texts texts = MeasuredModel.demo.texts(folder, contextsRead, CONTEXT_LENGTH);
        LatentsWork work =
                new LatentsWork(
                        texts,
                        sites.stream()
                                .map(
                                        site ->
                                                DrawnDictionary.write(
                                                        texts, Site.parse(site), latents))
                                .map(Path::toString)
                                .toList(),
                        place);
        String title =
                "%d %s, F=%d, %,d tokens, %s"
                        .formatted(
                                sites.size(),
                                sites.size() == 1 ? "dictionary" : "dictionaries",
                                latents,
                                texts.tokens(),
                                place.title());
        return bench.race(
                        title,
                        lineup -> {
                            lineup.own(work, "");
                            if (withPeer) {
                                lineup.peer(PEER, work, "");
                            }
                        })
                .milliseconds(title);
    }
}
