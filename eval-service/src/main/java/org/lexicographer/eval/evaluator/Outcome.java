package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;

/**
 * What became of one dictionary among several that were evaluated together: what one of them makes
 * impossible does not touch the others.
 *
 * @param <T> what there is when it succeeded
 */
public sealed interface Outcome<T> {

    /** It succeeded. */
    record Done<T>(T value) implements Outcome<T> {

        public Done {
            requireNonNull(value, "value is null");
        }

        @Override
        public T orThrow() {
            return value;
        }
    }

    /** It failed. */
    record Failed<T>(RuntimeException reason) implements Outcome<T> {

        public Failed {
            requireNonNull(reason, "reason is null");
        }

        @Override
        public T orThrow() {
            throw reason;
        }
    }

    /** Returns what work gives, or what it throws, except that it was interrupted. */
    static <T> Outcome<T> of(Supplier<T> work) {
        try {
            return new Done<>(work.get());
        } catch (EvaluationInterruptedException e) {
            throw e;
        } catch (RuntimeException e) {
            return new Failed<>(e);
        }
    }

    /** Returns the value, or throws the reason why there is none. */
    T orThrow();
}
