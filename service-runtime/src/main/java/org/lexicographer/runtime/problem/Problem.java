package org.lexicographer.runtime.problem;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * What went wrong with a request: <a href="https://www.rfc-editor.org/rfc/rfc9457">problem
 * details</a>, the body of every error answer of every service.
 *
 * @param type names the kind of problem; {@code about:blank} where the status says all
 * @param title the kind of problem in words
 * @param status the HTTP status of the answer
 * @param detail what was expected and what was found, this time
 * @param instance the path that was asked
 * @param errors every wrong field of the request; absent when no single field is wrong
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        Optional<String> instance,
        List<FieldError> errors) {

    /** The media type of the answers. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The type of a problem whose {@code errors} name the fields that are wrong. */
    public static final String INVALID_FIELDS = "urn:lexicographer:problem:invalid-fields";

    /** How soon whoever met an outage may ask again, in seconds. */
    static final int RETRY_AFTER = 5;

    private static final String BLANK = "about:blank";
    private static final int UNPROCESSABLE = 422;

    public Problem {
        requireNonNull(type, "type is null");
        requireNonNull(title, "title is null");
        requireNonNull(detail, "detail is null");
        requireNonNull(instance, "instance is null");
        // As JSON, a problem of no single field has none.
        errors = errors == null ? List.of() : List.copyOf(errors);
    }

    /** Returns a problem that its status names, with what was expected and found. */
    public static Problem of(int status, String detail) {
        return new Problem(BLANK, title(status), status, detail, Optional.empty(), List.of());
    }

    /** Returns the problem of a request with wrong fields. */
    public static Problem of(int status, List<FieldError> errors) {
        String detail =
                errors.size() == 1 ? "1 field is wrong" : errors.size() + " fields are wrong";
        return new Problem(
                INVALID_FIELDS, "Invalid fields", status, detail, Optional.empty(), errors);
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        if (status == UNPROCESSABLE) {
            return "Unprocessable Content";
        }
        return known == null ? "Status " + status : known.getReasonPhrase();
    }

    /** Returns the same problem, met at that path. */
    public Problem at(String path) {
        return new Problem(type, title, status, detail, Optional.of(path), errors);
    }

    /** Returns the answer; an outage says when to ask again. */
    public Response response() {
        Response.ResponseBuilder answer =
                Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(json());
        if (status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            answer.header("Retry-After", RETRY_AFTER);
        }
        return answer.build();
    }

    /** Sends the answer before REST is asked, and has the connection closed after it. */
    Future<Void> send(HttpServerResponse response) {
        return response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(json());
    }

    /**
     * Reads a problem from an answer.
     *
     * @throws InvalidFieldsException when it is none
     */
    public static Problem read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Problem.class);
    }

    String json() {
        return new String(Json.write(this), StandardCharsets.UTF_8);
    }
}
