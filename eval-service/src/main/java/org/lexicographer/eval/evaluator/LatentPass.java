package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.metric.EncodedParts;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.SharedPasses;
import org.lexicographer.pipeline.Site;

/**
 * Runs contexts through a language model up to the last site that a dictionary reads, and shows
 * what the latents of all dictionaries do in context after context. A batch of the text has the
 * same contexts whichever part of the text is run, so that latents are the same bits.
 */
public final class LatentPass {

    /** How many active latents wait for those who look at them, of all readers: 32 MiB. */
    private static final long MOST_HELD = 1L << 22;

    /** How many bytes of residual streams wait for a layer of a model that is not in memory. */
    private static final long STREAM_BYTES = 256L << 20;

    private static final Site STREAM = Site.parse("layers.0.resid.post");

    private final LanguageModel model;
    private final Contexts text;
    private final int batchContexts;
    private final Set<Integer> uncounted;
    private final long mostHeld;

    /**
     * Creates a pass.
     *
     * @param model the language model, which stays the caller's
     * @param text all contexts, of which parts are run
     * @param batchContexts contexts per forward pass, B
     * @param uncounted ids of the tokens that do not count, such as special tokens
     */
    public LatentPass(
            LanguageModel model, Contexts text, int batchContexts, Set<Integer> uncounted) {
        this(model, text, batchContexts, uncounted, MOST_HELD);
    }

    /** Creates a pass that shows what it found as soon as so many active latents are more. */
    LatentPass(
            LanguageModel model,
            Contexts text,
            int batchContexts,
            Set<Integer> uncounted,
            long mostHeld) {
        this.model = requireNonNull(model, "model is null");
        this.text = requireNonNull(text, "text is null");
        this.batchContexts = batchContexts;
        this.uncounted = Set.copyOf(uncounted);
        this.mostHeld = mostHeld;
    }

    /**
     * A dictionary and who looks at its latents.
     *
     * @param dictionary the dictionary, which stays the caller's
     * @param site the site that it reads
     * @param sink is shown one context after the other, in an object that is used again, by one
     *     thread at a time; sinks of other readers are shown theirs meanwhile
     */
    public record Reader(Dictionary dictionary, Site site, Consumer<ContextLatents> sink) {}

    /**
     * Runs the contexts {@code first} to before {@code end}. A dictionary that cannot be read, or
     * whose sink throws, ends there, and the others go on.
     *
     * @return of each reader, in their order, why it ended early; empty when it did not
     * @throws IllegalArgumentException when they do not begin where a batch of the text does
     * @throws EvaluationInterruptedException when the thread was interrupted
     */
    public List<Optional<RuntimeException>> run(int first, int end, List<Reader> readers) {
        if (first % batchContexts != 0) {
            throw new IllegalArgumentException(
                    "part does not begin with a batch: batchContexts=%d, first=%d"
                            .formatted(batchContexts, first));
        }
        List<OneReader> all = readers.stream().map(OneReader::new).toList();
        all.forEach(one -> one.attempt(() -> checkFits(one.reader)));
        int together = batchesTogether();
        int step = (int) Math.min(end, (long) together * batchContexts);
        for (int from = first; from < end; from += step) {
            checkNotInterrupted();
            List<OneReader> sound = all.stream().filter(one -> one.failure == null).toList();
            int to = Math.min(end, from + step);
            if (!sound.isEmpty() && together == 1) {
                runBatch(from, to, sound);
            } else if (!sound.isEmpty()) {
                runTogether(from, to, sound);
            }
        }
        return all.stream().map(one -> Optional.ofNullable(one.failure)).toList();
    }

    private static void checkNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new EvaluationInterruptedException();
        }
    }

    private void checkFits(Reader reader) {
        int expected = model.activationDim(reader.site());
        if (reader.dictionary().inputDim() != expected) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%d, found=%d, site=%s"
                            .formatted(expected, reader.dictionary().inputDim(), reader.site()));
        }
    }

    /**
     * Runs batches together through the layers of a model that is not kept in memory, so that each
     * layer is made once for all of them.
     */
    private void runTogether(int first, int end, List<OneReader> readers) {
        SortedSet<Site> sites =
                readers.stream()
                        .map(one -> one.reader.site())
                        .collect(Collectors.toCollection(TreeSet::new));
        try (NDManager scope = model.newScope()) {
            List<Contexts> batches = new ArrayList<>();
            for (int from = first; from < end; from += batchContexts) {
                batches.add(text.range(from, Math.min(end, from + batchContexts)));
            }
            List<NDArray> tokens =
                    batches.stream().map(batch -> tokens(batch, scope)).toList(); // (B, T) each
            try (SharedPasses passes = model.shareAll(tokens, LatentPass::checkNotInterrupted)) {
                passes.observe(
                        sites,
                        (number, pass, site) -> {
                            checkNotInterrupted();
                            List<OneReader> here =
                                    readers.stream()
                                            .filter(one -> one.reader.site().equals(site))
                                            .toList();
                            NDArray read = pass.value(site); // (B, T, width of the site)
                            encode(
                                    first + number * batchContexts,
                                    batches.get(number),
                                    Map.of(site, read),
                                    here);
                        });
            }
        }
    }

    private static NDArray tokens(Contexts batch, NDManager scope) {
        Shape shape = new Shape(batch.count(), batch.contextLength());
        return scope.create(batch.tokens(), shape); // (B, T)
    }

    /** Returns how many batches go through the layers together, at least one. */
    private int batchesTogether() {
        if (model.isInMemory()) {
            return 1;
        }
        long values = (long) batchContexts * text.contextLength() * model.activationDim(STREAM);
        return Math.clamp(STREAM_BYTES / (Float.BYTES * values), 1, Integer.MAX_VALUE);
    }

    private void runBatch(int from, int to, List<OneReader> readers) {
        Contexts batch = text.range(from, to);
        Set<Site> sites =
                readers.stream().map(one -> one.reader.site()).collect(Collectors.toSet());
        try (NDManager scope = model.newScope()) {
            encode(from, batch, model.observe(tokens(batch, scope), sites), readers);
        }
    }

    /** Shows readers a batch's activations, (B, T, width of the site) each. */
    private void encode(
            int from, Contexts batch, Map<Site, NDArray> activations, List<OneReader> readers) {
        boolean[] counted = batch.counted(uncounted);
        readers.forEach(one -> one.begin(from, counted, batch.contextLength()));
        for (OneReader one : readers) {
            NDArray read = activations.get(one.reader.site()); // (B, T, width of the site)
            one.attempt(() -> one.encode(read, () -> makeRoom(readers)));
        }
        show(readers);
    }

    /** Dense latents of all readers together would not fit in memory. */
    private void makeRoom(List<OneReader> readers) {
        if (readers.stream().mapToLong(OneReader::held).sum() > mostHeld) {
            show(readers);
        }
    }

    /** Products share the threads by themselves; what follows them does not. */
    private static void show(List<OneReader> readers) {
        Workers.shared()
                .run(
                        readers.size(),
                        (i, _) -> {
                            OneReader one = readers.get(i);
                            one.attempt(one::show);
                        });
    }

    private static final class OneReader {

        private final Reader reader;
        private final EncodedParts parts;
        private final ContextView view;
        private final List<SparseRows> held = new ArrayList<>();
        private int next;
        private boolean[] counted;
        private int length;
        private RuntimeException failure;

        OneReader(Reader reader) {
            this.reader = reader;
            this.parts = new EncodedParts(reader.dictionary());
            this.view = new ContextView(reader.dictionary().dictionarySize(), reader.sink());
        }

        void attempt(Runnable part) {
            if (failure != null) {
                return;
            }
            try {
                part.run();
            } catch (RuntimeException e) {
                failure = e;
                held.clear();
            }
        }

        /** Begins a batch. */
        void begin(int first, boolean[] counted, int length) {
            this.next = first;
            this.counted = counted;
            this.length = length;
        }

        /** Encodes a batch's activations (B, T, D), which stay the caller's. */
        void encode(NDArray activations, Runnable afterPart) {
            try (NDArray rows = activations.reshape(-1, reader.dictionary().inputDim())) { // (N, D)
                parts.visit(
                        rows,
                        (part, found, all) -> {
                            if (failure == null) {
                                held.add(found);
                                afterPart.run();
                            }
                        });
            }
        }

        /** Returns how many active latents wait. */
        long held() {
            return held.stream().mapToLong(SparseRows::count).sum();
        }

        /** Shows the contexts that are whole; of the next one, the beginning waits for the rest. */
        void show() {
            int whole = held.stream().mapToInt(SparseRows::rows).sum() / length;
            if (whole == 0) {
                return;
            }
            SparseRows found = SparseRows.joined(held);
            int shown = whole * length;
            held.clear();
            if (found.rows() > shown) {
                held.add(found.range(shown, found.rows() - shown));
            }
            view.show(next, found, Arrays.copyOf(counted, shown), length);
            counted = Arrays.copyOfRange(counted, shown, counted.length);
            next += whole;
        }
    }
}
