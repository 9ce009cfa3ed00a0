package org.lexicographer.activation.stage;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.Site;

/**
 * One part of an activation block, ready to be written.
 *
 * @param site whose topic it belongs to
 * @param bytes the part in the layout of {@link
 *     org.lexicographer.pipeline.block.ActivationBlockFormat}
 */
public record ActivationRecord(Site site, byte[] bytes) {

    /** Checks that nothing is absent; takes the bytes as they are. */
    public ActivationRecord {
        requireNonNull(site, "site is null");
        requireNonNull(bytes, "bytes is null");
    }
}
