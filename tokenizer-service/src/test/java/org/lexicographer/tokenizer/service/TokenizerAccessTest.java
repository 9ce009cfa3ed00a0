package org.lexicographer.tokenizer.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.AccessResource;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.IdentityProviderServer;
import org.lexicographer.tokenizer.RunSpecs;

/** Who publishes the shards of a run. */
@QuarkusTest
@WithTestResource(EmbeddedServersResource.class)
@WithTestResource(AccessResource.class)
class TokenizerAccessTest {

    IdentityProviderServer provider;

    @Inject ObjectStore objects;

    @BeforeEach
    void aRunOfAlice() {
        new StoredRuns(objects).admit(RunSpecs.small("of-alice", "{\"contexts\": 1}", 1));
        new RunOwners(objects).record("of-alice", new RunOwner("alice"));
    }

    private ValidatableResponse publish(RequestSpecification caller) {
        return caller.contentType(ContentType.JSON)
                .body("{\"uri\": \"s3://lexicographer/data/none.txt\"}")
                .post("/runs/of-alice/shards")
                .then();
    }

    private RequestSpecification user(String name, String role) {
        return given().header("Authorization", "Bearer " + provider.tokens().of(name, role));
    }

    @Test
    void toARunItsOwnerPublishesAndNobodyElse() {
        publish(given()).statusCode(401).body("detail", startsWith("caller unknown"));
        publish(user("rita", "reader"))
                .statusCode(403)
                .body("detail", equalTo("role missing: expected=submitter, found=[reader]"));
        publish(user("bob", "submitter"))
                .statusCode(403)
                .body("detail", containsString("expected=alice or the role operator, found=bob"));
        publish(user("alice", "submitter")).statusCode(202);
        publish(user("olga", "operator")).statusCode(202);
    }
}
