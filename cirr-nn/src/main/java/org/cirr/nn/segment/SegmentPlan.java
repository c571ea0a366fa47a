package org.cirr.nn.segment;

/** STAND-IN: what a run will cost. */
public record SegmentPlan(
    int[] workingShape, int tiles, int passes, double gigaFlop, long peakBytes, String backend) {}
