package org.lexicographer.eval.stage;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.inspection.DictionaryInModel;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.eval.text.ActivationRequest;
import org.lexicographer.eval.view.TextActivations;
import org.lexicographer.eval.view.TextActivations.ActiveLatent;
import org.lexicographer.eval.view.TextActivations.TokenActivations;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/**
 * Shows what a dictionary's latents do on a text that somebody brings. The text is read from its
 * first token on, in contexts of the run's length of which the last may be shorter, with nothing
 * put before it.
 */
public final class LatentsOnText {

    /** How many contexts a text may fill. */
    private static final int MOST_CONTEXTS = 64;

    private final DictionaryInModel dictionaries;

    public LatentsOnText(DictionaryInModel dictionaries) {
        this.dictionaries = requireNonNull(dictionaries, "dictionaries is null");
    }

    /**
     * Shows the latents of a text's tokens.
     *
     * @throws InvalidFieldsException when the text or the latent cannot be used
     * @throws UnusableInputException when the dictionary cannot be used with any text
     */
    public TextActivations of(DictionaryCheckpoint checkpoint, ActivationRequest request) {
        return dictionaries.use(
                checkpoint,
                use -> {
                    int[] tokens = use.tokenizer().encode(request.text().orElseThrow());
                    int contextLength = use.setting().contextLength();
                    checkLength(tokens, contextLength);
                    Reading reading =
                            new Reading(
                                    use.model(), use.dictionary(), request, use.tokenizer()::text);
                    return new TextActivations(
                            checkpoint.dictionary(),
                            checkpoint.step(),
                            use.dictionary().input(),
                            reading.of(tokens, contextLength));
                });
    }

    private static void checkLength(int[] tokens, int contextLength) {
        int most = MOST_CONTEXTS * contextLength;
        if (tokens.length > most) {
            throw new InvalidFieldsException(
                    FieldError.of(
                            "text",
                            "text too long",
                            "at most %d tokens".formatted(most),
                            tokens.length));
        }
    }

    /** The reading of one text. */
    private record Reading(
            LanguageModel model,
            SplicedDictionary dictionary,
            ActivationRequest request,
            IntFunction<String> words) {

        private Reading {
            int size = dictionary.dictionary().dictionarySize();
            request.latent()
                    .filter(latent -> latent >= size)
                    .ifPresent(
                            latent -> {
                                throw new InvalidFieldsException(
                                        FieldError.of(
                                                "latent",
                                                "no such latent",
                                                "0 to " + (size - 1),
                                                latent));
                            });
        }

        List<TokenActivations> of(int[] tokens, int contextLength) {
            List<TokenActivations> shown = new ArrayList<>();
            for (int from = 0; from < tokens.length; from += contextLength) {
                int to = Math.min(tokens.length, from + contextLength);
                shown.addAll(ofContext(Arrays.copyOfRange(tokens, from, to)));
            }
            return shown;
        }

        private List<TokenActivations> ofContext(int[] tokens) {
            try (NDManager scope = model.newScope()) {
                NDArray ids = scope.create(tokens, new Shape(1, tokens.length)); // (1, T)
                NDArray activations =
                        model.observe(ids, Set.of(dictionary.input()))
                                .get(dictionary.input()); // (1, T, D)
                NDArray rows = activations.reshape(tokens.length, -1); // (T, D)
                SparseRows active = SparseRows.of(dictionary.dictionary().encode(rows)); // (T, F)
                return IntStream.range(0, tokens.length)
                        .mapToObj(position -> token(tokens[position], position, active))
                        .toList();
            }
        }

        private TokenActivations token(int id, int position, SparseRows rows) {
            int from = rows.starts()[position];
            int to = rows.starts()[position + 1];
            List<ActiveLatent> strongest =
                    IntStream.range(from, to)
                            .mapToObj(i -> new ActiveLatent(rows.latents()[i], rows.values()[i]))
                            .filter(it -> request.latent().isEmpty() || isWanted(it))
                            .sorted(Comparator.comparing(ActiveLatent::value).reversed())
                            .limit(request.strongest().orElse(ActivationRequest.STRONGEST))
                            .toList();
            return new TokenActivations(words.apply(id), id, position, to - from, strongest);
        }

        private boolean isWanted(ActiveLatent latent) {
            return request.latent().orElseThrow() == latent.latent();
        }
    }
}
