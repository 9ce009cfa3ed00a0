package org.lexicographer.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OngoingRequestsTest {

    private final OngoingRequests<String> requests = new OngoingRequests<>();

    private static void isTaken(List<String> earlier) {}

    private List<String> earlierThan(String owner, String asked) {
        List<String> earlier = new ArrayList<>();
        return requests.take(owner, asked, earlier::addAll, () -> earlier);
    }

    @Test
    void aRequestKnowsOfThoseOfItsOwnerThatCameBeforeIt() {
        List<String> seen =
                requests.take(
                        "alice",
                        "first",
                        OngoingRequestsTest::isTaken,
                        () ->
                                requests.take(
                                        "alice",
                                        "second",
                                        OngoingRequestsTest::isTaken,
                                        () -> earlierThan("alice", "third")));

        assertThat(seen).containsExactly("first", "second");
    }

    @Test
    void aRequestKnowsNothingOfOtherOwners() {
        List<String> seen =
                requests.take(
                        "alice",
                        "first",
                        OngoingRequestsTest::isTaken,
                        () -> earlierThan("bob", "his"));

        assertThat(seen).isEmpty();
    }

    @Test
    void whatIsDoneOrRefusedOrHasFailedIsForgotten() {
        Consumer<List<String>> refuses =
                earlier -> {
                    throw new IllegalStateException("no room");
                };

        earlierThan("alice", "done");
        assertThatIllegalStateException()
                .isThrownBy(() -> requests.take("alice", "refused", refuses, () -> "done"))
                .withMessage("no room");
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                requests.take(
                                        "alice",
                                        "failed",
                                        OngoingRequestsTest::isTaken,
                                        () -> {
                                            throw new IllegalStateException("no broker");
                                        }))
                .withMessage("no broker");

        assertThat(earlierThan("alice", "next")).isEmpty();
    }

    @Test
    void theSameRequestTwiceIsTwo() {
        List<String> seen =
                requests.take(
                        "alice",
                        "same",
                        OngoingRequestsTest::isTaken,
                        () -> {
                            earlierThan("alice", "same");
                            return earlierThan("alice", "other");
                        });

        assertThat(seen).containsExactly("same");
    }
}
