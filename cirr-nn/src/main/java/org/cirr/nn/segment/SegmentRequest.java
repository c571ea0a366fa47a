package org.cirr.nn.segment;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.cirr.volume.Volume;

/** STAND-IN: one case. */
public record SegmentRequest(
    List<Volume> channels,
    boolean probabilities,
    SegmentProgress progress,
    BooleanSupplier cancelled) {}
