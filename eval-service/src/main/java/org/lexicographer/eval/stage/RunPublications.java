package org.lexicographer.eval.stage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.ExportedZip;
import org.lexicographer.eval.store.CheckpointCatalogue;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Packs the last dictionaries of a run as one folder that can be put on a model hub as it is: each
 * where its tool looks for it, with its figures, under a card that names them all, and the run's
 * spec. One dictionary at a time is in memory.
 */
public final class RunPublications {

    private static final String CARD = "README.md";
    private static final String SPEC = "run.json";
    private static final String FIGURES = "eval_results.json";

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final EvaluationStore evaluations;
    private final DictionaryExports exports;

    public RunPublications(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            DictionaryExports exports) {
        this.runs = requireNonNull(runs, "runs is null");
        this.dictionaries = requireNonNull(dictionaries, "dictionaries is null");
        this.evaluations = requireNonNull(evaluations, "evaluations is null");
        this.exports = requireNonNull(exports, "exports is null");
    }

    /**
     * Returns a zip of the folder. A dictionary that the format cannot express is left out, and the
     * card says so.
     *
     * @throws UnusableInputException when no dictionary can be expressed
     */
    public ExportedZip zip(String run, FolderFormat format) {
        Optional<RunSpec> spec = runs.spec(run);
        List<PublishedDictionary> published = new ArrayList<>();
        Map<String, String> leftOut = new TreeMap<>();
        return ExportedZip.of(
                zip -> {
                    for (DictionaryCheckpoint checkpoint : last(run)) {
                        String folder = folder(checkpoint, format, published);
                        try {
                            published.add(add(zip, folder, checkpoint, format));
                        } catch (UnusableInputException e) {
                            leftOut.put(checkpoint.dictionary().toString(), e.getMessage());
                        }
                    }
                    if (published.isEmpty()) {
                        throw new UnusableInputException(
                                "nothing to publish: run=%s, format=%s, leftOut=%s"
                                        .formatted(run, format.text(), leftOut));
                    }
                    spec.ifPresent(it -> zip.accept(Map.of(SPEC, text(Json.writePretty(it)))));
                    ModelCard card = new ModelCard(run, format, spec, published, leftOut);
                    zip.accept(Map.of(CARD, text(card.bytes())));
                });
    }

    private static FileContent text(byte[] bytes) {
        return out -> out.write(bytes);
    }

    private List<DictionaryCheckpoint> last(String run) {
        CheckpointCatalogue catalogue = new CheckpointCatalogue(runs, dictionaries);
        return dictionaries.ofRun(run).stream()
                .flatMap(saved -> catalogue.find(saved, saved.lastStep()).stream())
                .sorted(
                        Comparator.comparing((DictionaryCheckpoint it) -> it.dictionary().site())
                                .thenComparing(it -> it.dictionary().recipe()))
                .toList();
    }

    private PublishedDictionary add(
            Consumer<Map<String, FileContent>> zip,
            String folder,
            DictionaryCheckpoint checkpoint,
            FolderFormat format) {
        Map<String, FileContent> files = new HashMap<>();
        exports.filesOf(checkpoint, format)
                .forEach((name, content) -> files.put(folder + "/" + name, content));
        Optional<Evaluation> evaluation =
                evaluations.find(checkpoint.dictionary(), checkpoint.step(), Evaluation.HELD_OUT);
        evaluation.ifPresent(it -> files.put(folder + "/" + FIGURES, text(figures(it))));
        zip.accept(files);
        int size = dictionaries.config(checkpoint.prefix()).dictionarySize();
        return new PublishedDictionary(folder, checkpoint, size, evaluation);
    }

    private static byte[] figures(Evaluation evaluation) {
        Map<String, Double> figures = new TreeMap<>();
        evaluation.metrics().forEach(metric -> figures.put(metric.id(), metric.value()));
        return Json.writePretty(figures);
    }

    /** Returns where the tool's users look for a dictionary. */
    private static String folder(
            DictionaryCheckpoint checkpoint,
            FolderFormat format,
            List<PublishedDictionary> before) {
        Site site = checkpoint.dictionary().site();
        if (format != FolderFormat.DICTIONARY_LEARNING) {
            return site + "/" + checkpoint.dictionary().recipe();
        }
        long trainer =
                before.stream()
                        .filter(it -> it.checkpoint().dictionary().site().equals(site))
                        .count();
        return "%s/%s/trainer_%d"
                .formatted(checkpoint.dictionary().run(), submodule(site), trainer);
    }

    private static String submodule(Site site) {
        String kind = site.kind().text().replace('.', '_');
        return site.kind() == Site.Kind.EMBED ? kind : kind + "_layer_" + site.layer();
    }
}
