package org.lexicographer.runtime.access;

import static java.util.Objects.requireNonNull;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Somebody shows a key, which may be one of ours. */
final class ApiKeyRequest extends BaseAuthenticationRequest {

    private final String key;

    ApiKeyRequest(String key) {
        this.key = requireNonNull(key, "key is null");
    }

    String key() {
        return key;
    }
}
