package org.lexicographer.dictionary.exchange;

/** How the {@code cfg.json} of SAELens is laid out. */
enum SaeLensLayout {
    /** Since version 6: what says where the dictionary belongs lies under {@code metadata}. */
    CURRENT,
    /** Before: all lies flat, and top-k is an activation function of architecture standard. */
    FLAT
}
