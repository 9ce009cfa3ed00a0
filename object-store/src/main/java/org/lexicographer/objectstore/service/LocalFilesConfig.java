package org.lexicographer.objectstore.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether users may name files of this machine where objects of the store are named. */
@ConfigMapping(prefix = "local-files")
public interface LocalFilesConfig {

    /** Whether {@code file:} addresses are read; only where users are at home on this machine. */
    @WithDefault("false")
    boolean allowed();
}
