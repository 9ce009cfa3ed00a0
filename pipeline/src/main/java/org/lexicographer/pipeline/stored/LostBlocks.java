package org.lexicographer.pipeline.stored;

/** Blocks that cannot be used any more, although a run still needs them. */
public enum LostBlocks {
    /** A token block: the dataset has to be tokenized again. */
    TOKEN_BLOCKS,
    /** An activation block: it has to be extracted again. */
    ACTIVATION_BLOCKS
}
