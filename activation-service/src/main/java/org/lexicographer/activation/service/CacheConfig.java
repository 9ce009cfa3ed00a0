package org.lexicographer.activation.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where files from the object store are kept on this machine. */
@ConfigMapping(prefix = "cache")
public interface CacheConfig {

    /** The folder of fetched language models; several processes may share it. */
    @WithDefault("${java.io.tmpdir}/lexicographer-models")
    Path folder();
}
