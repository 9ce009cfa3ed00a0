package org.lexicographer.runtime;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which files of documents are read. */
@ConfigMapping(prefix = "dataset")
public interface DatasetConfig {

    /**
     * The largest window of a zstd frame that is read. A frame takes as much memory outside the
     * heap as its window, or its content, whichever is less. The format's own limit is 2G.
     */
    @WithDefault("128M")
    MemorySize zstdWindowMax();
}
