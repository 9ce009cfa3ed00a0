package org.lexicographer.benchmark.run;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.pipeline.run.RunSpec;

/** What a run's services reported, about once a second, and when they did. */
final class Course {

    /** Before, code is being compiled and buffers fill for the first time. */
    private static final double STEADY_FROM = 0.25;

    /** After, one site ends before another. */
    private static final double STEADY_TO = 0.9;

    private static final double MILLIS = 1e3;

    private final RunSpec spec;
    private final Growth extracted = new Growth();
    private final Growth trained = new Growth();

    Course(RunSpec spec) {
        this.spec = spec;
    }

    /** Takes a record of any topic; what is not this run's progress is passed over. */
    void take(ConsumerRecord<byte[], byte[]> entry) {
        if (!entry.topic().equals(Topics.RUN_PROGRESS) || entry.value() == null) {
            return;
        }
        String key = new String(entry.key(), StandardCharsets.UTF_8);
        if (key.startsWith(spec.run() + "/")) {
            take(entry.timestamp() / MILLIS, RunProgress.read(entry.value()).part());
        }
    }

    void take(double seconds, PartProgress part) {
        switch (part) {
            case ExtractionProgress said when said.stage() > 0 -> {} // The same tokens again.
            case ExtractionProgress said -> extracted.report(said.part(), seconds, said.tokens());
            case TrainingProgress said -> trained.report(said.part(), seconds, said.tokens());
            case TokenizerProgress _, EvaluationProgress _, WholeRun _ -> {}
        }
    }

    /** Returns when the first step of any site was reported, in seconds since 1970. */
    double begun() {
        return trained.reported(1);
    }

    /** Returns when the last step of all sites was reported, in seconds since 1970. */
    double trained() {
        return trained.reported(rows());
    }

    /** Returns the tokens that all sites are trained on in a second, well inside the run. */
    double trainedPerSecond() {
        double all = rows();
        return trained.rate(STEADY_FROM * all, STEADY_TO * all) / spec.sites().size();
    }

    /**
     * Returns the tokens that are passed on in a second while the shuffle buffers fill for the
     * first time and trainers do nothing else.
     */
    double extractedPerSecond() {
        double buffer = (double) spec.training().bufferContexts() * spec.contextLength();
        return extracted.rate(STEADY_FROM * buffer, STEADY_TO * buffer);
    }

    /** Returns the rows of all steps of all sites. */
    private double rows() {
        return (double) spec.training().steps() * spec.training().batchSize() * spec.sites().size();
    }
}
