package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/** How a process proves to an S3 store who it is. None of them shows its secret as text. */
public sealed interface S3Credentials {

    /** Returns how the setting {@code object-store.credentials} calls it. */
    String kind();

    /**
     * Keys that stay as they are.
     *
     * @param accessKey the access key
     * @param secretKey the secret key
     * @param sessionToken what comes with keys that somebody was lent for a while
     */
    record Keys(String accessKey, String secretKey, Optional<String> sessionToken)
            implements S3Credentials {

        static final String KIND = "keys";

        public Keys {
            requireNonNull(accessKey, "accessKey is null");
            requireNonNull(secretKey, "secretKey is null");
            requireNonNull(sessionToken, "sessionToken is null");
        }

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return "Keys[accessKey=%s]".formatted(accessKey);
        }
    }

    /** The variables that Amazon's tools take: {@code AWS_ACCESS_KEY_ID} and so on. */
    record Environment() implements S3Credentials {

        static final String KIND = "environment";

        @Override
        public String kind() {
            return KIND;
        }
    }

    /**
     * Keys for a while, in exchange for a token that a cluster or an identity provider gives the
     * process (AssumeRoleWithWebIdentity).
     *
     * @param tokenFile the file with the token, read at every exchange
     * @param stsEndpoint where tokens are exchanged: the store itself, or Amazon's STS
     * @param role the role to assume, where the exchange wants one
     * @param session what the exchange notes as the session's name
     */
    record WebIdentity(
            Path tokenFile, String stsEndpoint, Optional<String> role, Optional<String> session)
            implements S3Credentials {

        static final String KIND = "web-identity";

        public WebIdentity {
            requireNonNull(tokenFile, "tokenFile is null");
            requireNonNull(stsEndpoint, "stsEndpoint is null");
            requireNonNull(role, "role is null");
            requireNonNull(session, "session is null");
        }

        @Override
        public String kind() {
            return KIND;
        }
    }

    /**
     * The role of the machine or pod: what Amazon's EC2, ECS and EKS give a process.
     *
     * @param metadataEndpoint where it is asked for, where that is not the usual place
     */
    record Instance(Optional<String> metadataEndpoint) implements S3Credentials {

        static final String KIND = "instance";

        public Instance {
            requireNonNull(metadataEndpoint, "metadataEndpoint is null");
        }

        @Override
        public String kind() {
            return KIND;
        }
    }
}
