package org.lexicographer.activation.stage;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * One part of a block that a stage has made, ready to be written.
 *
 * @param topic where it is written
 * @param site whose values it holds
 * @param bytes the part in the layout of {@link
 *     org.lexicographer.pipeline.block.ActivationBlockFormat} or, of what the next stage reads, of
 *     {@link org.lexicographer.pipeline.block.ResidualBlockFormat}
 * @param fault what is wrong with the block, if it holds values that are not finite
 */
public record StageRecord(String topic, Site site, byte[] bytes, Optional<String> fault) {

    /** Checks that nothing is absent; takes the bytes as they are. */
    public StageRecord {
        requireNonNull(topic, "topic is null");
        requireNonNull(site, "site is null");
        requireNonNull(bytes, "bytes is null");
        requireNonNull(fault, "fault is null");
    }
}
