package org.lexicographer.eval.service.page.session;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * A random text that a browser gets in a cookie and in every form. Only a page of ours can send
 * both: others can neither read the cookie nor the form.
 */
@Named("formToken")
@RequestScoped
public class FormToken {

    /** The name of the cookie, and of the field of a form. */
    public static final String NAME = "form-token";

    private static final int BYTES = 16;
    private static final String PATTERN = "[-_A-Za-z0-9]{22}";
    private static final String PATH = "/pages";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RoutingContext routing;
    private String given;

    /** Is made anew for every request. */
    @Inject
    FormToken(RoutingContext routing) {
        this.routing = routing;
    }

    /**
     * Returns what a form of the page that is answered has to send; a browser keeps what it has.
     */
    public String getValue() {
        if (given == null) {
            given = cookie().orElseGet(this::give);
        }
        return given;
    }

    private Optional<String> cookie() {
        return Optional.ofNullable(routing.request().getCookie(NAME))
                .map(Cookie::getValue)
                .filter(value -> value.matches(PATTERN));
    }

    private String give() {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        routing.response()
                .addCookie(
                        Cookie.cookie(NAME, token)
                                .setHttpOnly(true)
                                .setSameSite(CookieSameSite.STRICT)
                                .setSecure("https".equals(routing.request().scheme()))
                                .setPath(PATH));
        return token;
    }

    /** Tells whether a form sends what its browser was given. */
    boolean isSent(String field) {
        return field != null
                && cookie().filter(token -> MessageDigest.isEqual(bytes(token), bytes(field)))
                        .isPresent();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
