package org.lexicographer.trainer.service;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.trainer.admission.Admission;

/**
 * The figures of this process for an operator: how far each of its jobs is, and what it has sent.
 */
final class TrainerMetrics implements AutoCloseable {

    private static final Tags HEAP = Tags.of("area", "heap");
    private static final Tags NATIVE = Tags.of("area", "native");

    private record JobFigure(String name, Tags tags) {}

    private final MeterRegistry registry;
    private final List<Gauge> ofProcess = new CopyOnWriteArrayList<>();
    private final Map<JobFigure, AtomicLong> reached = new ConcurrentHashMap<>();
    private final Map<Tags, AtomicReference<CurvePoint>> last = new ConcurrentHashMap<>();

    TrainerMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry is null");
    }

    /**
     * Shows what this process promises to jobs and has promised, and how many jobs of the group
     * have no owner, for whoever scales it: the replica that leads the group knows, and the others
     * say 0.
     */
    void admission(Supplier<Optional<Admission>> admission) {
        gauge("lexicographer.jobs.unowned", Tags.empty(), admission, Admission::unowned);
        gauge("lexicographer.jobs.too.large", Tags.empty(), admission, Admission::tooLarge);
        gauge("trainer.jobs", Tags.empty(), admission, Admission::jobs);
        gauge("trainer.memory.budget", HEAP, admission, it -> it.budget().onHeap());
        gauge("trainer.memory.budget", NATIVE, admission, it -> it.budget().offHeap());
        gauge("trainer.memory.promised", HEAP, admission, it -> it.taken().onHeap());
        gauge("trainer.memory.promised", NATIVE, admission, it -> it.taken().offHeap());
    }

    private void gauge(
            String name,
            Tags tags,
            Supplier<Optional<Admission>> admission,
            ToDoubleFunction<Admission> figure) {
        ofProcess.add(
                Gauge.builder(name, () -> admission.get().map(figure::applyAsDouble).orElse(0.0))
                        .tags(tags)
                        .strongReference(true)
                        .register(registry));
    }

    /** Takes the process's gauges away: the registry outlives the application that they ask. */
    @Override
    public void close() {
        ofProcess.forEach(registry::remove);
        ofProcess.clear();
    }

    /** Takes a job's steps and tokens from what it says; other parts of a run count nothing. */
    void progress(RunProgress message) {
        if (message.part() instanceof TrainingProgress training) {
            Tags job = Tags.of("run", message.run(), "site", training.site().toString());
            gauge("trainer.steps", job).set(training.step());
            gauge("trainer.tokens", job).set(training.tokens());
        }
    }

    /** Takes what the last reported step of each of a site's recipes saw. */
    void reported(String run, Site site, Map<String, CurvePoint> recipes) {
        recipes.forEach(
                (name, point) -> {
                    Tags tags = Tags.of("run", run, "site", site.toString(), "recipe", name);
                    last.computeIfAbsent(tags, absent -> gauges(absent, point)).set(point);
                });
    }

    /** Forgets a job that this process works on no more: others, or nobody, have its figures. */
    void left(String run, Site site) {
        Predicate<Tags> isOfJob = tags -> isOf(tags, Tags.of("run", run, "site", site.toString()));
        registry.getMeters().stream()
                .filter(meter -> isOfJob.test(Tags.of(meter.getId().getTags())))
                .forEach(registry::remove);
        last.keySet().removeIf(isOfJob);
        reached.keySet().removeIf(gauge -> isOfJob.test(gauge.tags()));
    }

    private static boolean isOf(Tags tags, Tags job) {
        Set<Tag> all = tags.stream().collect(Collectors.toSet());
        return job.stream().allMatch(all::contains);
    }

    private AtomicReference<CurvePoint> gauges(Tags recipe, CurvePoint first) {
        AtomicReference<CurvePoint> point = new AtomicReference<>(first);
        Map<String, ToDoubleFunction<CurvePoint>> figures =
                Map.of(
                        "relative.loss", CurvePoint::relativeLoss,
                        "reconstruction", CurvePoint::reconstruction,
                        "sparsity", CurvePoint::sparsity,
                        "l0", CurvePoint::l0,
                        "dead.latents", CurvePoint::deadLatents,
                        "variance.explained", it -> it.varianceExplained().orElse(Double.NaN),
                        "learning.rate", CurvePoint::learningRate);
        figures.forEach(
                (name, figure) ->
                        registry.gauge(
                                "trainer.recipe." + name,
                                recipe,
                                point,
                                held -> figure.applyAsDouble(held.get())));
        return point;
    }

    private AtomicLong gauge(String name, Tags job) {
        return reached.computeIfAbsent(
                new JobFigure(name, job), absent -> registry.gauge(name, job, new AtomicLong()));
    }

    void announcedDictionary() {
        registry.counter("trainer.dictionaries").increment();
    }

    void rejected() {
        registry.counter("trainer.rejected").increment();
    }
}
