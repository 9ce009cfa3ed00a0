package org.lexicographer.allinone;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test with whole systems that takes minutes, and is run before a release alone. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
        named = "lexicographer.release-tests",
        matches = "true",
        disabledReason = "takes minutes: ./run test -Dlexicographer.release-tests=true runs it too")
@interface ReleaseTest {}
