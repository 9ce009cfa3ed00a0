package org.lexicographer.eval.service.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.testing.EmbeddedServersResource;

/** The form that imports a dictionary. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class ImportPageServiceTest {

    private static final byte[] DICTIONARY =
            ZippedFolder.reference("standard")
                    .edited("config.json", "\"layer\": 2", "\"layer\": 1")
                    .zip();

    @Inject ObjectStore store;

    private String model;

    @BeforeEach
    void storeModel() {
        model = new StoredRun(store, "some-run").storeSpec().spec().languageModel().uri();
    }

    private static ValidatableResponse sent(Map<String, String> fields, Optional<byte[]> zip) {
        RequestSpecification form = given().accept("text/html").redirects().follow(false);
        fields.forEach(form::multiPart);
        form.multiPart("zip", zip.isPresent() ? "d.zip" : "", zip.orElse(new byte[0]));
        return form.post("/pages/import").then();
    }

    private Map<String, String> fields(String recipe) {
        return Map.of(
                "run",
                "from-a-form",
                "site",
                "layers.1.mlp.out",
                "recipe",
                recipe,
                "format",
                "",
                "languageModel",
                model,
                "revision",
                "",
                "contextLength",
                " 16 ",
                "reconstructs",
                "");
    }

    @Test
    void anImportedDictionaryIsShown() {
        String page = "/pages/dictionaries/from-a-form/layers.1.mlp.out/first";

        sent(fields("first"), Optional.of(DICTIONARY))
                .statusCode(303)
                .header("Location", endsWith(page));

        given().accept("text/html").get(page).then().statusCode(200);
    }

    @Test
    void everyWrongFieldIsNamedBesideItself() {
        String page =
                sent(
                                Map.of(
                                        "run", "<b>",
                                        "site", "layers.1",
                                        "recipe", "",
                                        "format", "onnx",
                                        "languageModel", "gpt2",
                                        "contextLength", "1",
                                        "reconstructs", "nowhere"),
                                Optional.empty())
                        .statusCode(400)
                        .body(not(containsString("<b>")))
                        .extract()
                        .asString();

        for (String field : fields("any").keySet()) {
            assertThat(page.contains("id=\"%s-error\"".formatted(field)))
                    .as(field)
                    .isEqualTo(!field.equals("revision"));
        }
        assertThat(page).contains("id=\"zip-error\"", "value=\"layers.1\"", "8 of these fields");
    }

    @Test
    void whatCannotBeStoredIsSaidBesideTheField() {
        sent(fields("twice"), Optional.of(DICTIONARY)).statusCode(303);

        sent(fields("twice"), Optional.of(DICTIONARY))
                .statusCode(409)
                .body("**.find { it.@id == 'recipe-error' }.text()", containsString("exists"));
        sent(fields("broken"), Optional.of(new byte[] {1, 2, 3}))
                .statusCode(422)
                .body("**.find { it.@id == 'zip-error' }.text()", not(equalTo("")));
    }

    @Test
    void aRunThatIsNamedStandsInTheForm() {
        given().accept("text/html")
                .get("/pages/import?run=demo")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", equalTo(PageHeaders.POLICY))
                .body(containsString("name=\"run\" value=\"demo\""));
    }
}
