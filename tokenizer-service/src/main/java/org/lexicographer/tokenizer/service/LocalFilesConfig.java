package org.lexicographer.tokenizer.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether this machine's files may be read. */
@ConfigMapping(prefix = "local-files")
public interface LocalFilesConfig {

    /** Whether dataset shards and language models may be {@code file:} addresses. */
    @WithDefault("false")
    boolean allowed();
}
