package org.lexicographer.eval.stage;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.eval.evaluator.Baselines;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.Evaluator;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.store.DictionaryFiles;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.NotFiniteException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Turns dictionary checkpoints into evaluations. Threads may share it; they compute one after the
 * other, because one evaluation already uses all cores.
 */
public final class EvaluationStage {

    private static final int BASELINES_KEPT = 64;

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final EvaluationStore evaluations;
    private final LanguageModels<LanguageModel> models;
    private final Baselines baselines = new Baselines(BASELINES_KEPT);
    private final ReentrantLock computing = new ReentrantLock(true);

    public EvaluationStage(
            RunStore runs,
            DictionaryStore dictionaries,
            EvaluationStore evaluations,
            LanguageModels<LanguageModel> models) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.evaluations = evaluations;
        this.models = models;
    }

    /** Returns the stored evaluation of a checkpoint on the held-out contexts, if there is one. */
    public Optional<Evaluation> heldOutEvaluation(DictionaryCheckpoint checkpoint) {
        return evaluations.find(checkpoint.dictionary(), checkpoint.step(), Evaluation.HELD_OUT);
    }

    /**
     * Returns what an evaluation of a checkpoint must know.
     *
     * @throws UnusableInputException when nothing says which language model it is for
     */
    public EvaluationSetting setting(DictionaryCheckpoint checkpoint) {
        return runs.setting(
                checkpoint.dictionary().run(), dictionaries.config(checkpoint.prefix()));
    }

    /** Tells whether a run's held-out contexts can be read. */
    public Readiness readiness(String run) {
        if (runs.isHeldOutComplete(run)) {
            return Readiness.READY;
        }
        // A failed run can be resumed, so it may still complete them.
        return runs.end(run).filter(end -> end.state() == State.CANCELLED).isPresent()
                ? Readiness.NEVER
                : Readiness.NOT_YET;
    }

    /** Whether a run's held-out contexts can be read. */
    public enum Readiness {
        /** They are complete. */
        READY,
        /** Some are still to come. */
        NOT_YET,
        /** The run was given up before they were complete. */
        NEVER
    }

    /**
     * Evaluates a checkpoint on its run's held-out contexts, which must be complete, and stores the
     * evaluation.
     *
     * @throws UnusableInputException when that can never succeed
     */
    public Evaluation evaluateHeldOut(
            DictionaryCheckpoint checkpoint, EvaluationProgress progress) {
        RunSpec spec = spec(checkpoint.dictionary().run());
        return evaluate(checkpoint, Evaluation.HELD_OUT, runs.heldOut(spec), progress);
    }

    /**
     * Evaluates a checkpoint on any contexts of its run's length and stores the evaluation.
     *
     * @param text the name under which the evaluation is stored
     * @throws UnusableInputException when that can never succeed
     */
    public Evaluation evaluate(
            DictionaryCheckpoint checkpoint,
            String text,
            Contexts contexts,
            EvaluationProgress progress) {
        List<Metric> metrics = measure(checkpoint, contexts, progress);
        Evaluation evaluation =
                new Evaluation(
                        checkpoint.dictionary(),
                        checkpoint.step(),
                        checkpoint.isFinal(),
                        text,
                        contexts.count(),
                        contexts.tokens().length,
                        metrics);
        evaluations.put(evaluation);
        return evaluation;
    }

    private RunSpec spec(String run) {
        return runs.spec(run)
                .orElseThrow(() -> new UnusableInputException("run spec missing: run=" + run));
    }

    private List<Metric> measure(
            DictionaryCheckpoint checkpoint, Contexts contexts, EvaluationProgress progress) {
        DictionaryFiles files = dictionaries.files(checkpoint.prefix());
        EvaluationSetting setting = runs.setting(checkpoint.dictionary().run(), files.readConfig());
        lock();
        try (LanguageModels.Lease<LanguageModel> lease = models.lease(setting.languageModel());
                NDManager scope = lease.model().newScope();
                Dictionary dictionary = files.load(scope)) {
            runs.checkModel(checkpoint.dictionary().run(), setting, lease.content());
            return new Evaluator(lease.model(), lease.content(), setting.batchContexts(), baselines)
                    .evaluate(
                            spliced(dictionary, files.readConfig()),
                            contexts,
                            done ->
                                    progress.contextsDone(
                                            checkpoint.dictionary(), done, contexts.count()));
        } catch (NotFiniteException e) {
            throw new UnusableInputException(
                    "evaluation is not finite: dictionary=%s, step=%d, reason=%s"
                            .formatted(checkpoint.dictionary(), checkpoint.step(), e.getMessage()),
                    e);
        } finally {
            computing.unlock();
        }
    }

    private static SplicedDictionary spliced(Dictionary dictionary, DictionaryConfig config) {
        return new SplicedDictionary(dictionary, config.site(), config.reconstructs());
    }

    private void lock() {
        try {
            computing.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvaluationInterruptedException();
        }
    }
}
