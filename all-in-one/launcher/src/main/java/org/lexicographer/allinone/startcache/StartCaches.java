package org.lexicographer.allinone.startcache;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the programs of a checkout do with their start caches. */
public sealed interface StartCaches {

    /** Where the caches of a checkout lie. */
    String FOLDER = "target/start-caches";

    /**
     * Returns the options that a program's JVM is given beside its own.
     *
     * @param program the name of its cache
     * @param options its own options, {@code -D} left out
     * @param jar the program
     */
    List<String> options(String program, List<String> options, Path jar);

    /** Returns the caches of a checkout, to be used where they fit. */
    static StartCaches used(Path home) {
        return new Used(home.resolve(FOLDER));
    }

    /**
     * Caches that are used where they fit.
     *
     * @param folder where they lie
     */
    record Used(Path folder) implements StartCaches {

        public Used {
            requireNonNull(folder, "folder is null");
        }

        @Override
        public List<String> options(String program, List<String> options, Path jar) {
            Path file = file(folder, program);
            // No start is to fail for want of a cache.
            return Files.exists(file) ? cache(file, options, jar).use() : List.of();
        }

        /** Tells whether a program's cache is there and fits. */
        public boolean fits(String program, List<String> options, Path jar) {
            return cache(file(folder, program), options, jar).fits();
        }
    }

    /**
     * Caches that programs make when they end, whatever there was before.
     *
     * @param folder where they are to lie
     */
    record Made(Path folder) implements StartCaches {

        public Made {
            requireNonNull(folder, "folder is null");
        }

        @Override
        public List<String> options(String program, List<String> options, Path jar) {
            return cache(file(folder, program), options, jar).make();
        }

        /**
         * Lets a program's cache count.
         *
         * @throws UncheckedIOException when its JVM has not made one
         */
        public void keep(String program, List<String> options, Path jar) {
            try {
                cache(file(folder, program), options, jar).keep();
            } catch (IOException e) {
                throw new UncheckedIOException("no start cache was made: program=" + program, e);
            }
        }
    }

    private static Path file(Path folder, String program) {
        return folder.resolve(program + ".aot");
    }

    private static StartCache cache(Path file, List<String> options, Path jar) {
        return new StartCache(file, StartKey.of(options, jar));
    }
}
