package org.lexicographer.benchmark.profile;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long trainers have waited for activation blocks after their first filling, as their meters
 * say: looked at while they work, as the meters of a job leave with it.
 */
public final class TrainerWaiting {

    private static final Pattern METER =
            Pattern.compile(
                    "lexicographer_dictionaries_(waiting|training)_seconds_total\\{(.*)} (\\S+)");

    private final Map<String, Double> waiting = new HashMap<>();
    private final Map<String, Double> training = new HashMap<>();

    /** Looks at the meters of a trainer-service; what cannot be read now was read before. */
    public void look(String service) {
        try (InputStream page = URI.create(service + "q/metrics").toURL().openStream()) {
            take(new String(page.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException atTheNextLook) {
            return;
        }
    }

    void take(String page) {
        Matcher meter = METER.matcher(page);
        while (meter.find()) {
            Map<String, Double> seconds = meter.group(1).equals("waiting") ? waiting : training;
            seconds.put(meter.group(2), Double.parseDouble(meter.group(3)));
        }
    }

    /**
     * Returns the share of their time that the jobs have waited, together; NaN if none was seen.
     */
    public double share() {
        double all = sum(training);
        return all == 0 ? Double.NaN : sum(waiting) / all;
    }

    private static double sum(Map<String, Double> seconds) {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
