package org.cirr.backend;

import java.util.List;

/**
 * What is known of one backend on this machine.
 *
 * @param detail what it runs on when available, else why not and what to do
 * @param arithmetics what it can compute in; empty when it is not available
 * @param chosen whether the automatic choice takes it
 */
public record BackendReport(
    String name, boolean available, String detail, List<Arithmetic> arithmetics, boolean chosen) {}
