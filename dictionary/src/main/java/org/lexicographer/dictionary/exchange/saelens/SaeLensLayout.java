package org.lexicographer.dictionary.exchange.saelens;

/** How the {@code cfg.json} of SAELens is laid out. */
public enum SaeLensLayout {
    /** Since version 6: what says where the dictionary belongs lies under {@code metadata}. */
    CURRENT("saelens"),
    /** Before: all lies flat, and top-k is an activation function of architecture standard. */
    FLAT("saelens-v5");

    private final String format;

    SaeLensLayout(String format) {
        this.format = format;
    }

    /** Returns the name of the format of folders with this layout. */
    public String format() {
        return format;
    }
}
