package org.cirr.backend;

/** STAND-IN: whether a backend can be used, why not, and whether it is the automatic choice. */
public record BackendReport(String name, boolean available, String reason, boolean chosen) {}
