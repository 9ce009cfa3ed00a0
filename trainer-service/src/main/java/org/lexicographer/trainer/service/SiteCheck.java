package org.lexicographer.trainer.service;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that the language model of a submitted run has the sites that the run names. */
final class SiteCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SiteCheck.class);

    private final ObjectStore objects;
    private final boolean localFilesAllowed;
    private final HubSources hub;

    /**
     * Creates the check.
     *
     * @param objects any bucket of the store
     * @param localFilesAllowed whether {@code file:} addresses may be read
     * @param hub where models of a hub are looked at
     */
    SiteCheck(ObjectStore objects, boolean localFilesAllowed, HubSources hub) {
        this.objects = requireNonNull(objects, "objects is null");
        this.localFilesAllowed = localFilesAllowed;
        this.hub = requireNonNull(hub, "hub is null");
    }

    /** Returns where models of a hub are looked at. */
    HubSources hub() {
        return hub;
    }

    /**
     * Checks the sites where the model's configuration can be read. Where it cannot, a model of the
     * store may still be on its way; the services that run it say what is wrong with it. A commit
     * of the hub is there or not, and files of this machine are allowed or not.
     *
     * @throws InvalidFieldsException naming every site that the model lacks, with the reason, or
     *     why the hub does not give the model, or that files of this machine are not read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    void check(RunSpec spec) {
        Optional<ModelSites> model = sites(spec.languageModel());
        List<FieldError> errors = model.map(it -> errors(spec, it)).orElse(List.of());
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
    }

    private Optional<ModelSites> sites(LanguageModelSource source) {
        String uri = source.uri();
        try {
            return Optional.of(read(source));
        } catch (InvalidModelException | RefusedObjectStoreException e) {
            if (isFinal(source)) {
                throw new InvalidFieldsException(
                        FieldError.of(
                                "languageModel.uri",
                                "language model not readable: reason=" + e.getMessage()));
            }
            LOG.info("sites not checked: uri={}, reason={}", uri, e.getMessage());
            return Optional.empty();
        }
    }

    /** Tells whether what cannot be read now cannot be read later, nor by another service. */
    private boolean isFinal(LanguageModelSource source) {
        return switch (LanguageModelSource.checkUri(source.uri())) {
            case HubPath commit -> true;
            case LocalFile folder -> !localFilesAllowed;
            case StoredObject prefix -> false;
        };
    }

    /**
     * Returns the sites of a model.
     *
     * @throws InvalidModelException when its configuration is not there, or not that of a known
     *     family
     * @throws RefusedObjectStoreException when it may not be read
     */
    ModelSites read(LanguageModelSource source) {
        return ModelSites.read(ModelFiles.of(source.uri(), objects, localFilesAllowed, hub));
    }

    private static List<FieldError> errors(RunSpec spec, ModelSites model) {
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < spec.sites().size(); i++) {
            error("sites[" + i + "]", spec.sites().get(i), model).ifPresent(errors::add);
        }
        for (int i = 0; i < spec.recipes().size(); i++) {
            String field = "recipes[" + i + "].reconstructs";
            for (Site target : otherTargets(spec, spec.recipes().get(i))) {
                error(field, target, model).ifPresent(errors::add);
            }
        }
        return errors;
    }

    private static TreeSet<Site> otherTargets(RunSpec spec, RecipeSpec recipe) {
        TreeSet<Site> targets = new TreeSet<>();
        spec.sites().stream().filter(recipe::appliesTo).map(recipe::target).forEach(targets::add);
        spec.sites().forEach(targets::remove);
        return targets;
    }

    private static Optional<FieldError> error(String field, Site site, ModelSites model) {
        return model.lack(site)
                .map(
                        lack ->
                                FieldError.of(
                                        field, "no such site in the model: " + lack, null, site));
    }
}
