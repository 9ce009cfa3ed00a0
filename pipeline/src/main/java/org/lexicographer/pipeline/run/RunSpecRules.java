package org.lexicographer.pipeline.run;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.dataset.fields.TextTemplate;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.pipeline.run.TokenFilter.Positions;
import org.lexicographer.pipeline.schema.Rules;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/** What the fields of a run spec must fulfil together. */
final class RunSpecRules {

    private static final String MODEL = "languageModel.uri";
    private static final String STAGES = "languageModel.stages";
    private static final String SITES = "sites";
    private static final String RECIPES = "recipes";
    private static final String BUFFER = "training.bufferContexts";
    private static final String OUT_OF_RANGE = "out of range";
    private static final String TEXT = "text";
    private static final String DATE = "date";
    private static final String STOPPED = "training.earlyStop.recipes";

    /** The fields that decide how many rows a token block has, and how many are trained on. */
    private static final String[] BLOCK_ROWS = {
        "tokenBlock.contexts",
        "contextLength",
        "training.tokens.positions.from",
        "training.tokens.positions.to"
    };

    private final RunSpec spec;
    private final Rules rules;

    RunSpecRules(RunSpec spec, Rules rules) {
        this.spec = spec;
        this.rules = rules;
    }

    /** Adds an error for each rule that is broken. */
    void check() {
        checkLanguageModel();
        checkSites();
        checkStages();
        checkNames();
        checkBlock();
        checkPositions();
        checkDocuments();
        checkPacking();
        checkDatasets();
        checkTraining();
        for (int i = 0; i < spec.recipes().size(); i++) {
            Rules ofRecipe = rules.at(recipe(i));
            spec.recipes().get(i).checkIn(spec.sites(), spec.training().steps(), ofRecipe);
        }
    }

    private void checkLanguageModel() {
        rules.by(
                MODEL,
                spec.languageModel().uri(),
                uri -> {
                    if (LanguageModelSource.checkUri(uri) instanceof HubPath path
                            && !path.isPinned()) {
                        checkRevision(path.revision());
                    }
                });
    }

    /** Two revisions would be one too many: nobody could tell which is meant. */
    private void checkRevision(String ofAddress) {
        spec.languageModel()
                .revision()
                .ifPresent(
                        revision ->
                                rules.that(
                                        "languageModel.revision",
                                        revision.equals(ofAddress),
                                        "not that of the address, hf://owner/name@revision",
                                        ofAddress,
                                        revision));
    }

    private static String recipe(int index) {
        return RECIPES + "[" + index + "]";
    }

    private void checkSites() {
        Set<Site> seen = new HashSet<>();
        for (Site site : spec.sites()) {
            rules.that(SITES, seen.add(site), "repeated", "each site once", site);
        }
        for (int i = 0; i < spec.recipes().size(); i++) {
            if (!rules.sound(recipe(i) + ".sites")) {
                return;
            }
        }
        if (!spec.recipes().isEmpty() && rules.sound(SITES)) {
            for (Site site : spec.sites()) {
                boolean isTrained = !spec.recipesAt(site).isEmpty();
                rules.that(SITES, isTrained, "untrained", "a recipe at each site", site);
            }
        }
    }

    private void checkStages() {
        if (rules.sound(SITES, RECIPES)) {
            spec.languageModel().stages().ifPresent(it -> rules.by(STAGES, it, this::checkStages));
        }
    }

    private void checkStages(int stages) {
        int layers = RunStages.observedLayers(spec.observedSites());
        rules.that(
                STAGES,
                stages <= layers,
                "more stages than layers up to the last site",
                "at most " + layers,
                stages);
    }

    private void checkNames() {
        Set<String> names = new HashSet<>();
        boolean areSound = true;
        for (int i = 0; i < spec.recipes().size(); i++) {
            String name = spec.recipes().get(i).name();
            boolean isSound = rules.sound(recipe(i) + ".name");
            boolean isNew = !isSound || names.add(name);
            rules.that(RECIPES, isNew, "repeated", "each name once", name);
            areSound &= isSound;
        }
        if (areSound) {
            spec.training().earlyStop().stream()
                    .flatMap(policy -> policy.recipes().stream())
                    .forEach(
                            name ->
                                    rules.that(
                                            STOPPED,
                                            names.contains(name),
                                            "not a recipe of the run",
                                            names,
                                            name));
        }
    }

    private void checkDocuments() {
        Rules ofDocuments = rules.at("documents");
        spec.documents()
                .filter(_ -> ofDocuments.sound(TEXT, "tokens", "chat", DATE))
                .ifPresent(
                        documents -> {
                            documents
                                    .text()
                                    .ifPresent(it -> ofDocuments.by(TEXT, it, TextTemplate::new));
                            ofDocuments.that(
                                    TEXT,
                                    documents.count() == 1,
                                    "exactly one of text, tokens and chat must be there",
                                    1,
                                    documents.count());
                            documents.date().ifPresent(it -> checkDate(ofDocuments, documents, it));
                        });
    }

    private static void checkDate(Rules ofDocuments, DocumentsSpec documents, String date) {
        ofDocuments.by(DATE, date, RunSpecRules::day);
        ofDocuments.that(
                DATE,
                documents.chat().isPresent(),
                "a date for templates of chats only",
                "with chat",
                "without");
    }

    private static LocalDate day(String date) {
        try {
            return LocalDate.parse(date);
        } catch (DateTimeParseException e) {
            throw new BrokenRuleException("not a day", "such as 2026-11-27", date);
        }
    }

    private void checkPacking() {
        PackingSpec packing = spec.textRule().packing();
        Rules ofPacking = rules.at("packing");
        if (ofPacking.sound("separator", "documents")) {
            ofPacking.that(
                    "separator",
                    packing.documents() != Documents.SEPARATE
                            || packing.separator() != Separator.BOS,
                    "separates nothing where documents is separate",
                    "eos or none",
                    packing.separator().text());
        }
    }

    private void checkDatasets() {
        List<String> names = spec.datasets().map(DatasetMix::names).orElse(List.of());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String field = "datasets[%d].name".formatted(i);
            if (rules.sound(field)) {
                String name = names.get(i);
                rules.that(field, seen.add(name), "repeated", "each dataset once", name);
            }
        }
    }

    private void checkPositions() {
        Positions positions = spec.training().tokens().positions();
        Rules ofPositions = rules.at("training.tokens.positions");
        if (rules.sound("contextLength")) {
            ofPositions.that(
                    "from",
                    positions.from() < spec.contextLength(),
                    OUT_OF_RANGE,
                    "below contextLength=" + spec.contextLength(),
                    positions.from());
            ofPositions.that(
                    "to",
                    positions.to() <= spec.contextLength(),
                    OUT_OF_RANGE,
                    "at most contextLength=" + spec.contextLength(),
                    positions.to());
        }
        if (ofPositions.sound("from", "to")) {
            ofPositions.that(
                    "to",
                    positions.to() > positions.from(),
                    "no position left",
                    "above from=" + positions.from(),
                    positions.to());
        }
    }

    private void checkTraining() {
        TrainingSpec training = spec.training();
        if (rules.sound("training.steps")) {
            for (int i = 0; i < training.keepCheckpoints().size(); i++) {
                long step = training.keepCheckpoints().get(i);
                rules.that(
                        "training.keepCheckpoints[" + i + "]",
                        step <= training.steps(),
                        OUT_OF_RANGE,
                        "at most steps=" + training.steps(),
                        step);
            }
        }
        boolean areRowsSound = rules.sound(BLOCK_ROWS) && training.tokens().positions().count() > 0;
        if (areRowsSound && rules.sound(BUFFER, "training.batchSize")) {
            long least = 2L * Math.max(training.batchSize(), spec.trainedBlockRows());
            rules.that(
                    BUFFER,
                    spec.bufferRows() >= least,
                    "buffer too small, half of it must hold a batch and a token block",
                    "at least %d rows".formatted(least),
                    "%d rows".formatted(spec.bufferRows()));
        }
    }

    private void checkBlock() {
        if (rules.sound("tokenBlock.contexts", "contextLength")) {
            long rows = (long) spec.tokenBlock().contexts() * spec.contextLength();
            rules.that(
                    "tokenBlock.contexts",
                    rows <= RunSpec.MAX_BLOCK_ROWS,
                    "token block too large",
                    "contexts * contextLength at most " + RunSpec.MAX_BLOCK_ROWS,
                    rows);
        }
    }
}
