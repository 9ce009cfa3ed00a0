package org.lexicographer.objectstore.hub;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.hub.HubDigest.Algorithm;
import org.lexicographer.objectstore.retry.RetryClock;

/**
 * A model hub: what a revision means now, which files a commit has, and what is in them. Every
 * method asks the network.
 *
 * <p>All of them throw {@link RefusedObjectStoreException} for what the hub does not have or does
 * not give, and {@link org.lexicographer.objectstore.RetryableObjectStoreException} when it does
 * not answer in time. Safe for use by several threads.
 */
public final class Hub {

    /** A page of a listing has a thousand files; each takes a few hundred bytes. */
    private static final int MOST_PAGE_BYTES = 16 << 20;

    private static final int MOST_PAGES = 1000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"next\"");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HubSettings settings;
    private final HubHttp http;

    /** Creates the hub; nothing is asked yet. */
    public Hub(HubSettings settings) {
        this(settings, RetryClock.system());
    }

    /** As {@link #Hub(HubSettings)}, with outages waited for in the time of a clock. */
    public Hub(HubSettings settings, RetryClock clock) {
        this.settings = requireNonNull(settings, "settings is null");
        this.http = new HubHttp(settings, requireNonNull(clock, "clock is null"));
    }

    /**
     * Returns the commit that a revision means: itself, or what a branch or tag means now.
     *
     * @param revision a branch, a tag or a commit
     */
    public String commit(HubRepository repository, String revision) {
        if (HubRepository.isCommit(revision)) {
            return revision;
        }
        URI uri = settings.at(repository.apiPath() + "/revision/" + encoded(revision));
        String commit = page(uri).content().path("sha").asText();
        if (!HubRepository.isCommit(commit)) {
            throw HubHttp.refused(
                    "hub names no commit: expected=40 hexadecimal digits, found=" + commit,
                    uri,
                    null);
        }
        return commit;
    }

    /**
     * Returns the files of a commit, in the order of the hub's listing; without those whose path no
     * object can have, which {@link HubTree#file} refuses when they are asked for.
     */
    public List<HubFile> files(HubRepository repository, String commit) {
        List<HubFile> files = new ArrayList<>();
        Optional<URI> next =
                Optional.of(
                        settings.at(repository.apiPath() + "/tree/" + commit + "?recursive=true"));
        for (int pages = 0; next.isPresent(); pages++) {
            URI uri = next.get();
            if (pages == MOST_PAGES) {
                throw HubHttp.refused("too many pages of files: most=" + MOST_PAGES, uri, null);
            }
            Page page = page(uri);
            for (JsonNode entry : page.content()) {
                if (entry.path("type").asText().equals("file")
                        && HubFile.fault(entry.path("path").asText()).isEmpty()) {
                    files.add(file(entry, uri));
                }
            }
            next = page.next();
        }
        return files;
    }

    private static HubFile file(JsonNode entry, URI uri) {
        JsonNode large = entry.path("lfs");
        try {
            HubDigest digest =
                    large.isObject()
                            ? new HubDigest(Algorithm.SHA_256, large.path("oid").asText())
                            : new HubDigest(Algorithm.GIT_BLOB, entry.path("oid").asText());
            long size = large.path("size").asLong(entry.path("size").asLong(-1));
            return new HubFile(entry.path("path").asText(), size, digest);
        } catch (IllegalArgumentException e) {
            throw HubHttp.refused(
                    "hub lists a file that is none: reason=%s, path=%s"
                            .formatted(e.getMessage(), entry.path("path").asText()),
                    uri,
                    e);
        }
    }

    /**
     * Opens a file of a commit; a transfer that breaks off is continued. The caller closes the
     * stream, which throws an {@link IOException} at its end when the content is not the file's.
     */
    public InputStream open(HubRepository repository, String commit, HubFile file) {
        String path =
                Arrays.stream(file.path().split("/"))
                        .map(Hub::encoded)
                        .collect(Collectors.joining("/"));
        return new HubContent(
                http,
                settings.at("%s/%s/%s".formatted(repository.filesPath(), commit, path)),
                file);
    }

    /**
     * Reads a small file of a commit into memory.
     *
     * @param mostBytes the most that it may have
     */
    public byte[] bytes(HubRepository repository, String commit, HubFile file, long mostBytes) {
        if (file.size() > mostBytes) {
            throw new RefusedObjectStoreException(
                    "file of the hub too large: most=%d bytes, found=%d, file=%s/%s"
                            .formatted(mostBytes, file.size(), repository, file.path()),
                    null);
        }
        try (InputStream content = open(repository, commit, file)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new RefusedObjectStoreException(e.getMessage(), e);
        }
    }

    private record Page(JsonNode content, Optional<URI> next) {}

    private Page page(URI uri) {
        return http.repeated(
                () -> {
                    try (HubAnswer answer = http.get(uri, 0)) {
                        byte[] json = answer.body().readNBytes(MOST_PAGE_BYTES + 1);
                        if (json.length > MOST_PAGE_BYTES) {
                            throw HubHttp.refused("answer too long", uri, null);
                        }
                        return new Page(json(json, uri), next(answer));
                    }
                });
    }

    private static JsonNode json(byte[] json, URI uri) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw HubHttp.refused("answer is no JSON: reason=" + e.getOriginalMessage(), uri, e);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes not readable", e);
        }
    }

    /** The next page is the hub's own, or the token would go elsewhere. */
    private Optional<URI> next(HubAnswer answer) {
        Optional<URI> next =
                answer.headers().allValues("Link").stream()
                        .map(NEXT::matcher)
                        .filter(Matcher::find)
                        .map(link -> HubHttp.resolved(answer.uri(), link.group(1)))
                        .findFirst();
        if (next.filter(uri -> !settings.isHub(uri)).isPresent()) {
            throw HubHttp.refused("next page is elsewhere", next.get(), null);
        }
        return next;
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
