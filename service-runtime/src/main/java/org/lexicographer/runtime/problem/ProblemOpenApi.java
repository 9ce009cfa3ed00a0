package org.lexicographer.runtime.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** Describes the {@link Problem} that every operation of a service may answer with. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ProblemOpenApi implements OASFilter {

    private static final String PROBLEM = "Problem";
    private static final String FIELD_ERROR = "FieldError";
    private static final String REFUSED = "4XX";
    private static final String OUTAGE = "503";

    @Override
    public void filterOpenAPI(OpenAPI description) {
        if (description.getComponents() == null) {
            description.setComponents(OASFactory.createComponents());
        }
        Components components = description.getComponents();
        components.addSchema(PROBLEM, problem());
        components.addSchema(FIELD_ERROR, fieldError());
        description
                .getPaths()
                .getPathItems()
                .values()
                .forEach(path -> path.getOperations().values().forEach(ProblemOpenApi::describe));
    }

    private static void describe(Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        APIResponses responses = operation.getResponses();
        if (!responses.hasAPIResponse(REFUSED)) {
            responses.addAPIResponse(
                    REFUSED, OASFactory.createAPIResponse().description("the request is refused"));
        }
        if (!responses.hasAPIResponse(OUTAGE)) {
            responses.addAPIResponse(
                    OUTAGE,
                    OASFactory.createAPIResponse()
                            .description("the broker or the store is away")
                            .addHeader(
                                    "Retry-After",
                                    OASFactory.createHeader()
                                            .description("after how many seconds to ask again")
                                            .schema(type(SchemaType.INTEGER))));
        }
        for (Map.Entry<String, APIResponse> response : responses.getAPIResponses().entrySet()) {
            boolean isError = response.getKey().startsWith("4") || response.getKey().equals(OUTAGE);
            if (isError && response.getValue().getContent() == null) {
                response.getValue().setContent(content());
            }
        }
    }

    private static Content content() {
        return OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    private static Schema problem() {
        return type(SchemaType.OBJECT)
                .description("What went wrong with a request: problem details (RFC 9457).")
                .addProperty(
                        "type",
                        text(
                                "The kind of problem; about:blank where the status says all, "
                                        + Problem.INVALID_FIELDS
                                        + " where errors name the wrong fields."))
                .addProperty("title", text("The kind of problem in words."))
                .addProperty(
                        "status", type(SchemaType.INTEGER).description("The status of the answer."))
                .addProperty("detail", text("What was expected and what was found."))
                .addProperty("instance", text("The path that was asked."))
                .addProperty(
                        "errors",
                        type(SchemaType.ARRAY)
                                .description("Every wrong field of the request.")
                                .items(OASFactory.createSchema().ref(FIELD_ERROR)))
                .addRequired("type")
                .addRequired("title")
                .addRequired("status")
                .addRequired("detail");
    }

    private static Schema fieldError() {
        return type(SchemaType.OBJECT)
                .description("One wrong field.")
                .addProperty("field", text("The path of the field, such as training.steps."))
                .addProperty("rule", text("The rule that it breaks, such as out of range."))
                .addProperty("expected", text("What the rule expects, where it does not say so."))
                .addProperty("found", text("What was found."))
                .addProperty("message", text("All of that in a sentence."))
                .addRequired("field")
                .addRequired("rule")
                .addRequired("message");
    }

    private static Schema text(String description) {
        return type(SchemaType.STRING).description(description);
    }

    private static Schema type(SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }
}
