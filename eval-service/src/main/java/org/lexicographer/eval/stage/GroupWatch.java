package org.lexicographer.eval.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.eval.evaluator.EvaluationWatch;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.eval.statistics.kept.EvaluatedLatents;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * Says how far checkpoints that are evaluated together are, and keeps what latents of the final
 * ones do.
 */
final class GroupWatch implements EvaluationWatch, AutoCloseable {

    private final List<DictionaryCheckpoint> checkpoints;
    private final List<Optional<EvaluatedLatents>> latents = new ArrayList<>();
    private final int contexts;
    private final EvaluationProgress progress;

    /**
     * Begins.
     *
     * @param group the checkpoints, in the order in which they are evaluated
     * @param contexts how many there are
     * @param keeper keeps latents; empty where no statistics come after the evaluation
     */
    GroupWatch(
            Map<DictionaryCheckpoint, SplicedDictionary> group,
            int contexts,
            EvaluationProgress progress,
            Optional<LatentKeeper.OnText> keeper) {
        this.checkpoints = List.copyOf(group.keySet());
        this.contexts = contexts;
        this.progress = progress;
        group.forEach(
                (checkpoint, spliced) ->
                        latents.add(
                                keeper.filter(_ -> checkpoint.isFinal())
                                        .map(
                                                text ->
                                                        text.of(
                                                                checkpoint,
                                                                spliced.dictionary()
                                                                        .dictionarySize()))));
    }

    @Override
    public void contextsDone(int done) {
        checkpoints.forEach(
                checkpoint -> progress.contextsDone(checkpoint.dictionary(), done, contexts));
    }

    @Override
    public void encoded(int dictionary, int firstContext, SparseRows active) {
        latents.get(dictionary).ifPresent(own -> own.add(firstContext, active));
    }

    @Override
    public void close() {
        latents.forEach(own -> own.ifPresent(EvaluatedLatents::close));
    }
}
