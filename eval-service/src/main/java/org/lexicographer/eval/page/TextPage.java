package org.lexicographer.eval.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lexicographer.eval.page.chart.Numbers;
import org.lexicographer.eval.page.latent.ShownToken;
import org.lexicographer.eval.view.TextActivations;
import org.lexicographer.eval.view.TextActivations.ActiveLatent;
import org.lexicographer.eval.view.TextActivations.TokenActivations;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;

/**
 * What a dictionary's latents do on a text that somebody brings.
 *
 * @param id the dictionary
 * @param form what was asked
 * @param errors what is wrong with it
 * @param tokens the text's tokens; empty when nothing was asked yet or it could not be answered
 */
public record TextPage(DictionaryId id, Form form, List<FieldError> errors, List<Token> tokens) {

    /**
     * What was asked.
     *
     * @param text the text
     * @param latent the only latent to be shown, as it was typed; empty for all
     */
    public record Form(String text, String latent) {}

    /**
     * A token and what is active on it.
     *
     * @param shown how it looks, coloured by its strongest latent
     * @param number its place in the text, from 0
     * @param position its place in its context
     * @param active how many latents are active on it
     * @param latents the strongest of them, the strongest first
     */
    public record Token(
            ShownToken shown, int number, int position, int active, List<ActiveLatent> latents) {

        public Token {
            latents = List.copyOf(latents);
        }

        /** Returns in words what its colour says. */
        public String description() {
            return latents.isEmpty()
                    ? "no latent"
                    : latents.stream()
                            .map(it -> "latent %d: %s".formatted(it.latent(), figure(it)))
                            .collect(Collectors.joining(", "));
        }

        private static String figure(ActiveLatent latent) {
            return Numbers.figure(latent.value());
        }
    }

    public TextPage {
        errors = List.copyOf(errors);
        tokens = List.copyOf(tokens);
    }

    /**
     * Returns the page before a text was given.
     *
     * @param latent the only latent to be shown; empty for all
     */
    public static TextPage empty(DictionaryId id, String latent) {
        return new TextPage(id, new Form("", latent), List.of(), List.of());
    }

    /** Returns the page that says what is wrong with what was asked. */
    public static TextPage wrong(DictionaryId id, Form form, List<FieldError> errors) {
        return new TextPage(id, form, errors, List.of());
    }

    /** Returns the page with the answer. */
    public static TextPage of(DictionaryId id, Form form, TextActivations activations) {
        double most =
                activations.tokens().stream().mapToDouble(TextPage::strongest).max().orElse(0);
        List<Token> tokens = new ArrayList<>();
        for (TokenActivations token : activations.tokens()) {
            tokens.add(
                    new Token(
                            ShownToken.of(token.text(), strongest(token), most),
                            tokens.size(),
                            token.position(),
                            token.active(),
                            token.latents()));
        }
        return new TextPage(id, form, List.of(), tokens);
    }

    private static double strongest(TokenActivations token) {
        return token.latents().stream().mapToDouble(ActiveLatent::value).max().orElse(0);
    }

    /** Returns what is wrong with a field, if anything is. */
    public Optional<String> error(String field) {
        return FieldError.messageOf(field, errors);
    }
}
