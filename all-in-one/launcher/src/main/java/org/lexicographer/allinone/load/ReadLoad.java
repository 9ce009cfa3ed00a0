package org.lexicographer.allinone.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.lexicographer.allinone.client.RestClient;

/** Asks an eval-service for what it knows of its dictionaries, in turn. */
public final class ReadLoad {

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final RestClient rest = new RestClient();
    private final String url;
    private final Optional<String> run;

    /**
     * Prepares to ask.
     *
     * @param url the root of eval-service's REST interface, ending in a slash
     * @param run whose dictionaries to ask about; empty for all there are
     */
    public ReadLoad(String url, Optional<String> run) {
        this.url = url;
        this.run = run;
    }

    /**
     * Requests that are sent in turn.
     *
     * @param requests each of them
     * @param status what each is to be answered with
     */
    public record Turn(List<HttpRequest> requests, int status) {

        public Turn {
            requests = List.copyOf(requests);
            if (requests.isEmpty()) {
                throw new IllegalStateException("nothing to ask for: no dictionary has it yet");
            }
        }

        /** Sends them until there are to be no more. */
        Answered send(HttpLoad load, int connections, BooleanSupplier more) {
            AtomicLong next = new AtomicLong();
            return load.send(
                    connections,
                    status,
                    () ->
                            more.getAsBoolean()
                                    ? Optional.of(nth(next.getAndIncrement()))
                                    : Optional.empty());
        }

        /** Sends so many of them. */
        public Answered send(HttpLoad load, int connections, long count) {
            AtomicLong left = new AtomicLong(count);
            return send(load, connections, () -> left.getAndDecrement() > 0);
        }

        private HttpRequest.Builder nth(long number) {
            HttpRequest request = requests.get((int) (number % requests.size()));
            return HttpRequest.newBuilder(request, (name, value) -> true);
        }
    }

    /** Returns requests for how much of the model's loss each dictionary recovers. */
    public Turn evaluations() {
        return new Turn(
                addresses().stream().map(address -> get(address, request -> request)).toList(), OK);
    }

    /** Returns the same requests as of callers who have the answers. */
    public Turn known() {
        return new Turn(
                addresses().stream()
                        .map(
                                address ->
                                        get(
                                                address,
                                                it -> it.header("If-None-Match", tag(address))))
                        .toList(),
                NOT_MODIFIED);
    }

    private String tag(String address) {
        return rest.header(address, "ETag")
                .orElseThrow(() -> new IllegalStateException("no entity tag: answer=" + address));
    }

    /** Returns requests for the pages of all latents of each dictionary. */
    public Turn pages() {
        List<HttpRequest> pages = new ArrayList<>();
        for (String dictionary : dictionaries()) {
            String latents = "dictionaries/%s/latents".formatted(dictionary);
            int count = rest.get(url + latents).map(page -> page.path("latents").asInt()).orElse(0);
            for (int latent = 0; latent < count; latent++) {
                String page = "%spages/%s/%d".formatted(url, latents, latent);
                pages.add(get(page, request -> request.header("Accept", "text/html")));
            }
        }
        return new Turn(pages, OK);
    }

    /** Tells whether each dictionary has what is asked for here. */
    public boolean isAllThere() {
        List<String> dictionaries = dictionaries();
        return !dictionaries.isEmpty()
                && addresses().size() == dictionaries.size()
                && dictionaries.stream()
                        .allMatch(
                                id ->
                                        rest.get(url + "dictionaries/" + id + "/latents")
                                                .isPresent());
    }

    private List<String> addresses() {
        return dictionaries().stream()
                .map(dictionary -> url + "dictionaries/" + dictionary + "/loss-recovered")
                .filter(address -> rest.get(address).isPresent())
                .toList();
    }

    private List<String> dictionaries() {
        List<String> names = new ArrayList<>();
        String address = url + "dictionaries" + run.map(name -> "?run=" + name).orElse("");
        for (JsonNode listed : rest.get(address).orElseThrow()) {
            names.add(listed.path("dictionary").asText());
        }
        return names;
    }

    private static HttpRequest get(String address, UnaryOperator<HttpRequest.Builder> more) {
        return more.apply(HttpRequest.newBuilder(URI.create(address)).GET()).build();
    }
}
