package org.lexicographer.eval.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether this machine's files may be named by users. */
@ConfigMapping(prefix = "local-files")
public interface LocalFilesConfig {

    /** Whether {@code file:} addresses may be read. */
    @WithDefault("false")
    boolean allowed();
}
