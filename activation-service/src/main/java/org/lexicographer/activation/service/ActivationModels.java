package org.lexicographer.activation.service;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.lexicographer.activation.model.DjlModel;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.ModelPart;
import org.lexicographer.languagemodel.folder.CacheLimit;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.service.LocalFilesConfig;
import org.lexicographer.objectstore.service.Patient;
import org.lexicographer.pipeline.run.LayerSpan;
import org.lexicographer.runtime.LanguageModelConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this replica finds language models, and how it loads them. */
@ApplicationScoped
class ActivationModels {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationModels.class);

    private final ObjectStore store;
    private final ActivationConfig config;
    private final LocalFilesConfig localFiles;
    private final HubStore hub;
    private final LanguageModelConfig languageModel;

    ActivationModels(
            @Patient ObjectStore store,
            ActivationConfig config,
            LocalFilesConfig localFiles,
            HubStore hub,
            LanguageModelConfig languageModel) {
        this.store = store;
        this.config = config;
        this.localFiles = localFiles;
        this.hub = hub;
        this.languageModel = languageModel;
    }

    /** Returns an empty set of models, each of which is closed when its last user has left. */
    LanguageModels<LoadedModel> open() {
        ModelDevices devices =
                ModelDevices.named(config.device(), languageModel.memory().asLongValue());
        ModelFolders folders =
                new ModelFolders(
                        store,
                        config.modelFolder(),
                        localFiles.allowed(),
                        new HubSources(hub),
                        new CacheLimit(
                                languageModel.cacheSize().map(MemorySize::asLongValue),
                                InstantSource.system()));
        folders.removeLeftovers();
        return new LanguageModels<>(
                folders::find,
                new LanguageModels.Loading<>(
                        (folder, part) -> load(folder, devices, part), LoadedModel::close),
                Duration.ZERO,
                InstantSource.system());
    }

    private static LoadedModel load(ModelFolder folder, ModelDevices devices, ModelPart part) {
        LOG.info(
                "language model is loaded: folder={}, devices={}, computeType={}, part={}",
                folder.path(),
                devices,
                part.type().text(),
                part.span().map(LayerSpan::toString).orElse("whole"));
        return DjlModel.load(folder, devices, part.type(), part.span());
    }
}
