package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.dense.DecoderPanels;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Revival;

/**
 * The errors of a dictionary and of its prefixes, with the loss's gradients at the entries.
 *
 * <pre>
 *   e_g = b + sum over prefixes' new latents j to g of W_d^j f^j - y
 *   loss = 1 / n sum_g v_g sum e_g^2
 *   R_j = sum over g from j of v_g 2 / n e_g,  dL/df^j = W_d^j' R_j
 * </pre>
 *
 * Threads share tiles of rows, and sums over tiles are taken in their order.
 */
final class Reconstruction {

    private final Workers workers;
    private final RowMemory memory;
    private final EntryFormula formula;
    private final List<Prefix> prefixes;
    private final boolean revives;
    private final Rows decoderBias;
    private final Rows biasGradient;
    private final DecoderPanels panels;
    private final Scratch[] scratches;
    private BatchRows rows;
    private ActiveLatents active;
    private boolean whole;
    private boolean packed;
    private double loss;
    private Rows targets;
    private double errorCount;

    Reconstruction(Workers workers, EntryFormula formula, AffineWeights weights, RowMemory memory) {
        this.workers = workers;
        this.memory = memory;
        this.formula = formula;
        this.prefixes = formula.prefixes(weights.dictionarySize());
        this.revives = formula.revival().isPresent();
        this.decoderBias = Rows.of(weights.decoderBias().value());
        this.biasGradient = memory.rows(1, weights.outputDim());
        this.scratches = new Scratch[workers.threads()];
        Rows decoder = Rows.of(weights.decoderWeight().value());
        this.panels = new DecoderPanels(workers, decoder, memory);
        Arrays.setAll(scratches, worker -> new Scratch(decoder, panels, memory));
        this.rows = new BatchRows(1);
    }

    /** What is worked out row by row for a batch. */
    private final class BatchRows {

        final List<Rows> gradients;
        final Rows errors;
        final Rows tileSums;
        final double[] squares;
        final double[] penalties;

        BatchRows(int count) {
            int width = decoderBias.width();
            gradients =
                    Stream.generate(() -> memory.rows(count, width))
                            .limit(prefixes.size())
                            .toList();
            // Where nothing asks for errors later on, gradients may take their place.
            boolean keptApart = revives || prefixes.size() > 1;
            errors = keptApart ? memory.rows(count, width) : gradients.getFirst();
            int tiles = TileProduct.tiles(count);
            tileSums = memory.rows(tiles, width);
            squares = new double[count];
            penalties = new double[count];
        }
    }

    /** What one thread works with. */
    private static final class Scratch {

        final TileDecoder decoder;
        final Rows attempt;

        Scratch(Rows decoderWeight, DecoderPanels panels, RowMemory memory) {
            decoder = new TileDecoder(decoderWeight, panels);
            attempt = memory.rows(TileProduct.ROWS, decoderWeight.width());
        }
    }

    /**
     * Begins a batch.
     *
     * @param batch begun
     * @param batchTargets y (B, Dout)
     */
    void begin(ActiveLatents batch, Rows batchTargets) {
        active = batch;
        targets = batchTargets;
        packed = false;
        if (rows.squares.length != batch.rows()) {
            rows = new BatchRows(batch.rows());
        }
        errorCount = formula.errorCount(batch.rows());
    }

    /**
     * Works out errors and gradients of the rows that have lists; writes those at the latents to
     * the active latents.
     *
     * @param asWhole whether to multiply as if all latents were active
     */
    void run(boolean asWhole) {
        whole = asWhole;
        if (whole && !packed) {
            panels.pack();
            packed = true;
        }
        int first = active.firstTile();
        workers.run(active.endTile() - first, (tile, worker) -> run(first + tile, worker));
    }

    /** Adds up what all rows of the batch came to. */
    void end() {
        loss = Arrays.stream(rows.squares).sum() / errorCount;
        biasGradient.clear();
        for (int tile = 0; tile < active.tiles(); tile++) {
            RowLoops.addRow(biasGradient, 0, 1, rows.tileSums, tile);
        }
    }

    private void run(int number, int worker) {
        Scratch scratch = scratches[worker];
        ActiveTile tile = active.tile(number);
        int atOnce = scratch.decoder.take(tile, whole);
        rows.tileSums.clear(number);
        for (int from = 0; from < tile.rows(); from += atOnce) {
            int to = Math.min(tile.rows(), from + atOnce);
            reconstruct(scratch.decoder, tile, from, to);
            setLatentGradients(scratch.decoder, tile, from, to);
            if (formula.attempt().isPresent()) {
                attempt(scratch, tile, from, to);
            }
            for (int row = from; row < to; row++) {
                rows.penalties[tile.firstRow() + row] = formula.setGradients(tile, row);
                int of = tile.firstRow() + row;
                RowLoops.addRow(rows.tileSums, number, 1, rows.gradients.getFirst(), of);
            }
        }
    }

    /** Sets errors of some rows, their squares, and the gradients at x^. */
    private void reconstruct(TileDecoder decoder, ActiveTile tile, int from, int to) {
        int first = tile.firstRow();
        for (int row = first + from; row < first + to; row++) {
            RowLoops.setDifference(rows.errors, row, decoderBias, targets, row);
            rows.squares[row] = 0;
        }
        decoder.begin(from, to);
        for (int g = 0; g < prefixes.size(); g++) {
            Prefix prefix = prefixes.get(g);
            Rows gradients = rows.gradients.get(g);
            float scale = (float) (2 * (prefix.weight() * (1 / errorCount)));
            decoder.addTo(rows.errors, first, ActiveLatents.VALUE, prefix.end());
            for (int row = first + from; row < first + to; row++) {
                float square = RowLoops.dot(rows.errors, row, rows.errors, row);
                rows.squares[row] += prefix.weight() * square;
                RowLoops.setScaled(gradients, row, scale, rows.errors, row);
            }
        }
        for (int g = prefixes.size() - 2; g >= 0; g--) {
            for (int row = first + from; row < first + to; row++) {
                RowLoops.addRow(rows.gradients.get(g), row, 1, rows.gradients.get(g + 1), row);
            }
        }
    }

    private void setLatentGradients(TileDecoder decoder, ActiveTile tile, int from, int to) {
        clear(tile, ActiveLatents.GRADIENT, from, to);
        decoder.begin(from, to);
        for (int g = 0; g < prefixes.size(); g++) {
            int end = prefixes.get(g).end();
            decoder.addDots(rows.gradients.get(g), tile.firstRow(), ActiveLatents.GRADIENT, end);
        }
    }

    private static void clear(ActiveTile tile, int kind, int from, int to) {
        for (int row = from; row < to; row++) {
            Arrays.fill(tile.numbers(kind), tile.start(row), tile.end(row), 0);
        }
    }

    private void attempt(Scratch scratch, ActiveTile tile, int from, int to) {
        int kind = formula.attempt().orElseThrow();
        TileDecoder decoder = scratch.decoder;
        Rows attempt = scratch.attempt;
        int all = active.dictionarySize();
        for (int row = from; row < to; row++) {
            RowLoops.setDifference(attempt, row, decoderBias, targets, tile.firstRow() + row);
        }
        decoder.begin(from, to);
        decoder.addTo(attempt, 0, kind, all);
        for (int row = from; row < to; row++) {
            RowLoops.scale(attempt, row, 2f / active.rows());
        }
        clear(tile, kind + 1, from, to);
        decoder.begin(from, to);
        decoder.addDots(attempt, 0, kind + 1, all);
    }

    /**
     * Works out what silent latents make of the errors, which are turned into gradients at x^;
     * writes those at the latents to the chosen ones.
     */
    void revive(Revival revival) {
        ActiveLatents chosen = revival.chosen();
        workers.run(chosen.tiles(), (number, worker) -> revive(revival, number, worker));
        revival.tried(Arrays.stream(rows.squares).sum());
    }

    private void revive(Revival revival, int number, int worker) {
        TileDecoder decoder = scratches[worker].decoder;
        ActiveTile tile = revival.chosen().tile(number);
        int first = tile.firstRow();
        int all = active.dictionarySize();
        int atOnce = decoder.take(tile, false);
        for (int from = 0; from < tile.rows(); from += atOnce) {
            int to = Math.min(tile.rows(), from + atOnce);
            decoder.begin(from, to);
            decoder.addTo(rows.errors, first, ActiveLatents.VALUE, all);
            for (int row = first + from; row < first + to; row++) {
                rows.squares[row] = RowLoops.dot(rows.errors, row, rows.errors, row);
                RowLoops.scale(rows.errors, row, revival.scale());
            }
            clear(tile, ActiveLatents.GRADIENT, from, to);
            decoder.begin(from, to);
            decoder.addDots(rows.errors, first, ActiveLatents.GRADIENT, all);
        }
    }

    /** Returns the squared errors with their weights, divided by their count. */
    double loss() {
        return loss;
    }

    /** Returns the rows' penalties, summed up. */
    double penalty() {
        return Arrays.stream(rows.penalties).sum();
    }

    /** Returns e of all latents (B, Dout). */
    Rows errors() {
        return rows.errors;
    }

    /** Returns R_1, R_2, ... (B, Dout). */
    List<Rows> gradients() {
        return rows.gradients;
    }

    /** Returns the sum of R_1 over the batch, what the loss leads to at b through x^ (Dout). */
    Rows biasGradient() {
        return biasGradient;
    }
}
