package org.lexicographer.tokenizer.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;

/** Ready when the native tokenizers are loaded. */
@Readiness
@ApplicationScoped
public class TokenizerReadiness implements HealthCheck {

    @Override
    public HealthCheckResponse call() {
        HuggingFaceTextTokenizer.loadNatives();
        return HealthCheckResponse.up("tokenizers");
    }
}
