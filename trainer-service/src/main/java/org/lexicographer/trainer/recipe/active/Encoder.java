package org.lexicographer.trainer.recipe.active;

import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;

/**
 * The encoder's product with a batch, tile by tile; what is selected of it is taken while it is in
 * the cache.
 */
public final class Encoder {

    private final Workers workers;
    private final Rows weight;
    private final Panels panels;
    private final TileProduct[] products;
    private final Products[] blocks;

    /**
     * Encodes by a weight W_e (F, D) as it is whenever a batch comes.
     *
     * @param memory of the weight's copy
     */
    public Encoder(Workers workers, Rows weight, RowMemory memory) {
        this.workers = workers;
        this.weight = weight;
        this.panels = memory.panels(weight.count(), weight.width());
        this.products = new TileProduct[workers.threads()];
        this.blocks = new Products[workers.threads()];
    }

    /** Multiplies x - [b] (B, D) with the weight. */
    public void run(Rows centred, Selection selection) {
        pack();
        run(centred, 0, TileProduct.tiles(centred.count()), selection);
        selection.end();
    }

    /** Takes the weight as it is for the products of a batch. */
    public void pack() {
        workers.run(panels.count(), (panel, worker) -> panels.pack(weight, panel));
    }

    /** Multiplies some tiles of x - [b] (B, D), from the first to before the last. */
    public void run(Rows centred, int first, int last, Selection selection) {
        workers.run(last - first, (tile, worker) -> run(centred, selection, first + tile, worker));
    }

    private void run(Rows centred, Selection selection, int tile, int worker) {
        if (products[worker] == null) {
            products[worker] = new TileProduct(weight.width());
            blocks[worker] = new Products(products[worker]);
        }
        TileProduct product = products[worker];
        Products block = blocks[worker];
        int first = tile * TileProduct.ROWS;
        int rows = Math.min(TileProduct.ROWS, centred.count() - first);
        product.load(centred, first, rows);
        block.setRows(tile, rows);
        for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
            product.multiply(panels, panel, panels.groupAt(panel));
            int latent = panel * Panels.WIDTH;
            block.setLatents(latent, Math.min(TileProduct.STRIDE, panels.rows() - latent));
            selection.take(block);
        }
        selection.endTile(tile);
    }
}
