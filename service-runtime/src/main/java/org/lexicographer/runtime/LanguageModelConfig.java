package org.lexicographer.runtime;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What running a language model may take of this machine. */
@ConfigMapping(prefix = "language-model")
public interface LanguageModelConfig {

    /**
     * The most memory for a model's weights as float32 that are kept between their uses. A model
     * that fits is in memory as a whole; of a larger one each layer's weights are made anew from
     * its files when their turn comes, unless they are kept. 0 keeps nothing but the layer in use.
     */
    @WithDefault("4G")
    MemorySize memory();

    /**
     * The most bytes of this machine's disk for the folders of models that were fetched; by default
     * as many as there are. Those that were used longest ago go, when another one is fetched.
     */
    Optional<MemorySize> cacheSize();
}
