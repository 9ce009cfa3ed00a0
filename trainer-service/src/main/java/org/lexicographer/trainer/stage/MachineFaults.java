package org.lexicographer.trainer.stage;

import ai.djl.engine.EngineException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/** Tells what a machine lacks from what a recipe does wrong. */
final class MachineFaults {

    /** How libtorch says that memory or the device is missing. */
    private static final List<String> WORDS = List.of("memory", "cuda", "cublas", "cudnn", "nccl");

    private MachineFaults() {}

    /** Tells whether another machine, or this one later, may not meet the exception. */
    static boolean isOne(RuntimeException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean isEngines =
                e instanceof EngineException && WORDS.stream().anyMatch(message::contains);
        return isEngines
                || e instanceof RetryableObjectStoreException
                || e instanceof UncheckedIOException;
    }
}
