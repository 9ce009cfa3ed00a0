package org.lexicographer.eval.service.latent;

import java.util.Optional;
import org.lexicographer.eval.service.RequestedDictionaries;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Names;
import org.lexicographer.runtime.problem.ProblemException;

/** Finds the statistics that requests name; what does not exist is answered with 404. */
final class RequestedStatistics {

    private final RequestedDictionaries dictionaries;
    private final StatisticsStore statistics;

    RequestedStatistics(RequestedDictionaries dictionaries, StatisticsStore statistics) {
        this.dictionaries = dictionaries;
        this.statistics = statistics;
    }

    StoredStatistics of(StatisticsPath path) {
        Optional<Long> wanted = path.wantedStep();
        new Checks().by("text", path.text, Names::check).end();
        SavedDictionary saved = dictionaries.saved(path.dictionary.id());
        long step = RequestedDictionaries.step(saved, wanted);
        return statistics
                .find(saved.id(), step, path.text)
                .orElseThrow(() -> none(saved.id(), step, path.text));
    }

    static ProblemException none(DictionaryId dictionary, long step, String text) {
        return ProblemException.notFound(
                "no statistics of latents: dictionary=%s, step=%d, text=%s;"
                                .formatted(dictionary, step, text)
                        + " POST /dictionaries/%s/latents makes them".formatted(dictionary));
    }
}
