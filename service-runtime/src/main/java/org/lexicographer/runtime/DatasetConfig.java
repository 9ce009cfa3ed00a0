package org.lexicographer.runtime;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which files of documents are read. */
@ConfigMapping(prefix = "dataset")
public interface DatasetConfig {

    /**
     * The largest window of a zstd frame that is read; memory is taken as the window fills. The
     * format's own limit is 2G.
     */
    @WithDefault("2G")
    MemorySize zstdWindowMax();
}
