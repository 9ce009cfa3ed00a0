package org.lexicographer.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceReplica;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Adds and removes replicas as {@code k8s/components/scaling} has KEDA do it: by the same meters
 * and the same rules, one at a time, between none or one activation-service and at most two
 * trainer-services. A replica leaves after it was wanted at no look of ten in a row, for which a
 * cluster waits minutes.
 */
final class FollowedMeters {

    private static final int MOST = 2;
    private static final int LOOKS_BEFORE_IT_LEAVES = 10;

    private static final Path SCALED =
            Path.of(System.getProperty(Demo.HOME))
                    .resolve("k8s/components/scaling/activation-service.yaml");

    /** Token blocks of so many bytes are work for one activation-service. */
    private final double bytesEach = threshold();

    private final HttpClient http = HttpClient.newHttpClient();
    private final KillableSystem system;
    private final Map<String, String> trainer;
    private final List<String> changes = new ArrayList<>();
    private final Map<Service, Integer> unwanted = new EnumMap<>(Service.class);
    private Optional<RunSpec> leavesFirst = Optional.empty();

    /**
     * Follows the meters of a system.
     *
     * @param trainer what a trainer-service that is added is told
     */
    FollowedMeters(KillableSystem system, Map<String, String> trainer) {
        this.system = system;
        this.trainer = trainer;
    }

    private static double threshold() {
        try {
            Matcher threshold =
                    Pattern.compile("threshold: \"(\\d+)\"").matcher(Files.readString(SCALED));
            if (!threshold.find()) {
                throw new IllegalStateException("no threshold: file=" + SCALED);
            }
            return Double.parseDouble(threshold.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the trainer-service by one that is told what all that are added are. */
    void replaceTrainer() {
        ServiceReplica first = replicas(Service.TRAINER).getFirst();
        add(Service.TRAINER);
        leave(first);
    }

    /** Has the trainer-service leave first that has the job of a run. */
    void leavesFirst(RunSpec run) {
        leavesFirst = Optional.of(run);
    }

    /** Returns what was added and removed. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    int count(Service service) {
        return replicas(service).size();
    }

    /** Tells whether a trainer-service has taken steps for each of the runs. */
    boolean areAtWork(RunSpec... runs) {
        return Stream.of(runs).allMatch(run -> ownerOf(run).isPresent());
    }

    private Optional<ServiceReplica> ownerOf(RunSpec run) {
        String job = "lexicographer_dictionaries_step{run=\"" + run.run() + "\"";
        return replicas(Service.TRAINER).stream()
                .filter(replica -> meters(replica).contains(job))
                .findFirst();
    }

    /** Follows the meters until a condition holds. */
    void followUntil(String what, BooleanSupplier condition) {
        system.await(
                what,
                () -> {
                    follow(Service.ACTIVATION, extractorsWanted());
                    follow(Service.TRAINER, trainersWanted());
                    return condition.getAsBoolean();
                });
    }

    private int extractorsWanted() {
        Map<String, Double> lag =
                figures("lexicographer_extraction_lag_bytes")
                        .collect(Collectors.toMap(Figure::labels, Figure::value, Math::max));
        double bytes = lag.values().stream().mapToDouble(it -> it).sum();
        return (int) Math.min(1, Math.ceil(bytes / bytesEach));
    }

    private int trainersWanted() {
        List<Figure> owned = figures("lexicographer_jobs_owned").toList();
        int busy = (int) owned.stream().filter(jobs -> jobs.value() > 0).count();
        boolean more =
                largest("lexicographer_jobs_unowned") > largest("lexicographer_jobs_too_large");
        return Math.clamp(more ? owned.size() + 1 : busy, 1, MOST);
    }

    private double largest(String meter) {
        return figures(meter).mapToDouble(Figure::value).max().orElse(0);
    }

    /** What a replica says of a meter. */
    private record Figure(String labels, double value) {}

    private Stream<Figure> figures(String meter) {
        Pattern line = Pattern.compile("(?m)^" + meter + "(\\{[^}]*\\})? (\\S+)$");
        return replicas(Service.TRAINER).stream()
                .map(this::meters)
                .map(line::matcher)
                .flatMap(Matcher::results)
                .map(it -> new Figure(it.group(1) + "", Double.parseDouble(it.group(2))));
    }

    private void follow(Service service, int wanted) {
        int present = count(service);
        if (present <= wanted) {
            unwanted.remove(service);
        }
        if (present < wanted) {
            add(service);
            changes.add("+ " + service.folder());
        } else if (present > wanted
                && unwanted.merge(service, 1, Integer::sum) == LOOKS_BEFORE_IT_LEAVES) {
            unwanted.remove(service);
            ServiceReplica leaving = leaving(service);
            boolean hasJob = leavesFirst.flatMap(this::ownerOf).filter(leaving::equals).isPresent();
            leave(leaving);
            String of = hasJob ? " of " + leavesFirst.orElseThrow().run() : "";
            changes.add("- " + service.folder() + of);
            if (hasJob) {
                system.await("the job to go on", () -> areAtWork(leavesFirst.orElseThrow()));
            }
        }
    }

    private ServiceReplica leaving(Service service) {
        return leavesFirst
                .filter(run -> service == Service.TRAINER)
                .flatMap(this::ownerOf)
                .orElseGet(() -> replicas(service).getLast());
    }

    private void add(Service service) {
        system.add(service, service == Service.TRAINER ? trainer : Map.of());
        system.awaitReady();
    }

    private void leave(ServiceReplica replica) {
        system.remove(replica.name()).requestStop();
        replica.awaitStop();
    }

    private List<ServiceReplica> replicas(Service service) {
        return system.processes().stream()
                .filter(ServiceReplica.class::isInstance)
                .map(ServiceReplica.class::cast)
                .filter(replica -> replica.service() == service)
                .toList();
    }

    private String meters(ServiceReplica replica) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(replica.url() + "q/metrics"))
                        .header("Accept", "text/plain")
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
