package org.lexicographer.activation.job;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.trace.Tracing;

/** Keeps what jobs publish. */
final class FakeOutput implements ActivationOutput {

    private final List<RunProgress> progress = new CopyOnWriteArrayList<>();
    private final List<Rejection> rejected = new CopyOnWriteArrayList<>();

    @Override
    public void progress(RunProgress message) {
        progress.add(message);
    }

    @Override
    public Tracing tracing() {
        return Tracing.NONE;
    }

    @Override
    public void reject(Rejection record) {
        rejected.add(record);
    }

    Optional<RunProgress> last() {
        return progress.isEmpty() ? Optional.empty() : Optional.of(progress.getLast());
    }

    /** Returns what was published last under a key. */
    Optional<RunProgress> last(String key) {
        return progress.reversed().stream().filter(it -> it.key().equals(key)).findFirst();
    }

    List<RunProgress> progress() {
        return List.copyOf(progress);
    }

    List<Rejection> rejected() {
        return List.copyOf(rejected);
    }
}
