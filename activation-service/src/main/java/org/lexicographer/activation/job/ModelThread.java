package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.lexicographer.activation.model.ActivationSource;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs a leased model, and gives it back when it is done: the model is never
 * released under a forward pass.
 */
final class ModelThread {

    private static final Logger LOG = LoggerFactory.getLogger(ModelThread.class);

    /** One turn of the thread's loop. */
    interface Turn {
        void take() throws InterruptedException;
    }

    private final String name;
    private final LanguageModels.Lease<LoadedModel> lease;
    private final JobProgress progress;
    private Thread thread;
    private volatile boolean leaving;

    /** Takes the lease over; failures are told to the progress. */
    ModelThread(String name, LanguageModels.Lease<LoadedModel> lease, JobProgress progress) {
        this.name = requireNonNull(name, "name is null");
        this.lease = requireNonNull(lease, "lease is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    ActivationSource model() {
        return lease.model();
    }

    void start(Turn turn) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> run(turn));
    }

    private void run(Turn turn) {
        try (lease) {
            while (!leaving) {
                turn.take();
            }
        } catch (InterruptedException e) {
            LOG.debug("extraction interrupted: thread={}", name);
        } catch (RuntimeException | Error e) {
            progress.failed(e);
        }
    }

    /** Lets the thread finish its turn, and waits for it as long as said. */
    void end(Duration atMost) {
        leaving = true;
        if (thread == null) {
            return;
        }
        try {
            if (!thread.join(atMost)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Gives the model back if the thread never had it. */
    void giveBack() {
        if (thread == null) {
            lease.close();
        }
    }
}
