package org.lexicographer.activation.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether run specs may name files of this machine. */
@ConfigMapping(prefix = "local-files")
public interface LocalFilesConfig {

    /** Whether {@code file:} addresses are read; only where users are at home on this machine. */
    @WithDefault("false")
    boolean allowed();
}
