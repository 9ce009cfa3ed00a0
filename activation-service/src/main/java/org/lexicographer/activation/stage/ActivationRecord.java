package org.lexicographer.activation.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * One part of an activation block, ready to be written.
 *
 * @param site whose topic it belongs to
 * @param bytes the part in the layout of {@link
 *     org.lexicographer.pipeline.block.ActivationBlockFormat}
 * @param fault what is wrong with the block, if it holds values that are not finite
 */
public record ActivationRecord(Site site, byte[] bytes, Optional<String> fault) {

    /** Checks that nothing is absent; takes the bytes as they are. */
    public ActivationRecord {
        requireNonNull(site, "site is null");
        requireNonNull(bytes, "bytes is null");
        requireNonNull(fault, "fault is null");
    }
}
