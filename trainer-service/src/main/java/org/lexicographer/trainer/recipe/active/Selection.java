package org.lexicographer.trainer.recipe.active;

/**
 * What becomes of the products of a batch: they pass by in blocks and are kept nowhere else.
 *
 * <p>Blocks of one tile come one after another, in the order of latents, on one thread; those of
 * different tiles may come on several threads at a time.
 */
@FunctionalInterface
public interface Selection {

    /** Takes a block into account; it is overwritten afterwards. */
    void take(Products block);

    /** Is told, on the thread that had the tile's blocks, that these were all. */
    default void endTile(int tile) {}

    /**
     * Is told that all tiles have ended; completes what has been selected. Of a batch that is taken
     * in parts there is no such moment.
     */
    default void end() {}

    /** Returns a selection that hands each block to this one and then to another one. */
    default Selection and(Selection other) {
        return new Selection() {
            @Override
            public void take(Products block) {
                Selection.this.take(block);
                other.take(block);
            }

            @Override
            public void endTile(int tile) {
                Selection.this.endTile(tile);
                other.endTile(tile);
            }

            @Override
            public void end() {
                Selection.this.end();
                other.end();
            }
        };
    }
}
