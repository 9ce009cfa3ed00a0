package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.security.Authenticated;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Test;
import org.lexicographer.testing.RolesTable;

/** The test that all services are held to finds what nobody has thought of. */
class RolesTableTest {

    /** Everybody could ask for one of these. */
    @Path("/things")
    static final class Things {

        @GET
        @RolesAllowed(Roles.READER)
        public void list() {}

        @GET
        @PermitAll
        @Path("schema")
        public void schema() {}

        @POST
        @Authenticated
        public void add() {}

        @DELETE
        public void removeAll() {}

        public void isNoRequest() {}
    }

    @Test
    void aRequestOfWhichNobodySaysWhoMaySendItIsFound() {
        assertThat(RolesTable.silent(Things.class))
                .containsExactly(Things.class.getName() + ".removeAll()");
    }
}
