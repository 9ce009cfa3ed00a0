package org.lexicographer.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tokens as an identity provider issues them (RFC 7519), and such as nobody should take. */
public final class TestTokens {

    /** For whom tokens are, unless a test says otherwise. */
    public static final String AUDIENCE = "lexicographer";

    private static final int KEY_BITS = 2048;
    private static final Duration LIFE = Duration.ofHours(1);

    private final String issuer;
    private final String keyId = "first";
    private final KeyPair keys = pair();

    TestTokens(String issuer) {
        this.issuer = issuer;
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** Returns what a good token says. */
    public Map<String, Object> claims(String user, String... roles) {
        Instant now = Instant.now();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", List.of(AUDIENCE));
        claims.put("sub", "number-of-" + user);
        claims.put("preferred_username", user);
        claims.put("groups", List.of(roles));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LIFE).getEpochSecond());
        return claims;
    }

    /** Returns a token that every service takes. */
    public String of(String user, String... roles) {
        return signed(claims(user, roles));
    }

    /** Returns a token that has expired. */
    public String expired(String user, String... roles) {
        Map<String, Object> claims = claims(user, roles);
        claims.put("iat", Instant.now().minus(LIFE.multipliedBy(2)).getEpochSecond());
        claims.put("exp", Instant.now().minus(LIFE).getEpochSecond());
        return signed(claims);
    }

    /** Returns a token that was issued for another client. */
    public String forAnother(String user, String... roles) {
        Map<String, Object> claims = claims(user, roles);
        claims.put("aud", List.of("another"));
        return signed(claims);
    }

    /** Returns a token of another provider. */
    public String byAnother(String user, String... roles) {
        Map<String, Object> claims = claims(user, roles);
        claims.put("iss", issuer + "/another");
        return signed(claims);
    }

    /** Returns a token that is signed by a key which is not the provider's. */
    public String signedByAnother(String user, String... roles) {
        return signed(claims(user, roles), pair());
    }

    /** Returns a token that says it needs no signature. */
    public String unsigned(String user, String... roles) {
        return part(Map.of("alg", "none", "typ", "JWT")) + "." + part(claims(user, roles)) + ".";
    }

    /** Returns a token of whose claims one was changed after it was signed. */
    public String changed(String user, String... roles) {
        String[] parts = of(user, "reader").split("\\.");
        return parts[0] + "." + part(claims(user, roles)) + "." + parts[2];
    }

    /** Signs claims. */
    public String signed(Map<String, Object> claims) {
        return signed(claims, keys);
    }

    private String signed(Map<String, Object> claims, KeyPair by) {
        String content =
                part(Map.of("alg", "RS256", "typ", "JWT", "kid", keyId)) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by.getPrivate());
            signature.update(content.getBytes(US_ASCII));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("not signed", e);
        }
    }

    /** Returns the provider's keys as a set that services read. */
    String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return json(
                Map.of(
                        "keys",
                        List.of(
                                Map.of(
                                        "kty",
                                        "RSA",
                                        "use",
                                        "sig",
                                        "alg",
                                        "RS256",
                                        "kid",
                                        keyId,
                                        "n",
                                        base64(unsigned(key.getModulus())),
                                        "e",
                                        base64(unsigned(key.getPublicExponent()))))));
    }

    /** The first byte of a positive number is its sign when the second needs all bits. */
    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String part(Map<String, Object> values) {
        return base64(json(values).getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Writes texts without quotes in them, numbers, lists and objects. */
    static String json(Object value) {
        return switch (value) {
            case Number number -> number.toString();
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
                            .collect(Collectors.joining(",", "{", "}"));
            case Collection<?> list ->
                    list.stream().map(TestTokens::json).collect(Collectors.joining(",", "[", "]"));
            default -> "\"" + value + "\"";
        };
    }
}
