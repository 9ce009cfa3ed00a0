package org.lexicographer.eval.service.latent;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.eval.neuronpedia.NeuronpediaFormat;
import org.lexicographer.eval.neuronpedia.NeuronpediaNames;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;

/** The query of an export of latents. */
public class LatentExportParameters {

    @QueryParam("format")
    @Parameter(required = true)
    @Schema(
            type = SchemaType.STRING,
            enumeration = {"neuronpedia-upload", "neuronpedia-batch"})
    Optional<String> format;

    @QueryParam("model")
    @Parameter(
            description =
                    "what the language model is called on Neuronpedia; the name of its folder when"
                            + " it is missing")
    Optional<String> model;

    @QueryParam("set")
    @Parameter(
            description =
                    "what the source set is called, without the layer; site, run and recipe when it"
                            + " is missing")
    Optional<String> set;

    /**
     * Returns the format.
     *
     * @throws InvalidFieldsException naming those there are when it is none of them
     */
    NeuronpediaFormat format() {
        String text = format.orElse("none");
        new Checks().by("format", text, NeuronpediaFormat::parse).end();
        return NeuronpediaFormat.parse(text);
    }

    /**
     * Returns the names.
     *
     * @param modelUri is asked for the language model's folder where the query does not name it
     * @throws InvalidFieldsException naming each that Neuronpedia refuses
     */
    NeuronpediaNames names(DictionaryId dictionary, Supplier<String> modelUri) {
        return new NeuronpediaNames(
                model.orElseGet(() -> NeuronpediaNames.modelAt(modelUri.get())),
                dictionary.site().layer(),
                set.orElseGet(() -> NeuronpediaNames.setOf(dictionary)));
    }
}
