package org.lexicographer.eval.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
import org.lexicographer.kernel.Workers;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/**
 * Both passes of single shards, for all dictionaries of a plan at once. A file of a shard has the
 * columns of all of them, of which the names begin with the dictionary's number; of one that fails,
 * the header says why instead.
 */
final class Shards {

    private final StatisticsPlan plan;
    private final LatentPass pass;
    private final LoadedDictionaries dictionaries;
    private final KeptShards kept;

    Shards(StatisticsPlan plan, LatentPass pass, LoadedDictionaries dictionaries, KeptShards kept) {
        this.plan = plan;
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
    private interface Gathering extends Consumer<ContextLatents> {

        void write(SafetensorsWriter file, String prefix);
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
            Consumer<ContextLatents> keeping)
            implements Gathering {

        @Override
        public void accept(ContextLatents context) {
            counts.add(context);
            activity.add(context);
            if (context.number() < coActivationContexts) {
                together.add(context);
            }
            keeping.accept(context);
        }

        @Override
        public void write(SafetensorsWriter file, String prefix) {
            CountsFile.write(file, prefix, counts, activity);
            CoActivationFile.write(file, prefix, together);
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
        try (KeptShards.Keeping keeping = kept.keep(shard)) {
            SafetensorsWriter file =
                    gather(
                            (dictionary, spliced) -> {
                                int size = spliced.dictionary().dictionarySize();
                                return new Counting(
                                        new LatentCounts(size),
                                        new ActivityLog(),
                                        new CoActivation(size),
                                        plan.coActivationContexts(),
                                        context -> keeping.add(dictionary, context));
                            },
                            Counted.NOTHING,
                            (_, readers) -> run(shard, readers));
            keeping.complete();
            return file;
        }
    }

    private List<Optional<RuntimeException>> run(int shard, List<LatentPass.Reader> readers) {
        return pass.run(plan.first(shard), plan.end(shard), readers);
    }

    /**
     * Returns the file of pass B of a shard.
     *
     * @param counted what pass A found in all shards
     */
    SafetensorsWriter sample(int shard, Counted counted) {
        return gather(
                (dictionary, _) ->
                        new Sampling(
                                new LatentSamples(
                                        counted.counts(dictionary).orElseThrow(),
                                        plan.setting().seed())),
                counted,
                (numbers, readers) ->
                        kept.has(shard) ? replay(shard, numbers, readers) : run(shard, readers));
    }

    private List<Optional<RuntimeException>> replay(
            int shard, List<Integer> numbers, List<LatentPass.Reader> readers) {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
        List<Optional<RuntimeException>> failures =
                new ArrayList<>(Collections.nCopies(readers.size(), Optional.empty()));
        Workers.shared()
                .run(
                        readers.size(),
                        (i, _) -> failures.set(i, replay(shard, numbers.get(i), readers.get(i))));
        return failures;
    }

    private Optional<RuntimeException> replay(int shard, int number, LatentPass.Reader reader) {
        ContextLatents latents = new ContextLatents(reader.dictionary().dictionarySize());
        try {
            kept.replay(shard, number, plan.end(shard) - plan.first(shard), latents, reader.sink());
            return Optional.empty();
        } catch (RetryableObjectStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    /** Shows readers, of dictionaries with these numbers, the contexts of a shard. */
    private interface Source {

        /** Returns of each reader why it ended early. */
        List<Optional<RuntimeException>> show(
                List<Integer> numbers, List<LatentPass.Reader> readers);
    }

    private SafetensorsWriter gather(Beginning beginning, Counted counted, Source source) {
        SafetensorsWriter file = new SafetensorsWriter();
        List<Integer> numbers = new ArrayList<>();
        List<Gathering> gatherings = new ArrayList<>();
        List<LatentPass.Reader> readers = new ArrayList<>();
        for (Loaded loaded : dictionaries.each()) {
            Optional<String> failure = counted.failure(loaded.number()).or(loaded::failure);
            failure.ifPresent(reason -> file.metadata(failureKey(loaded.number()), reason));
            if (failure.isEmpty()) {
                SplicedDictionary spliced = loaded.spliced().orElseThrow();
                Gathering gathering = beginning.of(loaded.number(), spliced);
                numbers.add(loaded.number());
                gatherings.add(gathering);
                readers.add(
                        new LatentPass.Reader(spliced.dictionary(), spliced.input(), gathering));
            }
        }
        List<Optional<RuntimeException>> failures = source.show(numbers, readers);
        for (int i = 0; i < readers.size(); i++) {
            int number = numbers.get(i);
            if (failures.get(i).isPresent()) {
                file.metadata(failureKey(number), failures.get(i).get().toString());
            } else {
                gatherings.get(i).write(file, prefix(number));
            }
        }
        return file;
    }
}
