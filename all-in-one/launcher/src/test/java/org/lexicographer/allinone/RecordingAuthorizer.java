package org.lexicographer.allinone;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * KRaft's own authorizer, which denies what was not granted, and remembers what it was asked. A
 * broker makes it by its name, once for itself and once for its controller.
 */
public final class RecordingAuthorizer extends StandardAuthorizer {

    private static final Set<Asked> ASKED = ConcurrentHashMap.newKeySet();

    /**
     * What a user wanted to do.
     *
     * @param user the user's name
     * @param operation what it wanted
     * @param type of which kind of resource
     * @param name the name of the topic or group
     * @param allowed whether it was let
     */
    record Asked(
            String user, AclOperation operation, ResourceType type, String name, boolean allowed) {}

    @Override
    public List<AuthorizationResult> authorize(
            AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            if (isToTellAllRights(action)) {
                continue;
            }
            ASKED.add(
                    new Asked(
                            context.principal().getName(),
                            action.operation(),
                            action.resourcePattern().resourceType(),
                            action.resourcePattern().name(),
                            results.get(i) == AuthorizationResult.ALLOWED));
        }
        return results;
    }

    /** Brokers tell clients all that they may do with what they describe; those do not ask it. */
    private static boolean isToTellAllRights(Action action) {
        return !action.logIfAllowed() && !action.logIfDenied();
    }

    /** Returns what a user has asked so far. */
    static Set<Asked> asked(String user) {
        return ASKED.stream().filter(it -> it.user().equals(user)).collect(Collectors.toSet());
    }

    /** Returns, as text, what a user was denied so far. */
    static Set<String> denied(String user) {
        return asked(user).stream()
                .filter(it -> !it.allowed())
                .map(it -> "%s %s %s".formatted(it.operation(), it.type(), it.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
