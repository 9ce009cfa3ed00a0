package org.lexicographer.trainer.recipe.active;

import org.lexicographer.kernel.TileProduct;

/**
 * A block of products W_e (x - [b]), without the encoder's bias: the rows of a tile and some
 * latents in succession.
 */
public final class Products {

    private final TileProduct product;
    private int tile;
    private int rows;
    private int firstLatent;
    private int latents;

    Products(TileProduct product) {
        this.product = product;
    }

    void setRows(int newTile, int newRows) {
        tile = newTile;
        rows = newRows;
    }

    void setLatents(int first, int count) {
        firstLatent = first;
        latents = count;
    }

    /** Returns the tile's number, from 0. */
    public int tile() {
        return tile;
    }

    /** Returns the rows of the tile. */
    public int rows() {
        return rows;
    }

    /** Returns the first latent of the block. */
    public int firstLatent() {
        return firstLatent;
    }

    /** Returns how many latents the block has. */
    public int latents() {
        return latents;
    }

    /** Returns the products; those of a row are side by side from {@link #start} on. */
    public float[] values() {
        return product.products();
    }

    /** Returns where a row of the tile starts. */
    public int start(int row) {
        return row * TileProduct.STRIDE;
    }
}
