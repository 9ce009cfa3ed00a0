package org.lexicographer.trainer.sizing;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.trainer.admission.JobNeeds;
import org.lexicographer.trainer.memory.JobNeed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What jobs need, by the formulas and the configurations of language models. */
public final class ModelNeeds implements JobNeeds {

    private static final Logger LOG = LoggerFactory.getLogger(ModelNeeds.class);

    private final Function<LanguageModelSource, ModelSites> models;
    private final int threads;

    /**
     * Reckons with a replica.
     *
     * @param models reads the sites of a model
     * @param threads that share a step
     */
    public ModelNeeds(Function<LanguageModelSource, ModelSites> models, int threads) {
        this.models = requireNonNull(models, "models is null");
        this.threads = threads;
    }

    @Override
    public Optional<Map<Site, JobNeed>> of(RunSpec spec) {
        try {
            ModelSites model = models.apply(spec.languageModel());
            JobMemory memory = new JobMemory(spec, model::width, threads);
            Map<Site, JobNeed> needs = new TreeMap<>();
            spec.sites().forEach(site -> needs.put(site, memory.need(site)));
            return Optional.of(needs);
        } catch (InvalidModelException | RefusedObjectStoreException e) {
            LOG.warn(
                    "memory not reckoned, jobs are taken without: run={}, reason={}",
                    spec.run(),
                    e.getMessage());
            return Optional.empty();
        }
    }
}
