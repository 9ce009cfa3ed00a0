package org.lexicographer.eval.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.LatentPass;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.latent.ActivityLog;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.CountsFile;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.LatentSamples;
import org.lexicographer.eval.latent.SamplesFile;
import org.lexicographer.eval.latent.companion.CoActivation;
import org.lexicographer.eval.latent.companion.CoActivationFile;
import org.lexicographer.eval.statistics.LoadedDictionaries.Loaded;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.KeptLatents.Keeping;
import org.lexicographer.eval.statistics.kept.KeptLatents.Key;
import org.lexicographer.eval.statistics.kept.ReadText;
import org.lexicographer.kernel.Workers;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * Both passes of single shards, for all dictionaries of a plan at once. A file of a shard has the
 * columns of all of them, of which the names begin with the dictionary's number; of one that fails,
 * the header says why instead.
 */
final class Shards {

    private final StatisticsPlan plan;
    private final List<String> names;
    private final LatentPass pass;
    private final LoadedDictionaries dictionaries;
    private final KeptLatents kept;

    /**
     * Creates the passes.
     *
     * @param kept what was run before is not run again
     */
    Shards(
            StatisticsPlan plan,
            ReadText text,
            LatentPass pass,
            LoadedDictionaries dictionaries,
            KeptLatents kept) {
        this.plan = plan;
        this.names =
                IntStream.range(0, plan.shards())
                        .mapToObj(shard -> text.part(plan.first(shard), plan.end(shard)))
                        .toList();
        this.pass = pass;
        this.dictionaries = dictionaries;
        this.kept = kept;
    }

    /** Returns what the names of a dictionary's columns begin with. */
    static String prefix(int dictionary) {
        return dictionary + ".";
    }

    /** Returns the key under which a file's header says why a dictionary has no columns. */
    static String failureKey(int dictionary) {
        return prefix(dictionary) + "failure";
    }

    /** What becomes of one dictionary's latents in a shard. */
    private interface Gathering extends Consumer<ContextLatents>, AutoCloseable {

        void write(SafetensorsWriter file, String prefix);

        /** Takes note that it was shown all of the shard. */
        default void complete() {}

        @Override
        default void close() {}
    }

    /** Makes the gathering of one dictionary. */
    private interface Beginning {

        Gathering of(int dictionary, SplicedDictionary spliced);
    }

    private record Counting(
            LatentCounts counts,
            ActivityLog activity,
            CoActivation together,
            int coActivationContexts,
            Optional<Keeping> keeping)
            implements Gathering {

        @Override
        public void accept(ContextLatents context) {
            counts.add(context);
            activity.add(context);
            if (context.number() < coActivationContexts) {
                together.add(context);
            }
            keeping.ifPresent(open -> open.add(context));
        }

        @Override
        public void write(SafetensorsWriter file, String prefix) {
            CountsFile.write(file, prefix, counts, activity);
            CoActivationFile.write(file, prefix, together);
        }

        @Override
        public void complete() {
            keeping.ifPresent(Keeping::complete);
        }

        @Override
        public void close() {
            keeping.ifPresent(Keeping::close);
        }
    }

    private record Sampling(LatentSamples samples) implements Gathering {

        @Override
        public void accept(ContextLatents context) {
            samples.add(context);
        }

        @Override
        public void write(SafetensorsWriter file, String prefix) {
            SamplesFile.write(file, prefix, samples);
        }
    }

    /** Returns the file of pass A of a shard. */
    SafetensorsWriter count(int shard) {
        return gather(
                shard,
                Counted.NOTHING,
                (dictionary, spliced) -> {
                    int size = spliced.dictionary().dictionarySize();
                    Key key = key(shard, dictionary);
                    return new Counting(
                            new LatentCounts(size),
                            new ActivityLog(),
                            new CoActivation(size),
                            plan.coActivationContexts(),
                            kept.has(key) ? Optional.empty() : Optional.of(kept.keep(key)));
                });
    }

    private Key key(int shard, int dictionary) {
        String prefix = plan.dictionaries().get(dictionary).prefix();
        return new Key(plan.run(), prefix, names.get(shard));
    }

    /**
     * Returns the file of pass B of a shard.
     *
     * @param counted what pass A found in all shards
     */
    SafetensorsWriter sample(int shard, Counted counted) {
        return gather(
                shard,
                counted,
                (dictionary, _) ->
                        new Sampling(
                                new LatentSamples(
                                        counted.counts(dictionary).orElseThrow(),
                                        plan.setting().seed())));
    }

    /** Tells whether a shard needs neither language model nor dictionaries. */
    boolean isKept(int shard) {
        return IntStream.range(0, plan.dictionaries().size())
                .allMatch(dictionary -> kept.has(key(shard, dictionary)));
    }

    /** A dictionary that takes part, and what is gathered of it. */
    private record Part(int number, SplicedDictionary spliced, Gathering gathering) {}

    private SafetensorsWriter gather(int shard, Counted counted, Beginning beginning) {
        SafetensorsWriter file = new SafetensorsWriter();
        List<Part> parts = new ArrayList<>();
        try {
            for (Loaded loaded : dictionaries.each()) {
                int number = loaded.number();
                Optional<String> failure = counted.failure(number).or(loaded::failure);
                failure.ifPresent(reason -> file.metadata(failureKey(number), reason));
                if (failure.isEmpty()) {
                    SplicedDictionary spliced = loaded.spliced().orElseThrow();
                    parts.add(new Part(number, spliced, beginning.of(number, spliced)));
                }
            }
            Map<Integer, RuntimeException> failures = show(shard, parts);
            for (Part part : parts) {
                RuntimeException failure = failures.get(part.number());
                if (failure == null) {
                    part.gathering().complete();
                    part.gathering().write(file, prefix(part.number()));
                } else {
                    file.metadata(failureKey(part.number()), failure.toString());
                }
            }
            return file;
        } finally {
            parts.forEach(part -> part.gathering().close());
        }
    }

    /**
     * Shows the contexts of a shard; returns, by number, which dictionaries ended early and why.
     */
    private Map<Integer, RuntimeException> show(int shard, List<Part> parts) {
        Map<Boolean, List<Part>> byKept =
                parts.stream()
                        .collect(
                                Collectors.partitioningBy(
                                        part -> kept.has(key(shard, part.number()))));
        Map<Integer, RuntimeException> failures = new ConcurrentHashMap<>();
        replay(shard, byKept.get(true), failures);
        run(shard, byKept.get(false), failures);
        return failures;
    }

    private void run(int shard, List<Part> parts, Map<Integer, RuntimeException> failures) {
        List<LatentPass.Reader> readers =
                parts.stream()
                        .map(
                                part ->
                                        new LatentPass.Reader(
                                                part.spliced().dictionary(),
                                                part.spliced().input(),
                                                part.gathering()))
                        .toList();
        List<Optional<RuntimeException>> found =
                pass.run(plan.first(shard), plan.end(shard), readers);
        for (int i = 0; i < readers.size(); i++) {
            int number = parts.get(i).number();
            found.get(i).ifPresent(failure -> failures.put(number, failure));
        }
    }

    private void replay(int shard, List<Part> parts, Map<Integer, RuntimeException> failures) {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
        Workers.shared()
                .run(
                        parts.size(),
                        (i, _) ->
                                replay(shard, parts.get(i))
                                        .ifPresent(it -> failures.put(parts.get(i).number(), it)));
    }

    private Optional<RuntimeException> replay(int shard, Part part) {
        ContextLatents latents = new ContextLatents(part.spliced().dictionary().dictionarySize());
        int contexts = plan.end(shard) - plan.first(shard);
        try {
            kept.replay(key(shard, part.number()), contexts, latents, part.gathering());
            return Optional.empty();
        } catch (RetryableObjectStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }
}
