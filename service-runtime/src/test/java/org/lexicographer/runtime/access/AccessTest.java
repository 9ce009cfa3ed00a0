package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.runtime.access.AccessConfig.Mode;

class AccessTest {

    private static final Optional<Mode> NOT_SET = Optional.empty();
    private static final List<String> KEYS = List.of("keys of keys.json");
    private static final List<String> NONE = List.of();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"})
    void onTheLoopbackInterfaceAccessIsOffUntilItIsConfigured(String host) {
        Access access = new Access(NOT_SET, host, NONE);

        assertThatCode(access::check).doesNotThrowAnyException();
        assertThat(access.isOff()).isTrue();
        assertThat(new Access(NOT_SET, host, KEYS).isOff()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "example.org", "localhost.example.org"})
    void whatOthersReachDoesNotStartWithoutAWord(String host) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Access(NOT_SET, host, NONE).check())
                .withMessageContaining("QUARKUS_OIDC_AUTH_SERVER_URL")
                .withMessageContaining("ACCESS_KEYS_FILE")
                .withMessageContaining("ACCESS=off")
                .withMessageContaining("quarkus.http.host=" + host);
    }

    @Test
    void aSettingTurnsItOffForEverybody() {
        Access access = new Access(Optional.of(Mode.OFF), "0.0.0.0", KEYS);

        assertThatCode(access::check).doesNotThrowAnyException();
        assertThat(access.isOff()).isTrue();
    }

    @Test
    void aSettingThatTurnsItOnTakesAWayToSayWhoOneIs() {
        assertThatCode(new Access(Optional.of(Mode.ON), "localhost", KEYS)::check)
                .doesNotThrowAnyException();
        assertThat(new Access(Optional.of(Mode.ON), "localhost", KEYS).isOff()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(new Access(Optional.of(Mode.ON), "localhost", NONE)::check)
                .withMessageContaining("access=on");
    }
}
