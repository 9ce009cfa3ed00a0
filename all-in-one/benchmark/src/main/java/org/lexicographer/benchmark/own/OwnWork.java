package org.lexicographer.benchmark.own;

import org.lexicographer.benchmark.measure.Contender;
import org.lexicographer.benchmark.work.EvaluationWork;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.LatentsWork;
import org.lexicographer.benchmark.work.ProductWork;
import org.lexicographer.benchmark.work.StepWork;
import org.lexicographer.benchmark.work.Work;

/** This project's way of doing each kind of work. */
final class OwnWork {

    private OwnWork() {}

    /** Returns who does the work, ready to start. */
    static Contender start(Work work) {
        return switch (work) {
            case StepWork step -> new OwnSteps(step);
            case ProductWork product ->
                    switch (product.method()) {
                        case LIBTORCH -> new LibtorchProduct(product);
                        case PACKED -> new PackedProduct(product);
                        case PEAK -> new ArithmeticPeak(product);
                    };
            case ForwardWork forward ->
                    forward.published().isEmpty()
                            ? new OwnForward(forward)
                            : new OwnExtraction(forward);
            case EvaluationWork evaluation -> new OwnEvaluation(evaluation);
            case LatentsWork latents -> new OwnLatents(latents);
        };
    }
}
