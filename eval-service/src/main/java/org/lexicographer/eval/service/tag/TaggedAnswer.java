package org.lexicographer.eval.service.tag;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Answers with an entity tag. It is a digest of the answer itself, so every replica of a version
 * gives the same one, and another version that writes it otherwise gives another.
 */
public final class TaggedAnswer {

    /** 128 bits tell all answers apart that there will ever be. */
    private static final int TAG_BYTES = 16;

    /** Whoever keeps it asks each time whether it still holds; it is for this caller alone. */
    private static final String ASK_AGAIN = "private, no-cache";

    private TaggedAnswer() {}

    /** Answers with a body, or with status 304 to whoever has it already. */
    public static Response of(Request request, byte[] body, MediaType type) {
        EntityTag tag = tag(body);
        Response.ResponseBuilder decided = request.evaluatePreconditions(tag);
        return (decided == null ? Response.ok(body, type) : decided)
                .tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, ASK_AGAIN)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    private static EntityTag tag(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return new EntityTag(HexFormat.of().formatHex(digest, 0, TAG_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
