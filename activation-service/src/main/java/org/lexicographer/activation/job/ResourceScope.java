package org.lexicographer.activation.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Resources that are closed together: the last one first, and all of them whatever happens. Of
 * several failures the first is thrown, with the others suppressed in it. For use by one thread.
 */
final class ResourceScope implements AutoCloseable {

    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** Takes a resource over, and returns it. */
    <T> T own(T resource, Consumer<? super T> close) {
        closers.push(() -> close.accept(resource));
        return resource;
    }

    @Override
    public void close() {
        ScopeFailure failure = new ScopeFailure();
        closeAll(failure);
        failure.throwFirst();
    }

    /** Closes everything because of a failure, to which those of closing are added. */
    void closeAfter(Throwable first) {
        ScopeFailure failure = new ScopeFailure();
        failure.add(first);
        closeAll(failure);
    }

    private void closeAll(ScopeFailure failure) {
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException | Error e) {
                failure.add(e);
            }
        }
    }

    private static final class ScopeFailure {
        private final Deque<Throwable> thrown = new ArrayDeque<>();

        void add(Throwable next) {
            if (!thrown.isEmpty()) {
                thrown.getFirst().addSuppressed(next);
            }
            thrown.add(next);
        }

        void throwFirst() {
            switch (thrown.peek()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
