package org.lexicographer.runtime.quota;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** How much one owner may have. What is not set is not limited, and operators are not limited. */
@ConfigMapping(prefix = "quota")
public interface QuotaConfig {

    /** What holds for every owner. */
    @WithParentName
    Limits everybody();

    /** What holds for single owners instead, by name. */
    Map<String, Limits> owners();

    /** The most of everything. */
    interface Limits {

        /** Runs at work at a time. */
        Optional<Integer> runs();

        /** Sites of one run. */
        Optional<Integer> sites();

        /** Latents that are trained at a time: all dictionaries of all runs at work, added up. */
        Optional<Long> latents();

        /** Bytes of all dictionaries that an owner has imported. */
        Optional<MemorySize> importSize();
    }
}
