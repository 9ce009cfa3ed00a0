package org.lexicographer.benchmark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the processor time of Java threads went into, by samples that the JDK's flight recorder
 * takes of each thread every so many milliseconds of its own processor time (JEP 509), in native
 * code too.
 *
 * @param seconds by part
 */
public record CpuProfile(Map<Part, Double> seconds) {

    /** The event that samples are. */
    static final String SAMPLE = "jdk.CPUTimeSample";

    private static final double NANOS = 1e9;

    public CpuProfile {
        Map<Part, Double> all = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            all.put(part, seconds.getOrDefault(part, 0.0));
        }
        seconds = Collections.unmodifiableMap(all);
    }

    /** Returns the profile of a recording. */
    public static CpuProfile read(Path recording) {
        Map<Part, Double> seconds = new EnumMap<>(Part.class);
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals(SAMPLE)) {
                    Duration period = event.getDuration("samplingPeriod");
                    seconds.merge(
                            part(event.getStackTrace()), period.toNanos() / NANOS, Double::sum);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("recording not readable: file=" + recording, e);
        }
        return new CpuProfile(seconds);
    }

    /** A sample that found no stack is one of whatever the thread does most: its work. */
    private static Part part(RecordedStackTrace stack) {
        return stack == null
                ? Part.WORK
                : Part.of(
                        stack.getFrames().stream()
                                .map(frame -> frame.getMethod().getType().getName())
                                .toList());
    }

    /** Returns the sum of some profiles. */
    public static CpuProfile sum(List<CpuProfile> profiles) {
        Map<Part, Double> sum = new EnumMap<>(Part.class);
        profiles.forEach(
                profile ->
                        profile.seconds.forEach(
                                (part, seconds) -> sum.merge(part, seconds, Double::sum)));
        return new CpuProfile(sum);
    }

    /** Returns this profile with more of a part. */
    public CpuProfile plus(Part part, double more) {
        return sum(List.of(this, new CpuProfile(Map.of(part, more))));
    }
}
