package org.lexicographer.eval.stage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.text.TextContexts;
import org.lexicographer.eval.text.TextFiles;
import org.lexicographer.eval.text.TextRequest;
import org.lexicographer.languagemodel.VocabularySize;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.TokenizedDocument;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/** Evaluates dictionaries on text that users bring. */
public final class TextEvaluations {

    private static final int DERIVED_NAME_BYTES = 8;

    private final EvaluationStage stage;
    private final ModelFolders folders;
    private final TextFiles files;
    private final EvaluationOutput output;
    private final int maxContexts;

    /**
     * Creates the service.
     *
     * @param maxContexts the most contexts that a text may fill
     */
    public TextEvaluations(
            EvaluationStage stage,
            ModelFolders folders,
            TextFiles files,
            EvaluationOutput output,
            int maxContexts) {
        this.stage = stage;
        this.folders = folders;
        this.files = files;
        this.output = output;
        this.maxContexts = maxContexts;
    }

    /**
     * Evaluates a checkpoint on a text; stores and announces the evaluation. An earlier one of the
     * same name is replaced.
     *
     * @throws InvalidFieldsException when the text cannot be used
     * @throws UnusableInputException when the dictionary cannot be evaluated on any text
     */
    public Evaluation evaluate(DictionaryCheckpoint checkpoint, TextRequest request) {
        NamedText text = text(checkpoint, request);
        Evaluation evaluation =
                stage.evaluate(
                        checkpoint, text.name(), text.traced().contexts(), EvaluationProgress.NONE);
        output.evaluation(evaluation);
        return evaluation;
    }

    /**
     * A text that a user brings.
     *
     * @param name what it is called
     * @param traced its full contexts
     */
    record NamedText(String name, TracedContexts traced) {}

    /**
     * Reads a text as the dictionary's model takes it.
     *
     * @throws InvalidFieldsException when it cannot be used
     */
    NamedText text(DictionaryCheckpoint checkpoint, TextRequest request) {
        EvaluationSetting setting = stage.setting(checkpoint);
        String field = request.text().isPresent() ? "text" : "uri";
        List<? extends Document> documents = documents(checkpoint, request, setting);
        TracedContexts traced = contexts(documents, request.uri(), setting, field);
        return new NamedText(request.name().orElseGet(() -> derivedName(documents)), traced);
    }

    private List<? extends Document> documents(
            DictionaryCheckpoint checkpoint, TextRequest request, EvaluationSetting setting) {
        if (request.text().isPresent()) {
            return DocumentReader.parts(request.text().get());
        }
        ModelFiles model = folders.find(setting.languageModel()).files();
        DocumentContent content =
                setting.text()
                        .content(
                                () -> VocabularySize.read(model),
                                () -> files.templates().find(checkpoint.dictionary().run(), model));
        return files.documents(request.uri().orElseThrow(), content);
    }

    private TracedContexts contexts(
            List<? extends Document> documents,
            Optional<String> uri,
            EvaluationSetting setting,
            String field) {
        ModelFolder folder = folders.find(setting.languageModel());
        try (Tokenizer tokenizer = HuggingFaceTextTokenizer.load(folder.files())) {
            TextContexts text =
                    TextContexts.pack(tokenizer, documents, uri, packing(setting, tokenizer));
            Contexts contexts = text.traced().contexts();
            if (contexts.count() == 0) {
                throw new InvalidFieldsException(
                        FieldError.of(
                                field,
                                "text too short",
                                "at least %d tokens".formatted(setting.contextLength()),
                                text.tokens()));
            }
            if (contexts.count() > maxContexts) {
                throw new InvalidFieldsException(
                        FieldError.of(
                                field,
                                "text too long",
                                "at most %d contexts".formatted(maxContexts),
                                contexts.count()));
            }
            return text.traced();
        }
    }

    private static Packing packing(EvaluationSetting setting, Tokenizer tokenizer) {
        return Packing.of(setting.text().packing(), setting.contextLength(), tokenizer);
    }

    private static String derivedName(List<? extends Document> documents) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Document document : documents) {
                sha.update(bytes(document));
                sha.update((document.last() ? "\0" : "").getBytes(StandardCharsets.UTF_8));
            }
            return "text-" + HexFormat.of().formatHex(sha.digest(), 0, DERIVED_NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] bytes(Document document) {
        return switch (document) {
            case DocumentPart part -> part.text().getBytes(StandardCharsets.UTF_8);
            case TokenizedDocument tokenized ->
                    Arrays.toString(tokenized.tokens()).getBytes(StandardCharsets.UTF_8);
        };
    }
}
