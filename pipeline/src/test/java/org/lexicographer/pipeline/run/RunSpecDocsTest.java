package org.lexicographer.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeType;

/**
 * The pages about run specs say what the schema says. Each table of theirs follows a comment {@code
 * <!-- fields of NAME -->}; run this test with {@code -Dlexicographer.docs=write} to write them
 * anew.
 */
class RunSpecDocsTest {

    private static final Path DOCS = Path.of("..", "docs");

    private final FieldTables tables = new FieldTables(RunSpec.schema().toTree());

    @Test
    void theRunSpecsPageHasEveryField() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("run", tables.ofRun());
        expected.put("dataset", tables.ofPart("dataset"));
        expected.put("training", tables.ofPart("training", "tokens", "divergence", "earlyStop"));
        for (String part : List.of("tokens", "divergence", "earlyStop")) {
            expected.put(part, tables.ofPart(part));
        }
        check(DOCS.resolve("run-spec.md"), expected);
    }

    @Test
    void theRecipesPageHasEveryFieldOfEveryType() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("recipe", tables.ofPart("basics"));
        RecipeSpec.types().forEach(type -> expected.put(type.name(), tables.ofType(type.name())));
        check(DOCS.resolve("recipes.md"), expected);
    }

    @Test
    void everyTypeOfRecipeHasItsPartOfTheSchemaAndItsRow() throws IOException {
        String page = Files.readString(DOCS.resolve("recipes.md"));
        List<RecipeType> types = RecipeSpec.types();

        assertThat(types)
                .extracting(type -> (Object) type.spec())
                .containsExactlyInAnyOrder((Object[]) RecipeSpec.class.getPermittedSubclasses());
        for (RecipeType type : types) {
            String part = "/$defs/" + type.name() + "/properties/type/const";
            assertThat(RunSpec.schema().toTree().at(part).asText()).isEqualTo(type.name());
            assertThat(page).contains("\n| `" + type.name() + "` |");
        }
        assertThat(RunSpec.schema().toTree().at("/$defs/recipe/properties/type/enum"))
                .extracting(name -> name.asText())
                .containsExactlyElementsOf(types.stream().map(RecipeType::name).toList());
        assertThat(RunSpec.schema().toTree().at("/$defs/recipe/allOf")).hasSameSizeAs(types);
    }

    private static void check(Path page, Map<String, String> expected) throws IOException {
        String text = Files.readString(page);
        for (Map.Entry<String, String> table : expected.entrySet()) {
            String mark = "<!-- fields of %s -->\n".formatted(table.getKey());
            assertThat(text).as("page=%s", page).contains(mark);
            int start = text.indexOf(mark) + mark.length();
            int end = text.indexOf("\n\n", start) < 0 ? text.length() : text.indexOf("\n\n", start);
            String found = text.substring(start, Math.min(text.length(), end + 1));
            if (System.getProperty("lexicographer.docs", "").equals("write")) {
                text = text.substring(0, start) + table.getValue() + text.substring(end + 1);
                Files.writeString(page, text);
            } else {
                assertThat(found).as("page=%s, table=%s", page, mark).isEqualTo(table.getValue());
            }
        }
        assertThat(Stream.of(text.split("<!-- fields of ", -1)).count())
                .as("tables of page=%s", page)
                .isEqualTo(expected.size() + 1L);
    }
}
